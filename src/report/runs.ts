import type { RunIssue, RunRow } from '../ledger/runs.ts';
import type { Report } from '../result/report.ts';
import { oneLine, pad } from './columns.ts';
import { isReasonCode, REASON_WORDS } from './reason-words.ts';
import { duration } from './units.ts';

/** Past runs, one line each, newest first. */
export function* runList(runs: readonly RunRow[]): Generator<string> {
  if (runs.length === 0) {
    yield 'No runs yet.';
    return;
  }
  yield `${pad('run', 24)} ${pad('pipeline', 16)} ${pad('state', 9)} exit  totals`;
  for (const run of runs) {
    yield `${pad(run.id, 24)} ${pad(run.pipeline, 16)} ${pad(run.state, 9)} ${pad(String(run.exitCode ?? '–'), 4)}  ${totalsOf(run)}`;
  }
}

/** One run with what did not go through. */
export function* runDetail(run: RunRow, issues: readonly RunIssue[]): Generator<string> {
  yield `run       ${run.id}`;
  yield `pipeline  ${run.pipeline}`;
  yield `state     ${run.state}${run.exitCode === null ? '' : `, exit code ${run.exitCode}`}`;
  yield `started   ${new Date(run.startedAt).toISOString()}`;
  if (run.finishedAt !== null) yield `took      ${duration(run.finishedAt - run.startedAt)}`;
  const report = reportOf(run);
  if (report !== null) {
    yield `totals    ${totalsOf(run)}`;
    const { allowed = [], files = [], requests = {}, stopped } = report;
    if (allowed.length > 0) yield `allowed   ${[...new Set(allowed)].join(', ')}`;
    if (stopped != null) yield `stopped   ${stopped.message}`;
    for (const { file, rows, sha256 } of files) yield `file      ${file}: ${rows} rows, sha256 ${sha256}`;
    for (const [endpoint, { sent, retried, limited }] of Object.entries(requests)) {
      yield `requests  ${endpoint}: ${sent} sent, ${retried} retries, ${limited} limited`;
    }
  }
  for (const { kind, key, file, line, code, field, logId } of issues) {
    const log = logId === null || logId === '' ? '' : `  log id ${logId}`;
    yield `${pad(kind, 9)} ${pad(oneLine(key ?? '(no key)'), 16)} ${file === '' ? '' : `${file}:${line}  `}${oneLine(field)} ${codeText(code)}${log}`;
  }
}

/** What a code of a row stands for, where it is that of a reason; older runs noted words. */
function codeText(code: string): string {
  return isReasonCode(code) ? `${REASON_WORDS[code].name.en} (${code})` : code;
}

const WORDS: Readonly<Record<string, string>> = { inDoubt: 'in doubt' };

function totalsOf(run: RunRow): string {
  const report = reportOf(run);
  if (report === null) return run.state === 'running' ? 'not finished' : '';
  const { rows, notAttempted = 0 } = report;
  const { read, ...kinds } = { ...rows, held: rows.held - notAttempted, 'not begun': notAttempted };
  const parts = Object.entries(kinds).filter(([, n]) => n > 0);
  return `${read} read: ${parts.map(([name, n]) => `${n} ${WORDS[name] ?? name}`).join(', ') || 'nothing'}`;
}

/** What every run notes, and what only some do: an undo reads no files and lifts no guards. */
type Summary = Pick<Report, 'rows'> & Partial<Report>;

function reportOf(run: RunRow): Summary | null {
  return run.summary === null ? null : (JSON.parse(run.summary) as Summary);
}
