import type { Language } from '../plan/shape.ts';
import type { AbsentName, Report } from '../result/report.ts';
import { oneLine, pad } from './columns.ts';
import { costLines, deadlineWarning } from './cost.ts';
import { eyeText } from './eyes.ts';
import { shownLines } from './shown.ts';
import { duration } from './units.ts';
import { CANARY_WORDS, ROW_WORDS } from './words.ts';

/** The numbers of a run, in lines. */
export function totals(report: Report, language: Language): Generator<string> {
  return language === 'zh' ? chinese(report) : english(report);
}

function* english(report: Report): Generator<string> {
  const { rows, mode } = report;
  const [to, d] = mode === 'plan' ? ['to ', ''] : ['', 'd'];
  const parts = [
    `${rows.created} ${to}create${d}`,
    `${rows.updated} ${to}update${d}`,
    `${rows.unchanged} unchanged${noted(report, 'en')}`,
    `${rows.skipped} skipped`,
    `${rows.rejected} rejected`,
    `${rows.held - report.notAttempted} held`,
    ...(report.notAttempted > 0 ? [`${report.notAttempted} not begun`] : []),
    ...(mode === 'plan' && rows.inDoubt === 0 ? [] : [`${rows.failed} failed`, `${rows.inDoubt} in doubt`]),
  ];
  yield `${mode === 'plan' ? 'Plan' : 'Sync'}: ${parts.join(', ')} = ${rows.read} rows read. ${report.missing} missing in the source.`;
  yield* byFile(report, 'en');
  yield* fileNotes(report.files);
  yield* absentNotes(report.absent);
  for (const eye of report.eyes) yield oneLine(eyeText(eye, 'en'));
  if (report.orphans > 0) {
    const files = report.files
      .filter(({ orphaned }) => orphaned > 0)
      .map(({ file, orphaned }) => `${orphaned} in ${file}`);
    yield `Child rows without a parent: ${files.join(', ')} (not imported).`;
  }
  const settled = fates(report, 'en');
  if (settled.length > 0) yield `Left in doubt by earlier runs: ${settled.join(', ')}.`;
  yield* spent(report, 'en');
  yield* shownLines(report, 'en');
  yield* canary(report, 'en');
  if (report.notAttempted > 0) yield 'Rows that were not begun are taken up by the next run.';
}

function* chinese(report: Report): Generator<string> {
  const { rows, mode } = report;
  const plan = mode === 'plan';
  const parts = [
    `${plan ? '将新建' : '已新建'} ${rows.created}`,
    `${plan ? '将更新' : '已更新'} ${rows.updated}`,
    `未变 ${rows.unchanged}${noted(report, 'zh')}`,
    `跳过 ${rows.skipped}`,
    `拒绝 ${rows.rejected}`,
    `搁置 ${rows.held - report.notAttempted}`,
    ...(report.notAttempted > 0 ? [`未开始 ${report.notAttempted}`] : []),
    ...(plan && rows.inDoubt === 0 ? [] : [`失败 ${rows.failed}`, `存疑 ${rows.inDoubt}`]),
  ];
  yield `${plan ? '计划' : '同步'}：${parts.join('，')} = 读取 ${rows.read} 行。源中缺失 ${report.missing} 条。`;
  yield* byFile(report, 'zh');
  for (const count of remarkable(report.files)) {
    const { file, encoding, delimiter, rows, blank, ignored, normalised, emptied, marks, controls } = count;
    const notes = [
      `${rows} 行`,
      ...(blank > 0 ? [`略去空行 ${blank}`] : []),
      ...(ignored > 0 ? [`略去合计行 ${ignored}`] : []),
      ...(normalised > 0 ? [`规范化单元格 ${normalised}`] : []),
      ...(emptied > 0 ? [`按声明视为空的单元格 ${emptied}`] : []),
      ...(marks > 0 ? [`数据中的字节顺序标记（U+FEFF）${marks} 个，原样保留`] : []),
      ...(controls > 0 ? [`数据中的控制字符（如 U+000B）${controls} 个，原样保留`] : []),
    ];
    const by = isOdd(delimiter) ? `，分隔符 ${JSON.stringify(delimiter)}` : '';
    yield `读取 ${file}（${encoding}${by}）：${notes.join('，')}。`;
  }
  for (const { file, member, nearest } of report.absent?.slice(0, MOST_ABSENT) ?? []) {
    const near = nearest === null ? '' : `，最接近的是 "${nearest}"`;
    yield `${file}：管道读取的成员 "${member}" 从未出现在任何记录中${near}；如可缺省，请声明 optional: ['${member}']。`;
  }
  for (const eye of report.eyes) yield oneLine(eyeText(eye, 'zh'));
  if (report.orphans > 0) {
    const files = report.files
      .filter(({ orphaned }) => orphaned > 0)
      .map(({ file, orphaned }) => `${file} ${orphaned} 行`);
    yield `没有所属面试的子行：${files.join('，')}（未导入）。`;
  }
  const settled = fates(report, 'zh');
  if (settled.length > 0) yield `以前运行遗留的存疑：${settled.join('，')}。`;
  yield* spent(report, 'zh');
  yield* shownLines(report, 'zh');
  yield* canary(report, 'zh');
  if (report.notAttempted > 0) yield '未开始的行由下一次运行继续。';
}

/** What there was to note of rows for which nothing needs to be sent. */
function noted({ noted: { adopted, recorded, drifted } }: Report, language: Language): string {
  const parts = (
    [
      [adopted, { zh: '飞书中已有', en: 'in Feishu already' }],
      [recorded, { zh: '已登记', en: 'recorded' }],
      [drifted, { zh: '飞书中已改', en: 'changed in Feishu' }],
    ] as const
  )
    .filter(([n]) => n > 0)
    .map(([n, words]) => (language === 'zh' ? `${words.zh} ${n}` : `${n} ${words.en}`));
  if (parts.length === 0) return '';
  return language === 'zh' ? `（${parts.join('，')}）` : ` (${parts.join(', ')})`;
}

/** The rows of each file, where they come from more than one. */
function* byFile({ byFile: files }: Report, language: Language): Generator<string> {
  if (files.length < 2) return;
  for (const { file, retried, rows } of files) {
    const { read, ...kinds } = rows;
    const parts = Object.entries(kinds)
      .filter(([, n]) => n > 0)
      .map(([name, n]) => [ROW_WORDS[name]?.[language] ?? name, n] as const);
    if (language === 'zh') {
      const waited = retried > 0 ? `，其中 ${retried} 行来自以前的晚上` : '';
      yield `  ${file}：${parts.map(([word, n]) => `${word} ${n}`).join('，')} = ${read} 行${waited}。`;
    } else {
      const waited = retried > 0 ? `, ${retried} of them from earlier nights` : '';
      yield `  of ${file}: ${parts.map(([word, n]) => `${n} ${word}`).join(', ')} = ${read} rows${waited}.`;
    }
  }
}

/** What a canary run wrote, as Feishu shows it. */
function* canary({ canary: result }: Report, language: Language): Generator<string> {
  if (result === null) return;
  const { rows, equal } = result;
  for (const { key, is, fields } of rows)
    yield `  ${pad(CANARY_WORDS[is][language], 10)} ${oneLine(key)}${fields.length > 0 ? `  ${fields.join(', ')}` : ''}`;
  yield language === 'zh'
    ? `试写：已写入并读回 ${rows.length} 条，其中 ${equal} 条与发送的一致。`
    : `Canary: ${rows.length} changes written and read back, ${equal} of them equal to what was sent.`;
}

/** What a plan would cost, or what a sync took. */
function* spent({ mode, cost, requests, rows, ...report }: Report, language: Language): Generator<string> {
  const zh = language === 'zh';
  if (mode === 'plan') {
    if (cost !== null) yield* costLines(cost, language);
    return;
  }
  for (const [endpoint, { sent, retried, limited }] of Object.entries(requests)) {
    yield zh
      ? `请求：${endpoint} 发出 ${sent} 次，其中重试 ${retried} 次，被限流 ${limited} 次。`
      : `Requests: ${endpoint} ${sent} sent, ${retried} of them retries, ${limited} limited.`;
  }
  const busiest = report.maxWritesPer1000ms;
  const took = duration(report.durationMs, language);
  if (busiest + rows.created + rows.updated === 0)
    yield zh ? `没有写入。用时 ${took}。` : `Nothing was written. Took ${took}.`;
  else
    yield zh
      ? `任意一秒内最多发出 ${busiest} 次写入。用时 ${took}。`
      : `At most ${busiest} writes started within any second. Took ${took}.`;
  const warning = cost === null ? null : deadlineWarning(cost, language);
  if (warning !== null) yield warning;
}

/** What is worth knowing of how a file was read: what was found out, left out or changed. */
export function* fileNotes(files: Report['files']): Generator<string> {
  for (const count of remarkable(files)) {
    const { file, encoding, delimiter, rows, blank, ignored, normalised, emptied, marks, controls } = count;
    const notes = [
      `${rows} rows`,
      ...(blank > 0 ? [`${blank} blank lines left out`] : []),
      ...(ignored > 0 ? [`${ignored} total rows left out`] : []),
      ...(normalised > 0 ? [`${normalised} cells normalised`] : []),
      ...(emptied > 0 ? [`${emptied} cells with a declared word for nothing, read as empty`] : []),
      ...(marks > 0 ? [`${marks} byte order marks (U+FEFF) inside the data, kept as they are`] : []),
      ...(controls > 0 ? [`${controls} control characters (such as U+000B), kept as they are`] : []),
    ];
    yield `Read ${file} as ${encoding}${isOdd(delimiter) ? `, separated by ${JSON.stringify(delimiter)}` : ''}: ${notes.join(', ')}.`;
  }
}

// Somebody who reads a member that is never there reads a handful of them, or a table of ids.
const MOST_ABSENT = 20;

/** Members that no record has ever had: a misspelt one looks no different from one that is always null. */
export function* absentNotes(absent: readonly AbsentName[] = []): Generator<string> {
  for (const { file, member, nearest } of absent.slice(0, MOST_ABSENT)) {
    const near = nearest === null ? '.' : `; did you mean "${nearest}"?`;
    yield `${file}: no record has ever had "${member}", which the pipeline reads${near} Declare optional: ['${member}'] if it may be absent.`;
  }
  if (absent.length > MOST_ABSENT) yield `… and ${absent.length - MOST_ABSENT} more such members.`;
}

function remarkable(files: Report['files']): Report['files'] {
  return files.filter(
    ({ encoding, delimiter, blank, ignored, normalised, emptied, marks, controls }) =>
      encoding !== 'utf-8' ||
      isOdd(delimiter) ||
      [blank, ignored, normalised, emptied, marks, controls].some((count) => count > 0),
  );
}

function isOdd(delimiter: string | null): boolean {
  return delimiter !== null && delimiter !== ',';
}

function fates({ recovered }: Report, language: Language): string[] {
  const settled = Object.entries(recovered ?? {}).filter(([, n]) => n > 0);
  return settled.map(([fate, n]) => {
    const words = FATES[fate]?.[language] ?? fate;
    return language === 'zh' ? `${words} ${n}` : `${n} ${words}`;
  });
}

const FATES: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  adopted: { zh: '在飞书中找到并认领', en: 'found in Feishu and adopted' },
  created: { zh: '重发同一请求后建成', en: 'created by the same request again' },
  held: { zh: '搁置', en: 'held' },
  open: { zh: '仍然存疑', en: 'still in doubt' },
};
