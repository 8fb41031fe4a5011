import type { FieldChange } from '../model.ts';
import { labelOf, shapeAt } from '../plan/labels.ts';
import type { Bilingual, Language } from '../plan/shape.ts';
import type { Reason, ReasonCode } from '../reason.ts';
import type { Refusal } from '../result/validation.ts';
import { oneLine, pad } from './columns.ts';
import { editNotes, recreatesNote, sumProblems } from './entries.ts';
import { fateText } from './fates.ts';
import { KINDS, kindName, LISTED } from './kinds.ts';
import { problemLine, problemNote } from './problems.ts';
import { decisionsOn, endsOf, reasonText, wordsOf } from './reason-words.ts';
import { type Entry, type RenderOptions, type ReportModel, toldIn, zoneOf } from './report-model.ts';
import { sampleLines } from './sample.ts';
import { plural, w } from './sentences.ts';
import { faultText } from './stops.ts';
import { summaryOf } from './summary.ts';
import { tellingOf } from './telling.ts';
import { showValue } from './values.ts';
import { verdictLines } from './verdict-table.ts';
import { EDITED, NO_KEY, OTHER_PROBLEMS } from './words.ts';

/** How a list is told. */
type Telling = RenderOptions & { readonly model: ReportModel; readonly zone: string };

/** A report as text, line by line: the itemised list by kind, then the numbers. Pure; the caller prints it. */
export function* textReport(model: ReportModel, options: RenderOptions): Generator<string> {
  yield* verdictLines(model, options.language);
  yield* sampleLines(model, options.language);
  yield* refusedFiles(model, options);
  yield* problemSums(model, options);
  let listed = false;
  for (const line of itemised(model, options)) {
    listed = true;
    yield line;
  }
  if (listed || model.result.mode === 'plan' || model.result.mode === 'sync') yield '';
  yield* waysOn(model, options.language);
  for (const note of summaryOf(model)) yield oneLine(note[options.language]);
}

const SAYS = {
  more: (n: number, what: Bilingual) =>
    w(
      `  …… 另有 ${n} 条${what.zh}（--limit 0 列出全部）`,
      `  … and ${n} more ${what.en} (--limit 0 lists all)`,
    ),
  in: (id: string | null) =>
    w(
      `同步台账中有${id === null ? '' : `（飞书 ID ${id}）`}，保持原样`,
      `in the ledger${id === null ? '' : ` as ${id}`}, no longer in the source; left as it is`,
    ),
  noId: w('无飞书 ID', 'no Feishu id'),
  under: (application: string) => w(`投递 ${application} 之下`, `under application ${application}`),
  group: (name: Bilingual, rows: number) =>
    w(`${name.zh}：${rows} 行`, `${rows} ${rows === 1 ? 'row' : 'rows'}: ${name.en}`),
  meaning: (means: Bilingual, next: Bilingual) =>
    w(`  ${means.zh}。下一次运行：${next.zh}。`, `  ${means.en} The next run ${next.en}.`),
  many: (pipeline: string) =>
    w(
      `很多行时：--report holds.csv，填写“决定”一列，然后 \`hire-sync resolve ${pipeline} --from holds.csv\`。`,
      `Many rows at once: --report holds.csv, fill in its column \`decision\`, then \`hire-sync resolve ${pipeline} --from holds.csv\`.`,
    ),
  refused: ({ file, line, offset, fault, message }: Refusal) => {
    const place = [
      ...(line === null ? [] : [`第 ${line} 行`]),
      ...(offset === null ? [] : [`第 ${offset} 字节`]),
    ];
    const at = place.length === 0 ? '' : `（${place.join('，')}）`;
    return w(
      `无法读取 ${file}${at}：${faultText(fault)}。详情（英文，供技术人员）：${message}`,
      `Refused: ${message}`,
    );
  },
  rows: (n: number) =>
    w(`${String(n).padStart(7)} 行：`, `${String(n).padStart(7)} ${n === 1 ? 'row: ' : 'rows:'} `),
  moreProblems: (n: number) =>
    w(`        …… 另有 ${n} 种问题`, `        … and ${plural(n, 'other problem')}`),
} as const;

/** The entries, grouped by kind, one line each and one per field; at most `limit` of a kind (0 = all). */
export function* itemised(model: ReportModel, options: RenderOptions): Generator<string> {
  const { language, limit } = options;
  const { mode } = model.result;
  const telling = { ...options, model, zone: zoneOf(model) };
  for (const kind of LISTED) {
    if (mode === 'validate' && (kind === 'create' || kind === 'skipped')) continue;
    const all = model.count(kind);
    if (all === 0) continue;
    let shown = 0;
    for (const entry of model.entries([kind])) {
      if (limit > 0 && shown === limit) break;
      shown++;
      yield* entryLines(entry, telling);
    }
    if (all > shown) yield SAYS.more(all - shown, kindName(kind, model.target))[language];
  }
}

function* entryLines(entry: Entry, telling: Telling): Generator<string> {
  const { language, redact } = telling;
  yield `  ${oneLine(headOf(entry, telling))}`;
  const field = (change: FieldChange) => fieldText(change, telling);
  for (const change of entry.fields ?? []) yield `      ${field(change)}`;
  for (const problem of entry.problems ?? [])
    yield `      ${oneLine(problemLine(problem, problemNote(problem, redact)[language]))}`;
  for (const change of entry.edits?.fields ?? []) {
    const notes = editNotes(entry.edits, change.path, language);
    const note =
      notes.length === 0 ? '' : language === 'zh' ? `（${notes.join('；')}）` : ` (${notes.join('; ')})`;
    yield `      ${EDITED[language]}: ${field(change)}${note}`;
  }
  if (entry.fate !== undefined && entry.fate.kind !== 'done')
    yield `      → ${fateText(entry.fate, language)}`;
}

/** `~ update   IV-5             interviews.csv:6` */
function headOf({ kind, key, origin, remoteId, ...entry }: Entry, telling: Telling): string {
  const { language, model, zone } = telling;
  const width = language === 'zh' ? 14 : 10;
  const sign = pad(`${KINDS[kind].sign} ${kindName(kind, model.target)[language]}`, width);
  const place = origin === undefined ? (remoteId ?? SAYS.noId[language]) : `${origin.file}:${origin.line}`;
  const reason =
    entry.reason === undefined
      ? null
      : reasonText(entry.reason, { ...telling, zone, shape: model.target.shape });
  switch (kind) {
    case 'gone':
      return `${sign} ${pad(key ?? '', 16)} ${SAYS.in(remoteId ?? null)[language]}`;
    case 'orphan':
      return `${sign} ${place}  ${oneLine(entry.says?.[language] ?? '')}`;
    case 'unknown':
      return [sign, ` ${place}`, SAYS.under(entry.application ?? '')[language], reason ?? '']
        .join(' ')
        .trimEnd();
    default: {
      const more = [
        ...(entry.recreates === undefined ? [] : [recreatesNote(entry.recreates)[language]]),
        ...(reason === null ? [] : [reason]),
      ];
      return [`${sign} ${pad(key ?? NO_KEY[language], 16)} ${place}`, ...more].join('  ');
    }
  }
}

/** `assessment 1 · conclusion: fail → pass` */
function fieldText({ path, before, after }: FieldChange, { model, language, zone }: Telling): string {
  const { shape } = model.target;
  const inner = shapeAt(shape, path);
  const show = (value: typeof before) => showValue(inner, value, { language, zone });
  return oneLine(`${labelOf(shape, path, language)}: ${show(before)} → ${show(after)}`);
}

/** What the reasons of held and doubtful rows are, and what ends each: once per code. */
function* waysOn(model: ReportModel, language: Language): Generator<string> {
  const { mode } = model.result;
  if (mode !== 'plan' && mode !== 'sync') return;
  const { pipeline } = toldIn(model);
  const codes = new Map<
    ReasonCode,
    { readonly reason: Reason; readonly key: string | undefined; rows: number }
  >();
  for (const { reason, key } of model.entries(['held', 'in-doubt'])) {
    if (reason === undefined) continue;
    const known = codes.get(reason.code) ?? { reason, key: key ?? undefined, rows: 0 };
    known.rows++;
    codes.set(reason.code, known);
  }
  for (const { reason, key, rows } of codes.values()) {
    const { name, means, next } = wordsOf(reason);
    yield SAYS.group(name, rows)[language];
    yield SAYS.meaning(means, next)[language];
    for (const way of endsOf(reason, language, { key: rows === 1 ? key : undefined, pipeline }))
      yield `  → ${way}`;
  }
  const many = codes.values().some(({ reason, rows }) => rows > 1 && decisionsOn(reason.code).length > 0);
  if (many) yield SAYS.many(tellingOf({ pipeline }).pipeline)[language];
  if (codes.size > 0) yield '';
}

/** Files that cannot be trusted: the first thing to know of a validation. */
function* refusedFiles({ result }: ReportModel, { language }: RenderOptions): Generator<string> {
  if (result.mode !== 'validate' || result.refused.length === 0) return;
  for (const refusal of result.refused) yield oneLine(SAYS.refused(refusal)[language]);
  yield '';
}

/** What is wrong with many rows at once, the most frequent first. */
function* problemSums(model: ReportModel, { language, redact, limit }: RenderOptions): Generator<string> {
  if (model.result.mode !== 'validate') return;
  const sums = sumProblems(model);
  const shown = limit > 0 ? sums.slice(0, limit) : sums;
  for (const { rows, field, problem } of shown) {
    const text = problem === null ? OTHER_PROBLEMS : problemNote(problem, redact);
    yield oneLine(`${SAYS.rows(rows)[language]}${problemLine({ field }, text[language])}`);
  }
  if (sums.length > shown.length) yield SAYS.moreProblems(sums.length - shown.length)[language];
  if (sums.length > 0) yield '';
}
