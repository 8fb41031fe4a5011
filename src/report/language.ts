import type { Language } from '../plan/shape.ts';

/** The languages of the reports. */
export const LANGUAGES = ['zh', 'en'] as const;

/** The language of a locale name such as `zh_CN.UTF-8`: Chinese, or else English. */
export function languageOf(locale: string | undefined): Language {
  return /^zh\b|^zh_/i.test(locale ?? '') ? 'zh' : 'en';
}
