import { HireSyncError } from '../errors.ts';
import { DEFAULT_BASE_URL, parseBaseUrl } from '../feishu/base-url.ts';
import { type Ledger, openLedger } from '../ledger/ledger.ts';
import { EXIT } from '../result/exit.ts';
import { eventsOf, type Notice, type NoticePipeline, type NoticeReason } from '../result/notice.ts';
import { processCode, type Report } from '../result/report.ts';
import { oldestOf, type PipelineStanding } from '../result/standing.ts';
import type { VerifyReport } from '../result/verify.ts';
import { readEnvironment } from './environment.ts';
import { exitCodeFor } from './exit-code.ts';
import { localZone } from './local-time.ts';
import { standingOf } from './standing.ts';

/** How a pipeline ended: with a report, or with an error before it had one. */
export type Ending =
  | { readonly report: Report | VerifyReport }
  | { readonly pipeline: string; readonly run: string; readonly error: unknown };

/** What is to be told of a command, made of how its pipelines ended and of what the ledger says of the runs before. */
export function noticeOf(
  how: Pick<Notice, 'command' | 'exitCode' | 'startedAt' | 'durationMs'>,
  ended: readonly Ending[],
  error: unknown,
  ledgerFile: string,
): Notice {
  const ledger = ledgerOf(ledgerFile);
  try {
    const pipelines = ended.map((one) => pipelineOf(one, ledger));
    const made = ended.flatMap((one) => ('report' in one ? (one.report.made?.app ?? []) : []))[0];
    const notice = {
      ...how,
      app: made ?? appOf() ?? asked(ledger, (open) => open.owner()),
      pipelines,
      reason: reasonOutside(how.exitCode, ended, error),
    };
    return { ...notice, events: eventsOf(notice) };
  } finally {
    ledger?.close();
  }
}

/** Why the command ended where no pipeline tells: none had begun, or somebody ended it. */
function reasonOutside(exitCode: number, ended: readonly Ending[], error: unknown): NoticeReason | null {
  if (error !== undefined)
    return ended.some((one) => 'error' in one && one.error === error) ? null : reasonOf(error);
  const isInterrupted = exitCode === EXIT.sigint || exitCode === EXIT.sigterm;
  return isInterrupted && ended.length === 0 ? { kind: 'error', code: 'INTERRUPTED', guards: [] } : null;
}

function reasonOf(error: unknown): NoticeReason {
  if (!HireSyncError.is(error)) return { kind: 'error', code: 'INTERNAL', guards: [] };
  return {
    kind: 'error',
    code: error.code,
    guards: [...new Set(error.complaints.map(({ guard }) => guard))],
  };
}

/** The tenant that the environment names, where it names one that can be. */
function appOf(): Notice['app'] {
  const { appId, baseUrl = DEFAULT_BASE_URL } = readEnvironment();
  try {
    return appId === undefined ? null : { baseUrl: parseBaseUrl(baseUrl), appId };
  } catch {
    return null;
  }
}

/** The ledger may be why the command failed: what it could tell is left out then. */
function ledgerOf(file: string): Ledger | null {
  try {
    return openLedger({ file, mode: 'read', now: Date.now });
  } catch {
    return null;
  }
}

function pipelineOf(ending: Ending, ledger: Ledger | null): NoticePipeline {
  const { pipeline } = 'report' in ending ? ending.report : ending;
  const standing = asked(ledger, (open) => standingOf(open, pipeline));
  if (!('report' in ending)) {
    const { run, error } = ending;
    const code = exitCodeFor(error);
    const reason = reasonOf(error);
    return { ...blank(pipeline, code, standing), run, before: beforeOf(run, ledger), reason };
  }
  const { report } = ending;
  const { exitCode } = report;
  if (report.mode === 'verify') {
    const code = exitCode === EXIT.changes ? 'differs-in-feishu' : 'not-compared';
    const reason = exitCode === EXIT.done ? null : ({ kind: 'row', code, guards: [] } as const);
    const { records: rows, requests, durationMs } = report;
    return { ...blank(pipeline, exitCode, standing), rows, requests, durationMs, reason };
  }
  const { run, rows, orphans, requests, durationMs } = report;
  return {
    ...blank(pipeline, exitCode, standing),
    run,
    processCode: processCode(report),
    rows: { ...rows },
    orphans,
    requests,
    durationMs,
    openSince: openSinceOf(standing, run),
    zone: report.made?.zone ?? localZone(),
    before: beforeOf(run, ledger),
    reason: reasonIn(report, ledger),
  };
}

function blank(pipeline: string, exitCode: number, standing: PipelineStanding | null): NoticePipeline {
  const none = { run: null, rows: null, openSince: null, before: null, reason: null, durationMs: null };
  const zone = localZone();
  const lastFinished = standing?.finished?.finishedAt ?? null;
  return { pipeline, exitCode, processCode: exitCode, orphans: 0, requests: {}, lastFinished, zone, ...none };
}

/** Only of the run that finished last: what one that stopped left open, nobody has counted. */
function openSinceOf(standing: PipelineStanding | null, run: string): string | null {
  return standing?.finished?.run === run ? oldestOf(standing.open) : null;
}

function beforeOf(run: string, ledger: Ledger | null): NoticePipeline['before'] {
  const before = asked(ledger, (open) => open.runs.before(run)) ?? null;
  return before === null ? null : (before.exitCode ?? 'died');
}

function reasonIn(
  { run, stopped, orphans, shown, exitCode }: Report,
  ledger: Ledger | null,
): NoticeReason | null {
  if (stopped !== null) return { kind: 'error', code: stopped.code, guards: stopped.guards ?? [] };
  if (exitCode === EXIT.done) return null;
  const [first] = asked(ledger, (open) => open.runs.issues(run, 1)) ?? [];
  const lost = shown.some((one) => one.lost === 'open') ? 'lost-text' : undefined;
  const code = first?.code ?? (orphans > 0 ? 'orphan-rows' : lost);
  return code === undefined ? null : { kind: 'row', code, guards: [] };
}

/** What the ledger says; null where it cannot. */
function asked<T>(ledger: Ledger | null, question: (ledger: Ledger) => T): T | null {
  try {
    return ledger === null ? null : question(ledger);
  } catch {
    return null;
  }
}
