import type { Language } from '../plan/shape.ts';

/** `95 s`, `12 min`, `28 h 10 min`; `95 秒`, `12 分钟`, `28 小时 10 分钟` */
export function duration(ms: number, language: Language = 'en'): string {
  const [s, min, h] = language === 'zh' ? ['秒', '分钟', '小时'] : ['s', 'min', 'h'];
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} ${s}`;
  if (seconds < 120) return `${Math.round(seconds)} ${s}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} ${min}`;
  return `${Math.floor(minutes / 60)} ${h} ${minutes % 60} ${min}`;
}
