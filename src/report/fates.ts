import type { Change } from '../model.ts';
import type { NotedOutcome } from '../plan/outcomes.ts';
import type { Language } from '../plan/shape.ts';
import { OUTCOME_WORDS } from './words.ts';

/** What became of one change. */
export interface Fate {
  readonly kind: keyof typeof OUTCOME_WORDS;
  readonly remoteId: string | null;
  readonly code: number | null;
  readonly logId: string | null;
}

/** What became of a change in a sync; undefined for what needs no request. */
export function fateOf(change: Change, noted: NotedOutcome | undefined): Fate | undefined {
  if (noted !== undefined) return noted;
  const isWrite = change.kind === 'create' || change.kind === 'update';
  return isWrite ? { kind: 'not-begun', remoteId: null, code: null, logId: null } : undefined;
}

/** `failed, nothing written (code 1254607, log id 2026…)` */
export function fateText({ kind, code, logId }: Fate, language: Language): string {
  const zh = language === 'zh';
  const notes = [
    ...(code === null || kind === 'done' ? [] : [zh ? `代码 ${code}` : `code ${code}`]),
    ...(logId === null || logId === '' || kind === 'done'
      ? []
      : [zh ? `日志 ID ${logId}` : `log id ${logId}`]),
  ];
  const words = OUTCOME_WORDS[kind][language];
  if (notes.length === 0) return words;
  return zh ? `${words}（${notes.join('，')}）` : `${words} (${notes.join(', ')})`;
}
