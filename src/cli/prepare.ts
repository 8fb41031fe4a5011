import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { HireSyncError } from '../errors.ts';
import { codeCacheIn } from '../pipeline/code-cache.ts';
import { filesOf, type Pipeline } from '../pipeline/define.ts';
import type { Deps, Job } from '../pipeline/job.ts';
import type { Code } from '../pipeline/skip-unchanged.ts';
import { GUARDS } from '../plan/guard.ts';
import type { Bilingual } from '../plan/shape.ts';
import type { Policy } from '../plan/three-way.ts';
import { deadlineWarning } from '../report/cost.ts';
import { w } from '../report/sentences.ts';
import { loadContained } from './containment.ts';
import { number, oneOf, path, several, type Values } from './flag.ts';
import { fitHeapToRows } from './heap.ts';
import { localZone, nextLocalTime } from './local-time.ts';
import { SOURCE_FLAGS } from './open-source.ts';
import { say } from './output.ts';
import { type REPORT_FLAGS, type Wishes, wishesOf } from './reports.ts';
import { runsFolder } from './run-folder.ts';
import { type Settings, settings } from './settings.ts';
import { calledIn } from './values.ts';
import { version } from './version.ts';

/** What is offered wherever guards speak up. */
export const ALLOW_FLAG = {
  allow: several(
    oneOf('<guard>', w('本次放行一项检查；可重复', 'lift one guard for this run; may be repeated'), GUARDS),
  ),
};

/** What `plan` and `sync` offer, besides their reports. */
export const PIPELINE_FLAGS = {
  ...SOURCE_FLAGS,
  ...ALLOW_FLAG,
  ...settings('full', 'onDrift', 'repairDrift', 'recreateMissing', 'deadline'),
  sample: number(
    '<n>',
    w(
      '抽取验收样本：最多 n 条，尽量少而涵盖每个词、取值和字段',
      'draw the fewest records, at most n, that show every word, value and field there is',
    ),
    {
      min: 1,
      max: 9999,
      whole: true,
      allowed: w('必须是记录数，1 到 9999', 'it must be a number of records from 1 to 9999'),
    },
  ),
  onlyRejects: path(
    '<file>',
    w(
      '只导入这个改正过的拒绝文件中的行，以及同一次运行的明细行文件',
      'take only the rows of this corrected reject file, and of those of its run beside it',
    ),
  ),
};

/** What is prepared from; a command that does not offer all of it does without the rest. */
export type PipelineFlags = Pick<Settings, 'ledger'> &
  Partial<Values<typeof PIPELINE_FLAGS> & Values<typeof REPORT_FLAGS>> & {
    /** Of `sync`: a saved plan, and what a probe found. */
    readonly plan?: string | undefined;
    readonly probe?: string | undefined;
  };

/** A job with what the command line needs besides. */
export interface Prepared extends Job {
  /** Absolute paths of all files that it reads, and of its ledger. */
  readonly inputs: readonly string[];
  /** A fresh run id, in order of time: `20261121-001930-3f9a2c`. */
  readonly run: string;
  readonly identity: Code;
  readonly policy: Policy;
  /** Absolute path of the folder with one folder per run, for its reject file. */
  readonly runs: string;
  /** What reports are wanted. */
  readonly wishes: Wishes;
}

/** @throws HireSyncError CONFIG_INVALID, PIPELINE_INVALID, SOURCE_MISSING */
export async function prepare(file: string, flags: PipelineFlags): Promise<Prepared> {
  const { ledger, full, allow = [], sample, onlyRejects, onDrift, repairDrift, recreateMissing } = flags;
  const cwd = process.cwd();
  const path = resolve(cwd, file);
  const { pipeline, sha256, codeFiles } = await loadContained(path, codeCacheIn(dirname(ledger)));
  fitHeapToRows();
  const folder = folderOf(pipeline, path, flags);
  mustBeFile(onlyRejects);
  const named = [onlyRejects, flags.probe, flags.plan && resolve(cwd, flags.plan)];
  const inputs = [
    ...codeFiles,
    ...filesOf(pipeline).map((one) => resolve(folder, one)),
    ...named.filter((one) => one !== undefined),
    ledger,
  ];
  return {
    pipeline,
    file: relative(cwd, path) || file,
    folder,
    inputs,
    run: newRunId(),
    identity: { sha256, version: version() },
    full,
    allowed: allow,
    sample,
    onlyRejects,
    policy: {
      onDrift: onDrift ?? pipeline.onDrift,
      repairDrift: repairDrift === true,
      recreateMissing: recreateMissing === true,
    },
    runs: runsFolder(ledger),
    wishes: wishesOf(flags, inputs),
  };
}

/** The source folder of a pipeline: the flag, else what the pipeline names. @throws HireSyncError CONFIG_INVALID, SOURCE_MISSING */
export function folderOf(
  { name, sourceDir }: Pipeline,
  path: string,
  flags: Partial<Pick<Settings, 'source'>>,
): string {
  const { source } = flags;
  if (source === undefined && sourceDir === undefined) {
    const message = w(
      `导出在哪里？同步规则“${name}”没有 sourceDir：请用 --source DIR 指明文件夹。`,
      `Where is the export? Pipeline "${name}" has no sourceDir: give its folder with --source DIR.`,
    );
    throw new HireSyncError('CONFIG_INVALID', message);
  }
  const folder = source ?? resolve(dirname(path), sourceDir ?? '');
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  const called = calledIn(flags, 'source');
  const from =
    source === undefined
      ? w(`同步规则“${name}”的 sourceDir`, `sourceDir of pipeline "${name}"`)
      : w(called, called);
  const message = w(
    `没有文件夹 ${folder}（来自 ${from.zh}）。`,
    `There is no folder ${folder} (from ${from.en}).`,
  );
  throw new HireSyncError('SOURCE_MISSING', message);
}

function mustBeFile(rejects: string | undefined): void {
  if (rejects === undefined) return;
  const missing = whyNoFile(rejects, '--only-rejects');
  if (missing !== null) throw new HireSyncError('SOURCE_MISSING', missing);
}

/** What a probe found: the file that is named, else that beside the ledger. @throws HireSyncError CONFIG_INVALID when it is not there */
export function probeFileOf(flags: Pick<Settings, 'probe' | 'ledger'>): string {
  const { probe: file, ledger } = flags;
  if (file === undefined) return join(dirname(ledger), 'probe.json');
  const missing = whyNoFile(file, calledIn(flags, 'probe'));
  if (missing !== null) throw new HireSyncError('CONFIG_INVALID', missing);
  return file;
}

/** That a file is not there, or is none; null where all is well. `from`: where it is named. */
function whyNoFile(file: string, from: string): Bilingual | null {
  const there = statSync(file, { throwIfNoEntry: false });
  if (there?.isFile()) return null;
  return there === undefined
    ? w(`没有文件 ${file}（来自 ${from}）。`, `There is no file ${file} (from ${from}).`)
    : w(`${file} 不是文件（来自 ${from}）。`, `${file} is not a file (from ${from}).`);
}

/** A fresh run id, in order of time. */
export function newRunId(): string {
  const time = new Date().toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${time}-${randomBytes(3).toString('hex')}`;
}

/** What `run` needs to foresee its end, and a warning on stderr when it is too late. */
export function foresight(
  { pipeline }: Pick<Prepared, 'pipeline'>,
  { rate, deadline }: Pick<Settings, 'rate' | 'deadline'>,
): Pick<Deps, 'rate' | 'zone' | 'deadlineMs' | 'onPlanned'> {
  const zone = localZone();
  return {
    rate,
    zone,
    deadlineMs:
      deadline === undefined ? undefined : nextLocalTime(deadline, Date.now(), pipeline.zone ?? zone),
    onPlanned: (cost) => {
      const warning = deadlineWarning(cost);
      if (warning !== null) say(warning);
    },
  };
}
