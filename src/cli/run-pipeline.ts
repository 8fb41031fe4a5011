import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { type Config, parseSettings } from '../config.ts';
import { HireSyncError } from '../errors.ts';
import * as self from '../index.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { codeCacheIn } from '../pipeline/code-cache.ts';
import type { Pipeline } from '../pipeline/define.ts';
import { loadPipeline } from '../pipeline/load.ts';
import type { Code } from '../pipeline/short-way.ts';
import { GUARDS, type GuardName } from '../plan/guard.ts';
import { openPlanStore, type PlanStore } from '../plan/plan-store.ts';
import type { Policy } from '../plan/three-way.ts';
import { ORIGINAL_REJECTS } from '../readers/originals.ts';
import { jsonReport } from '../report/json.ts';
import { rejectsCsv } from '../report/rejects.ts';
import { EXIT, type Report } from '../report/report.ts';
import { textReport } from '../report/text.ts';
import { readEnvironment } from './environment.ts';
import { lines, print, say, writePrivately } from './output.ts';
import { version } from './version.ts';

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
}

/** What `plan` and `sync` begin with. */
export interface Prepared {
  readonly config: Config;
  readonly pipeline: Pipeline;
  /** Absolute path of the source folder. */
  readonly folder: string;
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
}

/** @throws HireSyncError CONFIG_INVALID, PIPELINE_INVALID, SOURCE_MISSING */
export async function prepare(file: string, flags: PipelineFlags): Promise<Prepared> {
  const cwd = process.cwd();
  const config = parseSettings({ ...flags, limiterFromEnvironment: readEnvironment().limiter }, cwd);
  const path = resolve(cwd, file);
  const { pipeline, sha256 } = await loadPipeline(path, self, codeCacheIn(dirname(config.ledgerFile)));
  return {
    config,
    pipeline,
    folder: folderOf(pipeline, path, flags.source, cwd),
    run: newRunId(),
    identity: { sha256, version: version() },
    full: flags.full ?? false,
    allowed: guardsOf(flags.allow),
    onlyRejects: rejectsOf(flags.onlyRejects, cwd),
    code: sha256,
    policy: {
      onDrift: config.onDrift ?? pipeline.onDrift,
      repairDrift: flags.repairDrift === true,
      recreateMissing: flags.recreateMissing === true,
    },
    runs: join(dirname(config.ledgerFile), 'runs'),
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
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
  throw new HireSyncError('SOURCE_MISSING', `There is no file ${path} (from --only-rejects).`);
}

function guardsOf(names: readonly string[] = []): readonly GuardName[] {
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

/** As `reportedOn`; closes the ledger as well. */
export async function reported(
  prepared: Prepared,
  flags: PipelineFlags,
  ledger: Ledger,
  work: (store: PlanStore) => Promise<Report>,
): Promise<Report> {
  try {
    return await reportedOn(prepared, flags, work);
  } finally {
    ledger.close();
  }
}

/** Opens a plan, lets `work` fill it and report, prints the report, and closes the plan. */
export async function reportedOn(
  { config, pipeline, run, runs }: Prepared,
  flags: PipelineFlags,
  work: (store: PlanStore) => Promise<Report>,
): Promise<Report> {
  const store = openPlanStore();
  try {
    const made = await work(store);
    const rejects = join(runs, run, 'rejects.csv');
    const unwritable = made.rows.rejected === 0 ? null : tryToWrite(rejects, store, run);
    const report = unwritable === null ? made : { ...made, exitCode: EXIT.error };
    const text = () =>
      lines(textReport(report, store, { shape: pipeline.target.shape, limit: config.limit }));
    await print(flags.json ? jsonReport(report, store) : text());
    if (unwritable !== null)
      say(`hire-sync: the rejected rows could not be written to ${rejects} (${unwritable}).`);
    else if (report.rows.rejected > 0)
      say(`Rejected rows, to be corrected: ${relative(process.cwd(), rejects)}`);
    if (report.stopped !== null) say(`hire-sync: ${report.stopped.message}`);
    return report;
  } finally {
    store.close();
  }
}

/** Writes the reject file; what went wrong, or null. A full disk must not keep the report of what was done from its reader. */
function tryToWrite(file: string, store: PlanStore, run: string): string | null {
  try {
    // Once to be corrected, and once to compare the corrected file with.
    for (const name of [file, join(dirname(file), ORIGINAL_REJECTS)])
      writePrivately(name, rejectsCsv(store, run));
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return code;
  }
}
