import { randomBytes } from 'node:crypto';
import { mkdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { type Config, parseSettings } from '../config.ts';
import { HireSyncError } from '../errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { codeCacheIn } from '../pipeline/code-cache.ts';
import { filesOf, type Pipeline } from '../pipeline/define.ts';
import type { Deps } from '../pipeline/job.ts';
import type { Code } from '../pipeline/short-way.ts';
import { GUARDS, type GuardName } from '../plan/guard.ts';
import { openPlanStore, type PlanStore } from '../plan/plan-store.ts';
import type { Policy } from '../plan/three-way.ts';
import { writeWhole } from '../pull/write-whole.ts';
import { ORIGINAL_REJECTS } from '../readers/originals.ts';
import { deadlineWarning } from '../report/cost.ts';
import { rejectsCsv } from '../report/rejects.ts';
import { storeRun } from '../report/stored.ts';
import { EXIT } from '../result/exit.ts';
import type { Report } from '../result/report.ts';
import { loadContained } from './containment.ts';
import { readEnvironment } from './environment.ts';
import { fitHeapToRows } from './heap.ts';
import { localZone, nextLocalTime } from './local-time.ts';
import { say } from './output.ts';
import { type Failure, giveOut, tryTo, type Wishes, wishesOf } from './reports.ts';
import { forgetOldRuns, runsFolder, STORED } from './run-folder.ts';
import { version } from './version.ts';

const REJECTS = 'rejects.csv';

/** Flags that `plan` and `sync` share. */
export interface PipelineFlags {
  readonly source?: string;
  readonly ledger?: string;
  readonly rate?: string;
  readonly limiter?: string;
  readonly limit?: string;
  readonly json?: boolean;
  readonly logLevel?: string;
  readonly logFormat?: string;
  readonly allow?: readonly string[];
  readonly onlyRejects?: string;
  readonly full?: boolean;
  readonly onDrift?: string;
  readonly repairDrift?: boolean;
  readonly recreateMissing?: boolean;
  readonly sourceAppId?: string;
  readonly sourceRate?: string;
  readonly format?: string;
  readonly report?: readonly string[];
  readonly lang?: string;
  readonly redact?: boolean;
  readonly deadline?: string;
  /** Of `sync`: a saved plan, and what a probe found. */
  readonly plan?: string;
  readonly probe?: string;
}

/** What `plan` and `sync` begin with. */
export interface Prepared {
  readonly config: Config;
  readonly pipeline: Pipeline;
  /** Absolute path of the source folder. */
  readonly folder: string;
  /** Absolute paths of all files that it reads, and of its ledger. */
  readonly inputs: readonly string[];
  /** A fresh run id, in order of time: `20261121-001930-3f9a2c`. */
  readonly run: string;
  /** Absolute path of a corrected reject file. */
  readonly onlyRejects: string | undefined;
  readonly identity: Code;
  readonly full: boolean;
  /** Absolute path of the folder with one folder per run, for its reject file. */
  readonly runs: string;
  /** Guards lifted with --allow. */
  readonly allowed: readonly GuardName[];
  readonly policy: Policy;
  /** Hex SHA-256 of the pipeline's code. */
  readonly code: string;
  /** What reports are wanted. */
  readonly wishes: Wishes;
}

/** @throws HireSyncError CONFIG_INVALID, PIPELINE_INVALID, SOURCE_MISSING */
export async function prepare(file: string, flags: PipelineFlags): Promise<Prepared> {
  const cwd = process.cwd();
  const config = parseSettings({ ...flags, limiterFromEnvironment: readEnvironment().limiter }, cwd);
  const path = resolve(cwd, file);
  const loaded = await loadContained(path, codeCacheIn(dirname(config.ledgerFile)));
  const { pipeline, sha256 } = loaded;
  fitHeapToRows();
  const folder = folderOf(pipeline, path, flags.source, cwd);
  const onlyRejects = rejectsOf(flags.onlyRejects, cwd);
  const named = [onlyRejects, ...[flags.plan, flags.probe].map((one) => one && resolve(cwd, one))];
  const inputs = [
    ...loaded.codeFiles,
    ...filesOf(pipeline).map((one) => resolve(folder, one)),
    ...named.filter((one) => one !== undefined),
    config.ledgerFile,
  ];
  return {
    config,
    pipeline,
    folder,
    inputs,
    run: newRunId(),
    identity: { sha256, version: version() },
    full: flags.full ?? false,
    allowed: guardsOf(flags.allow),
    onlyRejects,
    code: sha256,
    policy: {
      onDrift: config.onDrift ?? pipeline.onDrift,
      repairDrift: flags.repairDrift === true,
      recreateMissing: flags.recreateMissing === true,
    },
    runs: runsFolder(config.ledgerFile),
    wishes: wishesOf(config, cwd, inputs),
  };
}

/** The source folder of a pipeline: the flag, else what the pipeline names. @throws HireSyncError CONFIG_INVALID, SOURCE_MISSING */
export function folderOf(
  { name, sourceDir }: Pipeline,
  path: string,
  source: string | undefined,
  cwd: string,
): string {
  if (source === undefined && sourceDir === undefined) {
    const message = `Where is the export? Pipeline "${name}" has no sourceDir: give its folder with --source DIR.`;
    throw new HireSyncError('CONFIG_INVALID', message);
  }
  const folder = source === undefined ? resolve(dirname(path), sourceDir ?? '') : resolve(cwd, source);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  const from = source === undefined ? `sourceDir of pipeline "${name}"` : '--source';
  throw new HireSyncError('SOURCE_MISSING', `There is no folder ${folder} (from ${from}).`);
}

function rejectsOf(file: string | undefined, cwd: string): string | undefined {
  if (file === undefined) return undefined;
  const path = resolve(cwd, file);
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isFile()) return path;
  const what = there === undefined ? `There is no file ${path}` : `${path} is not a file`;
  throw new HireSyncError('SOURCE_MISSING', `${what} (from --only-rejects).`);
}

/** @throws HireSyncError CONFIG_INVALID for a name that is none */
export function guardsOf(names: readonly string[] = []): readonly GuardName[] {
  return names.map((name) => {
    const guard = GUARDS.find((known) => known === name);
    if (guard !== undefined) return guard;
    throw new HireSyncError(
      'CONFIG_INVALID',
      `--allow names no guard "${name}"; there is: ${GUARDS.join(', ')}.`,
    );
  });
}

/** A fresh run id, in order of time. */
export function newRunId(): string {
  const time = new Date().toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${time}-${randomBytes(3).toString('hex')}`;
}

/** What `run` needs to foresee its end, and a warning on stderr when it is too late. */
export function foresight({
  config,
  wishes,
}: Pick<Prepared, 'config' | 'wishes'>): Pick<Deps, 'zone' | 'deadlineMs' | 'onPlanned'> {
  const zone = localZone();
  return {
    zone,
    deadlineMs: config.deadline === undefined ? undefined : nextLocalTime(config.deadline, Date.now(), zone),
    onPlanned: (cost) => {
      const warning = deadlineWarning(cost, wishes.language);
      if (warning !== null) say(warning);
    },
  };
}

/** As `reportedOn`; closes the ledger as well. */
export async function reported(
  prepared: Prepared,
  ledger: Ledger,
  work: (store: PlanStore) => Promise<Report>,
): Promise<Report> {
  try {
    return await reportedOn(prepared, work);
  } finally {
    ledger.close();
  }
}

/** Opens a plan, lets `work` fill it and report, gives out the report, and closes the plan. */
export async function reportedOn(
  { pipeline, run, runs, wishes }: Prepared,
  work: (store: PlanStore) => Promise<Report>,
): Promise<Report> {
  const store = openPlanStore();
  try {
    const made = await work(store);
    const folder = join(runs, run);
    const rejects = join(folder, REJECTS);
    const failures: Failure[] = [];
    if (made.rows.rejected > 0)
      failures.push(...tryTo('the rejected rows', rejects, () => writeRejects(folder, store, run)));
    if (made.mode === 'sync') {
      const data = join(folder, STORED);
      const kept = failures.length === 0 ? made : { ...made, exitCode: EXIT.error };
      failures.push(
        ...tryTo('the data of the run', data, () => storeRun(data, kept, pipeline.target, store)),
      );
      forgetOldRuns(runs);
    }
    const report = failures.length === 0 ? made : { ...made, exitCode: EXIT.error };
    const unwritten = await giveOut({ report, changes: store, target: pipeline.target }, wishes);
    // Why a run stopped is why it ends as it does; what could not be written as well is a remark then.
    const begins = report.stopped === null ? 'hire-sync: ' : 'Besides, ';
    for (const { what, file, why } of [...failures, ...unwritten])
      say(`${begins}${what} could not be written to ${file} (${why}).`);
    if (report.rows.rejected > 0 && failures.every(({ file }) => file !== rejects))
      say(`Rejected rows, to be corrected: ${relative(process.cwd(), rejects)}`);
    if (report.stopped !== null) say(`hire-sync: ${report.stopped.message}`);
    return unwritten.length === 0 ? report : { ...report, exitCode: EXIT.error };
  } finally {
    store.close();
  }
}

/** Once to be corrected, and once to compare the corrected file with. */
function writeRejects(folder: string, store: PlanStore, run: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of [REJECTS, ORIGINAL_REJECTS]) writeWhole(join(folder, name), rejectsCsv(store, run));
}
