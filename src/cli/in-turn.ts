import { HireSyncError } from '../errors.ts';
import type { RequestCounts } from '../model.ts';
import { w } from '../report/sentences.ts';
import { errorTold, stoppedJson } from '../report/stops.ts';
import { type Part, totalOf, totalText } from '../report/total.ts';
import { EXIT } from '../result/exit.ts';
import { processCode, type Report } from '../result/report.ts';
import { stoppedBy } from '../result/stopped.ts';
import { exitCodeFor } from './exit-code.ts';
import { lines, print, sayWhy } from './output.ts';
import { type PipelineFlags, type Prepared, prepare } from './prepare.ts';
import type { Settings } from './settings.ts';
import { calledIn, originOf } from './values.ts';

/** The argument of a command that takes several. */
export const PIPELINES = [
  [
    '[pipeline...]',
    w(
      '同步规则的文件，如 pipelines/legacy-ats.ts，按顺序（默认取设置中的 `pipelines`）',
      'pipeline files, such as pipelines/legacy-ats.ts, in their order (default: `pipelines` of the settings)',
    ),
  ],
] as const;

/** What a command reports of one pipeline, as far as the total is concerned. */
export interface TurnReport {
  readonly exitCode: number;
  readonly failOn?: Report['failOn'] | undefined;
  readonly rows: object;
  readonly requests?: Readonly<Record<string, RequestCounts>>;
  readonly maxWritesPer1000ms?: number;
}

/** How `inTurn` goes about it. */
export interface TurnOptions {
  readonly json?: boolean;
  /** Whether the next pipeline is begun after one that ended with this exit code; default: always. */
  readonly goOn?: (exitCode: number) => boolean;
  /** The exit code for an error; default `exitCodeFor`. */
  readonly exitCodeOf?: (error: HireSyncError) => number;
}

/**
 * Prepares every pipeline of a command line before the first one begins: a typing error in the last name must not come
 * up after an hour.
 * @throws HireSyncError CONFIG_INVALID (a flag that means one pipeline, two of one name), PIPELINE_INVALID, SOURCE_MISSING
 */
export async function prepareAll(
  named: readonly string[],
  flags: PipelineFlags & Partial<Pick<Settings, 'pipelines'>>,
): Promise<readonly Prepared[]> {
  const files = named.length > 0 ? named : (flags.pipelines ?? []);
  if (files.length === 0)
    throw new HireSyncError(
      'CONFIG_INVALID',
      w(
        '没有指明同步规则：请写上它的文件，如 pipelines/my-ats.ts，或列在 hire-sync.config.json 的 `pipelines` 中。',
        'No pipeline is named: name its file, such as pipelines/my-ats.ts, or list it as `pipelines` in hire-sync.config.json.',
      ),
    );
  if (files.length > 1) refuseFlagsOfOne(flags);
  const jobs: Prepared[] = [];
  for (const file of files) {
    const job = await prepare(file, flags);
    const { name } = job.pipeline;
    if (jobs.some(({ pipeline }) => pipeline.name === name)) {
      // Each would take the other's records for missing.
      const message = w(
        `${file} 是第二套名为“${name}”的同步规则：台账按名称区分记录归属。请只写一次，或改用另一个名称。`,
        `${file} is a second pipeline of the name "${name}": the name tells whose entries in the ledger are whose. Name it once, or give it another name.`,
      );
      throw new HireSyncError('CONFIG_INVALID', message);
    }
    jobs.push(job);
  }
  return jobs;
}

function refuseFlagsOfOne(flags: PipelineFlags & { readonly out?: string | undefined }): void {
  const names = ['source', 'onlyRejects', 'out', 'plan', 'report'] as const;
  const given = names
    .filter((name) => originOf(flags, name) !== 'default')
    .map((name) => calledIn(flags, name));
  const { format } = flags;
  // Two tables, or two pages, one after the other are none.
  if (format === 'csv' || format === 'html') given.push(`${calledIn(flags, 'format')} ${format}`);
  if (given.length === 0) return;
  throw new HireSyncError(
    'CONFIG_INVALID',
    w(
      `${given.join('、')} 只能用于一套同步规则：请只写那一套。（几套一起时，文件夹取自各自的 sourceDir。）`,
      `${given.join(' and ')} can only be meant for one pipeline: name that one alone. (Several take their folders from sourceDir.)`,
    ),
  );
}

/**
 * Carries out `work` for each pipeline in the order in which they are named, and prints the total after the reports that
 * `work` prints. With one pipeline it is just that pipeline: no heading, no total, and its error is thrown.
 *
 * In order, not side by side: reading and mapping are work of the one thread there is, so two at once would be no
 * quicker and take twice the disk; and a plan is compared with the ledger as the pipeline before has left it.
 * @returns the exit code: the worst one, in the order of `worstOf`
 */
export async function inTurn(
  jobs: readonly Prepared[],
  work: (job: Prepared) => Promise<TurnReport>,
  { json = false, goOn = ALWAYS, exitCodeOf = exitCodeFor }: TurnOptions,
): Promise<number> {
  const [only] = jobs;
  if (only !== undefined && jobs.length === 1) return processCode(await work(only));
  const startedAt = performance.now();
  const parts: Part[] = [];
  for (const job of jobs) {
    const { name } = job.pipeline;
    const first = parts.length === 0;
    if (json) await print([first ? '{"pipelines":[' : ',']);
    else await print(lines(first ? [`${name}:`] : ['', `${name}:`]));
    const part = await workOn(job, work, { json, exitCodeOf });
    parts.push(part);
    if (!goOn(part.exitCode)) break;
  }
  const notBegun = jobs.slice(parts.length).map(({ pipeline }) => pipeline.name);
  const total = totalOf(parts, notBegun, Math.round(performance.now() - startedAt));
  await print(
    json
      ? [`],"total":${JSON.stringify(total)}}\n`]
      : lines(totalText(total, jobs[0]?.wishes.language ?? 'en')),
  );
  if (notBegun.length > 0) {
    const names = notBegun.join(', ');
    const by = parts.at(-1)?.pipeline;
    sayWhy({
      zh: `同步规则“${by}”停止；未开始：${names}。`,
      en: `pipeline "${by}" stopped; not begun: ${names}.`,
    });
  }
  return processCode(total);
}

/** What ends one of several pipelines before it has a report is told in its place: those before it have been carried out. */
async function workOn(
  job: Prepared,
  work: (job: Prepared) => Promise<TurnReport>,
  { json, exitCodeOf }: Required<Pick<TurnOptions, 'exitCodeOf'>> & { readonly json: boolean },
): Promise<Part> {
  const { run } = job;
  const { name } = job.pipeline;
  try {
    const { rows, requests = {}, maxWritesPer1000ms = 0, ...ended } = await work(job);
    const { exitCode, failOn } = ended;
    return { pipeline: name, exitCode, failOn, rows: { ...rows }, requests, maxWritesPer1000ms };
  } catch (error) {
    if (!HireSyncError.is(error)) throw error;
    const exitCode = exitCodeOf(error);
    const stopped = stoppedJson(stoppedBy(error), {}, job.wishes.language);
    if (json) await print([JSON.stringify({ run, pipeline: name, exitCode, stopped })]);
    sayWhy(errorTold(error), name);
    return { pipeline: name, exitCode, rows: null, requests: {}, maxWritesPer1000ms: 0 };
  }
}

/** A plan or a validation writes nothing: whatever one comes to, the others are worth seeing. */
const ALWAYS = (): boolean => true;

/**
 * A sync goes on after rows that were left open. After a guard, or an export that is missing or cannot be trusted, it goes
 * on only if it is told to: an export that is wrong is seldom wrong alone, and what comes later may build on it.
 * After an error of Feishu, the network or the ledger, and after Ctrl-C, the next one would end in the same way.
 */
export function afterOne(keepGoing: boolean): (exitCode: number) => boolean {
  const harmless: readonly number[] = [EXIT.done, EXIT.leftOpen];
  const oneExport: readonly number[] = [EXIT.guard, EXIT.usage];
  return (exitCode) => harmless.includes(exitCode) || (keepGoing && oneExport.includes(exitCode));
}
