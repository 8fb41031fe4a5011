import type { Change, ChangeKind, Drift, FieldChange, Problem } from '../model.ts';
import { labelOf, shapeAt } from '../plan/labels.ts';
import { eachMissing, eachOrphan, first } from '../plan/pages.ts';
import { eachChange } from '../plan/plan-store.ts';
import type { Bilingual, Language } from '../plan/shape.ts';
import type { Reason, ReasonCode } from '../reason.ts';
import type { Report } from '../result/report.ts';
import { oneLine, pad } from './columns.ts';
import type { Changes, RenderOptions } from './options.ts';
import { decisionsOn, endsOf, reasonText, wordsOf } from './reason-words.ts';
import { decisionOn, fateOf, fateText, isConflict, problemText } from './reasons.ts';
import { totals } from './totals.ts';
import { showValue } from './values.ts';
import { verdictLines } from './verdict-table.ts';

/** What a text report follows. */
export type TextOptions = Pick<RenderOptions, 'shape' | 'language' | 'redact' | 'limit'>;

/** A report as text, line by line: the itemised list by kind, then the numbers. Pure; the caller prints it. */
export function* textReport(report: Report, store: Changes, options: TextOptions): Generator<string> {
  yield* verdictLines(report.verdicts, options.shape, options.language);
  yield* itemised(store, { ...options, mode: report.mode });
  yield '';
  yield* waysOn(store, options.language);
  yield* totals(report, options.language);
}

const SIGNS: Readonly<Record<ChangeKind, readonly [string, Readonly<Record<Language, string>>]>> = {
  create: ['+', { zh: '新建', en: 'create' }],
  adopt: ['=', { zh: '认领', en: 'adopt' }],
  record: ['=', { zh: '登记', en: 'record' }],
  drifted: ['.', { zh: '飞书已改', en: 'drift' }],
  update: ['~', { zh: '更新', en: 'update' }],
  skipped: ['-', { zh: '跳过', en: 'skip' }],
  held: ['?', { zh: '搁置', en: 'hold' }],
  'in-doubt': ['?', { zh: '存疑', en: 'doubt' }],
  rejected: ['!', { zh: '拒绝', en: 'reject' }],
  unchanged: ['=', { zh: '未变', en: 'same' }],
};

/** The order in a list: what would be overwritten first, then what needs a person, then the rest. */
export const LISTED: readonly ChangeKind[] = [
  'update',
  'drifted',
  'rejected',
  'held',
  'in-doubt',
  'record',
  'adopt',
  'create',
  'skipped',
];

const SAYS = {
  zh: {
    more: (n: number, what: string) => `  … 另有 ${n} 条${what}（--limit 0 列出全部）`,
    missing: (id: string | null) => `在账本中${id === null ? '' : `（飞书 ID ${id}）`}，源中已没有；保持原样`,
    signs: ['缺失', '孤行'],
    missingKind: '缺失',
    moreOrphans: '  … 另有孤行（--limit 0 列出全部）',
    noKey: '（无主键）',
    recreates: (id: string) => `代替 ${id}`,
    drift: '飞书中已改',
    conflict: '冲突',
    group: (name: string, rows: number) => `${name}：${rows} 行`,
    nextRun: (what: string) => `下一次运行：${what}。`,
    way: '→',
    many: '很多行时：--report holds.csv，填写 decision 列，然后 `hire-sync resolve PIPELINE --from holds.csv`。',
  },
  en: {
    more: (n: number, what: string) =>
      `  … and ${n} more ${what === 'missing' ? what : `to ${what}`} (--limit 0 lists all)`,
    missing: (id: string | null) =>
      `in the ledger${id === null ? '' : ` as ${id}`}, no longer in the source; left as it is`,
    signs: ['missing', 'orphan'],
    missingKind: 'missing',
    moreOrphans: '  … and more orphans (--limit 0 lists all)',
    noKey: '(no key)',
    recreates: (id: string) => `takes the place of ${id}`,
    drift: 'edited in Feishu',
    conflict: 'conflict',
    group: (name: string, rows: number) => `${rows} ${rows === 1 ? 'row' : 'rows'}: ${name}`,
    nextRun: (what: string) => `The next run ${what}.`,
    way: '→',
    many: 'Many rows at once: --report holds.csv, fill in its column `decision`, then `hire-sync resolve PIPELINE --from holds.csv`.',
  },
} as const;

/** The changes, grouped by kind, one line per record and one per changed field; at most `limit` of a kind (0 = all). */
export function* itemised(
  store: Changes,
  options: TextOptions & { readonly mode?: Report['mode'] },
): Generator<string> {
  const { language, limit, mode = 'plan' } = options;
  const says = SAYS[language];
  for (const kind of LISTED) {
    let shown = 0;
    for (const planned of eachChange(store, [kind])) {
      if (limit > 0 && shown === limit) break;
      shown++;
      yield* changeLines(planned.change, options);
      const fate = fateOf(planned, store.outcomes, mode);
      if (fate !== null && fate.kind !== 'done') yield `      → ${fateText(fate, language)}`;
    }
    const rest = store.count(kind) - shown;
    if (rest > 0) yield says.more(rest, SIGNS[kind][1][language]);
  }
  const [missingSign, orphanSign] = says.signs.map((sign) => pad(sign, 8));
  let missing = 0;
  for (const { key, remoteId } of first(limit, eachMissing(store))) {
    missing++;
    yield `  . ${missingSign} ${pad(oneLine(key), 16)} ${says.missing(remoteId)}`;
  }
  let orphans = 0;
  for (const { file, line, message } of first(limit, eachOrphan(store))) {
    orphans++;
    yield `  ! ${orphanSign} ${file}:${line}  ${oneLine(message)}`;
  }
  if (limit > 0 && orphans === limit && !eachOrphan(store).drop(limit).next().done) yield says.moreOrphans;
  const rest = store.countMissing() - missing;
  if (rest > 0) yield says.more(rest, says.missingKind);
}

/** What the reasons of held and doubtful rows are, and what ends each: once per code. */
function* waysOn(store: Changes, language: Language): Generator<string> {
  const codes = new Map<ReasonCode, { readonly reason: Reason; rows: number }>();
  for (const { change } of eachChange(store, ['held', 'in-doubt'])) {
    if (change.kind !== 'held' && change.kind !== 'in-doubt') continue;
    const { reason } = change;
    const known = codes.get(reason.code) ?? { reason, rows: 0 };
    known.rows++;
    codes.set(reason.code, known);
  }
  const says = SAYS[language];
  for (const { reason, rows } of codes.values()) {
    const { name, means, next } = wordsOf(reason);
    yield says.group(name[language], rows);
    yield `  ${means[language]} ${says.nextRun(next[language])}`;
    for (const way of endsOf(reason, language)) yield `  ${says.way} ${way}`;
  }
  const many = codes.values().some(({ reason, rows }) => rows > 1 && decisionsOn(reason.code).length > 0);
  if (many) yield says.many;
  if (codes.size > 0) yield '';
}

function* changeLines(change: Change, options: TextOptions): Generator<string> {
  const { language } = options;
  const says = SAYS[language];
  const [sign, words] = SIGNS[change.kind];
  const place = `${change.origin.file}:${change.origin.line}`;
  const head = `  ${pad(`${sign} ${words[language]}`, 10)} ${pad(oneLine(change.key ?? says.noKey), 16)} ${place}`;
  switch (change.kind) {
    case 'skipped':
    case 'held':
    case 'in-doubt':
      yield `${head}  ${oneLine(reasonText(change.reason, options))}`;
      break;
    case 'update':
      yield head;
      for (const field of change.fields) yield `      ${fieldText(field, options)}`;
      break;
    case 'rejected':
      yield head;
      for (const problem of change.problems)
        yield `      ${problemLine({ ...problem, message: problemText(problem, options) })}`;
      break;
    case 'create':
      yield change.recreates === undefined ? head : `${head}  ${says.recreates(change.recreates)}`;
      break;
    case 'drifted':
    case 'adopt':
    case 'record':
    case 'unchanged':
      yield head;
  }
  if ('drift' in change && change.drift !== undefined)
    yield* driftLines(change.drift, decisionOn(change), options);
}

/** What somebody changed in Feishu since, and what becomes of it. */
function* driftLines(drift: Drift, decision: Bilingual | null, options: TextOptions): Generator<string> {
  const { language } = options;
  const says = SAYS[language];
  for (const field of drift.fields) {
    const notes = [
      ...(isConflict(drift, field.path) ? [says.conflict] : []),
      ...(decision === null ? [] : [decision[language]]),
    ];
    const note = notes.length === 0 ? '' : ` (${notes.join('; ')})`;
    yield `      ${says.drift}: ${fieldText(field, options)}${note}`;
  }
}

/** `assessment 1 · conclusion: fail → pass` */
function fieldText({ path, before, after }: FieldChange, { shape, language }: TextOptions): string {
  const inner = shapeAt(shape, path);
  return oneLine(
    `${labelOf(shape, path, language)}: ${showValue(inner, before, language)} → ${showValue(inner, after, language)}`,
  );
}

/** One problem with its place, column, value and what is allowed. */
export function problemLine(problem: Pick<Problem, 'field' | 'message' | 'origin'>): string {
  const place = problem.origin === undefined ? '' : `${problem.origin.file}:${problem.origin.line} `;
  const field = problem.field === '' ? '' : `${problem.field}: `;
  return oneLine(`${place}${field}${problem.message}`);
}
