import type { Change, Drift, Problem } from '../model.ts';
import type { NotedOutcome } from '../plan/outcomes.ts';
import type { Bilingual, Language } from '../plan/shape.ts';
import type { Changes } from './options.ts';
import { OUTCOME_WORDS, POLICY_WORDS, PROBLEM_WORDS } from './words.ts';

/** What is wrong with a row. A redacted one does not quote the value; what is allowed is no secret. */
export function problemText(
  problem: Problem,
  { redact, language }: { redact: boolean; language: Language },
): string {
  if (!redact) return problem.message;
  const allowed = problem.allowed ?? [];
  const { refusal } = problem;
  return [
    PROBLEM_WORDS[problem.code].what[language],
    ...(allowed.length > 0 ? [`: ${allowed.join(' | ')}`] : []),
    ...(refusal === undefined ? [] : [` (code ${refusal.code}, log id ${refusal.logId || 'none'})`]),
  ].join('');
}

/** Whether the source changed what was edited at `path` as well. Of a list that is merged as a whole, all of it did. */
export function isConflict({ conflicts }: Drift, path: string): boolean {
  const holds = (outer: string, inner: string): boolean =>
    inner.startsWith(outer) && ['', '.', '['].includes(inner.charAt(outer.length));
  return conflicts.some((conflict) => holds(conflict, path) || holds(path, conflict));
}

/** What is done about an edit in Feishu; null where nothing is to be decided: it is left alone, or says what the source says. */
export function decisionOn(change: Change): Bilingual | null {
  if (!('drift' in change) || change.drift === undefined) return null;
  if (change.kind === 'drifted' || (change.kind === 'record' && change.source === undefined)) return null;
  return POLICY_WORDS[change.drift.policy];
}

/** What became of one change. */
export interface Fate {
  readonly kind: keyof typeof OUTCOME_WORDS;
  readonly remoteId: string | null;
  readonly code: number | null;
  readonly logId: string | null;
}

/** What became of a change in a sync; null in a plan, and for what needs no request. */
export function fateOf(
  { seq, change }: { readonly seq: number; readonly change: Change },
  outcomes: Changes['outcomes'],
  mode: 'plan' | 'sync',
): Fate | null {
  if (mode === 'plan') return null;
  const noted: NotedOutcome | undefined = outcomes.of(seq);
  if (noted !== undefined) return noted;
  const isWrite = change.kind === 'create' || change.kind === 'update';
  return isWrite ? { kind: 'not-begun', remoteId: null, code: null, logId: null } : null;
}

/** `failed, nothing written (code 1254607, log id 2026…)` */
export function fateText({ kind, code, logId }: Fate, language: Language): string {
  const notes = [
    ...(code === null || kind === 'done' ? [] : [language === 'zh' ? `代码 ${code}` : `code ${code}`]),
    ...(logId === null || logId === '' || kind === 'done'
      ? []
      : [language === 'zh' ? `日志 ID ${logId}` : `log id ${logId}`]),
  ];
  const words = OUTCOME_WORDS[kind][language];
  return notes.length === 0 ? words : `${words} (${notes.join(', ')})`;
}
