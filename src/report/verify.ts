import type { RequestCounts } from '../model.ts';
import { eachFinding, type Finding, type Findings } from '../plan/findings.ts';
import { shapeAt } from '../plan/labels.ts';
import type { VerifyKind as Kind, VerifyReport } from '../result/verify.ts';
import { oneLine, pad } from './columns.ts';
import { jsonList, reasonOf } from './json.ts';
import type { RenderOptions } from './options.ts';
import { reasonText } from './reason-words.ts';
import { duration } from './units.ts';
import { showValue } from './values.ts';
import { VERIFY_WORDS } from './verify-words.ts';

/** What a person should look at first comes first. */
const LISTED = [
  ['changed', '~'],
  ['missing', '-'],
  ['unknown', '+'],
  ['open', '?'],
] as const;

type TextOptions = Pick<RenderOptions, 'shape' | 'language' | 'redact' | 'limit'>;

const SAYS = {
  zh: {
    more: (n: number, kind: string) => `  … 另有 ${n} 条${kind}（--limit 0 列出全部）`,
    under: (application: string) => `投递 ${application} 之下`,
    noId: '无飞书 ID',
    inFeishu: '（飞书现在）',
    notLooked: '未查找其他对象（--known-only）。',
    unknown: (n: number, of: number) => `${of} 个投递的对象中，账本中没有的 ${n} 个。`,
    totals: (parts: string, read: number) => `核对：${parts} = ${read} 条记录。`,
    resumed: (n: number) => `${n} 条记录由先前中断的核对读取。`,
    meanwhile: (run: string) => `期间有运行 ${run}；它写入的已重新读取。`,
    requests: (endpoint: string, { sent, retried, limited }: RequestCounts) =>
      `请求：${endpoint} 发出 ${sent}，其中重试 ${retried}，被限流 ${limited}。`,
    end: (ms: number) => `没有写入任何内容。用时 ${duration(ms, 'zh')}。`,
    separator: '，',
  },
  en: {
    more: (n: number, kind: string) => `  … and ${n} more ${kind} (--limit 0 lists all)`,
    under: (application: string) => `under application ${application}`,
    noId: 'no Feishu id',
    inFeishu: ' (in Feishu)',
    notLooked: ' Other objects were not looked for (--known-only).',
    unknown: (n: number, of: number) => ` ${n} unknown among the objects of ${of} applications.`,
    totals: (parts: string, read: number) => `Verify: ${parts} = ${read} records.`,
    resumed: (n: number) => `${n} records had been read by an earlier verify that was interrupted.`,
    meanwhile: (run: string) => `Run ${run} was going on meanwhile; what it wrote was read again.`,
    requests: (endpoint: string, { sent, retried, limited }: RequestCounts) =>
      `Requests: ${endpoint} ${sent} sent, ${retried} of them retries, ${limited} limited.`,
    end: (ms: number) => `Nothing was written. Took ${duration(ms)}.`,
    separator: ', ',
  },
} as const;

/** The report as text, line by line: what is not equal, at most `limit` of a kind (0 = all), then the numbers. */
export function* verifyText(
  report: VerifyReport,
  findings: Pick<Findings<Kind>, 'page' | 'count'>,
  options: TextOptions,
): Generator<string> {
  const { language, limit } = options;
  const says = SAYS[language];
  let listed = false;
  for (const [kind, sign] of LISTED) {
    let shown = 0;
    for (const finding of eachFinding(findings, [kind])) {
      if (limit > 0 && shown === limit) break;
      shown++;
      yield* findingLines(finding, `${sign} ${VERIFY_WORDS[kind][language]}`, options);
    }
    const rest = findings.count(kind) - shown;
    if (rest > 0) yield says.more(rest, VERIFY_WORDS[kind][language]);
    listed ||= shown + rest > 0;
  }
  if (listed) yield '';
  const { records, unknown, applications, resumed, meanwhile } = report;
  const { read, ...kinds } = records;
  const parts = Object.entries(kinds).map(([name, n]) => `${n} ${VERIFY_WORDS[name as Kind][language]}`);
  const search = unknown === null ? says.notLooked : says.unknown(unknown, applications);
  yield `${says.totals(parts.join(says.separator), read)}${search}`;
  if (resumed > 0) yield says.resumed(resumed);
  if (meanwhile !== null) yield says.meanwhile(meanwhile);
  for (const [endpoint, counts] of Object.entries(report.requests)) yield says.requests(endpoint, counts);
  yield says.end(report.durationMs);
}

function* findingLines(finding: Finding<Kind>, sign: string, options: TextOptions): Generator<string> {
  const { shape, language } = options;
  const { key, remoteId, application, reason, fields } = finding;
  const says = SAYS[language];
  const id = remoteId ?? says.noId;
  const head = key === null ? `${id}  ${says.under(application)}` : `${pad(oneLine(key), 16)} ${id}`;
  yield `  ${pad(sign, 10)} ${head}${reason === null ? '' : `  ${oneLine(reasonText(reason, options))}`}`;
  for (const { path, before, after } of fields) {
    const inner = shapeAt(shape, path);
    yield `      ${path}: ${showValue(inner, before, language)} → ${showValue(inner, after, language)}${says.inFeishu}`;
  }
}

/** The report as one JSON object, in pieces: `VerifyReport`, then `changed`, `missing`, `unknownObjects` and `open`. */
export function* verifyJson(
  report: VerifyReport,
  findings: Pick<Findings<Kind>, 'page'>,
  options: Pick<RenderOptions, 'language' | 'redact'>,
): Generator<string> {
  yield JSON.stringify(report).slice(0, -1);
  yield* jsonList(
    'changed',
    rows(findings, 'changed', ({ fields }) => ({ fields: fields.map(({ path }) => path) })),
  );
  yield* jsonList(
    'missing',
    rows(findings, 'missing', () => ({})),
  );
  yield* jsonList('unknownObjects', unknownRows(findings, options));
  yield* jsonList(
    'open',
    rows(findings, 'open', ({ reason }) => (reason === null ? {} : reasonOf(reason, options))),
  );
  yield '}\n';
}

function* rows(
  findings: Pick<Findings<Kind>, 'page'>,
  kind: Kind,
  more: (finding: Finding<Kind>) => object,
): Generator<object> {
  for (const finding of eachFinding(findings, [kind]))
    yield { key: finding.key, id: finding.remoteId, ...more(finding) };
}

function* unknownRows(
  findings: Pick<Findings<Kind>, 'page'>,
  options: Pick<RenderOptions, 'language' | 'redact'>,
): Generator<object> {
  for (const { remoteId, application, reason } of eachFinding(findings, ['unknown']))
    yield { id: remoteId, application, ...(reason === null ? {} : reasonOf(reason, options)) };
}
