import type { RequestCounts } from '../model.ts';
import { eachFinding, type Finding, type Findings } from '../plan/findings.ts';
import type { Shape } from '../plan/shape.ts';
import { oneLine, pad } from './columns.ts';
import { jsonList } from './json.ts';
import { shapeAt } from './labels.ts';
import { EXIT } from './report.ts';
import { duration } from './units.ts';
import { showValue } from './values.ts';

type Kind = 'equal' | 'changed' | 'missing' | 'open' | 'unknown';

/** The numbers of a verify. Holds no candidate text. */
export interface VerifyReport {
  readonly pipeline: string;
  readonly mode: 'verify';
  readonly exitCode: number;
  /** `read` is the sum of the others. */
  readonly records: Readonly<Record<'read' | 'equal' | 'changed' | 'missing' | 'open', number>>;
  /** Objects under the records' applications that belong to no record; null when nobody looked (`--known-only`). */
  readonly unknown: number | null;
  /** Applications that were searched. */
  readonly applications: number;
  /** Records that an interrupted verify had read already. */
  readonly resumed: number;
  /** A run that was going on meanwhile; null when none was. */
  readonly meanwhile: string | null;
  /** By endpoint. */
  readonly requests: Readonly<Record<string, RequestCounts>>;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
}

/** 10 when Feishu is not what was last applied, else 3 when some records could not be compared, else 0. */
export function verifyExitCode({ records, unknown }: Pick<VerifyReport, 'records' | 'unknown'>): number {
  if (records.changed + records.missing + (unknown ?? 0) > 0) return EXIT.changes;
  return records.open > 0 ? EXIT.leftOpen : EXIT.done;
}

/** What a person should look at first comes first. */
const LISTED = [
  ['changed', '~ changed'],
  ['missing', '- missing'],
  ['unknown', '+ unknown'],
  ['open', '? open'],
] as const;

/** The report as text, line by line: what is not equal, at most `limit` of a kind (0 = all), then the numbers. */
export function* verifyText(
  report: VerifyReport,
  findings: Pick<Findings<Kind>, 'page' | 'count'>,
  { shape, limit }: { readonly shape: Shape; readonly limit: number },
): Generator<string> {
  let listed = false;
  for (const [kind, sign] of LISTED) {
    let shown = 0;
    for (const finding of eachFinding(findings, [kind])) {
      if (limit > 0 && shown === limit) break;
      shown++;
      yield* findingLines(finding, sign, shape);
    }
    const rest = findings.count(kind) - shown;
    if (rest > 0) yield `  … and ${rest} more ${kind} (--limit 0 lists all)`;
    listed ||= shown + rest > 0;
  }
  if (listed) yield '';
  const { records, unknown, applications, resumed, meanwhile } = report;
  const { read, ...kinds } = records;
  const parts = Object.entries(kinds).map(([name, n]) => `${n} ${name}`);
  const search =
    unknown === null
      ? 'Other objects were not looked for (--known-only).'
      : `${unknown} unknown among the objects of ${applications} applications.`;
  yield `Verify: ${parts.join(', ')} = ${read} records. ${search}`;
  if (resumed > 0) yield `${resumed} records had been read by an earlier verify that was interrupted.`;
  if (meanwhile !== null) yield `Run ${meanwhile} was going on meanwhile; what it wrote was read again.`;
  for (const [endpoint, { sent, retried, limited }] of Object.entries(report.requests)) {
    yield `Requests: ${endpoint} ${sent} sent, ${retried} of them retries, ${limited} limited.`;
  }
  yield `Nothing was written. Took ${duration(report.durationMs)}.`;
}

function* findingLines(finding: Finding<Kind>, sign: string, shape: Shape): Generator<string> {
  const { key, remoteId, application, why, fields } = finding;
  const name = key === null ? `under application ${application}` : pad(oneLine(key), 16);
  const id = remoteId ?? 'no Feishu id';
  const head = key === null ? `${id}  ${name}` : `${name} ${id}`;
  yield `  ${pad(sign, 10)} ${head}${why === '' ? '' : `  ${oneLine(why)}`}`;
  for (const { path, before, after } of fields) {
    const inner = shapeAt(shape, path);
    yield `      ${path}: ${showValue(inner, before, 'en')} → ${showValue(inner, after, 'en')} (in Feishu)`;
  }
}

/** The report as one JSON object, in pieces: `VerifyReport`, then `changed`, `missing`, `unknownObjects` and `open`. */
export function* verifyJson(report: VerifyReport, findings: Pick<Findings<Kind>, 'page'>): Generator<string> {
  yield JSON.stringify(report).slice(0, -1);
  yield* jsonList(
    'changed',
    rows(findings, 'changed', ({ fields }) => ({ fields: fields.map(({ path }) => path) })),
  );
  yield* jsonList(
    'missing',
    rows(findings, 'missing', () => ({})),
  );
  yield* jsonList('unknownObjects', unknownRows(findings));
  yield* jsonList(
    'open',
    rows(findings, 'open', ({ why }) => ({ why })),
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

function* unknownRows(findings: Pick<Findings<Kind>, 'page'>): Generator<object> {
  for (const { remoteId, application, why } of eachFinding(findings, ['unknown']))
    yield { id: remoteId, application, ...(why === '' ? {} : { why }) };
}
