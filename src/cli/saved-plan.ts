import { resolve } from 'node:path';
import { HireSyncError } from '../errors.ts';
import { parseBaseUrl } from '../feishu/base-url.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Tenant } from '../ledger/tenant.ts';
import { entryState, type Saved } from '../pipeline/applying.ts';
import type { Writer } from '../pipeline/job.ts';
import { openSavedPlan, planLines } from '../pipeline/plan-file.ts';
import type { PlanStore } from '../plan/plan-store.ts';
import type { Bilingual } from '../plan/shape.ts';
import { leavesOf } from '../readers/source.ts';
import { counted } from '../report/counts.ts';
import { w } from '../report/sentences.ts';
import type { Report } from '../result/report.ts';
import { carryingOut } from './approval.ts';
import type { Environment } from './environment.ts';
import { checkOutputs, type Output, writeOutput } from './outputs.ts';
import type { PipelineFlags, Prepared } from './prepare.ts';
import { originOf } from './values.ts';
import { version } from './version.ts';

/** Where a plan is to be saved, and for whom. */
export interface PlanTarget {
  readonly output: Output;
  readonly tenant: Tenant;
}

/**
 * Checks, before an hour is spent on it, that a plan can be saved.
 * @throws HireSyncError CONFIG_INVALID (a file that is no plan lies there), CREDENTIALS_MISSING
 */
export function planTarget(file: string, prepared: Prepared, environment: Environment): PlanTarget {
  if (prepared.onlyRejects !== undefined)
    throw new HireSyncError(
      'CONFIG_INVALID',
      w(
        '--out 不能与 --only-rejects 同用：拒绝文件会立即执行。',
        '--out does not go with --only-rejects: a reject file is carried out at once.',
      ),
    );
  // Also where it is grouped, split or joined.
  const leaves = leavesOf(prepared.pipeline.source);
  if (leaves.some(({ kind }) => kind === 'feishuInterviewRecords'))
    throw new HireSyncError(
      'CONFIG_INVALID',
      w(
        '保存的计划以数据来源文件的内容为准，而这套同步规则读取的是另一个租户，随时可能变化。请先把记录拉取到文件（`hire-sync pull interview-records`），或不用 --plan 直接同步。',
        'A saved plan is bound to the bytes of its sources, and this pipeline reads another tenant, which may change at any time. Pull its records to a file first (hire-sync pull interview-records), or sync without --plan.',
      ),
    );
  const { appId, baseUrl } = environment;
  if (appId === undefined)
    throw new HireSyncError(
      'CREDENTIALS_MISSING',
      w(
        '保存的计划只用于一个租户的一个应用：请设置 FEISHU_APP_ID（地址不是默认值时还有 FEISHU_BASE_URL）。不需要密钥。',
        'A saved plan is for one app of one tenant: set FEISHU_APP_ID (and FEISHU_BASE_URL where it is not the default). It needs no secret.',
      ),
    );
  const output: Output = {
    flag: '--out',
    path: resolve(process.cwd(), file),
    // Of any version.
    isOurs: (head) => head.startsWith('{"format":"hire-sync plan '),
  };
  checkOutputs([...prepared.wishes.files, output], prepared.inputs);
  return { output, tenant: { baseUrl: parseBaseUrl(baseUrl), appId } };
}

/**
 * Writes a plan to a file of its own, mode 0600, whole or not at all. Returns its hash (hex SHA-256).
 * @throws HireSyncError CONFIG_INVALID (another tenant's ledger), OUTPUT_INVALID
 */
export function writePlan(
  { output, tenant }: PlanTarget,
  made: {
    readonly prepared: Prepared;
    readonly report: Report;
    readonly store: PlanStore;
    readonly ledger: Ledger;
    /** Whether it was compared with Feishu. */
    readonly remote: boolean;
  },
): string {
  const { prepared, report, store, ledger, remote } = made;
  const { pipeline, policy, allowed, identity } = prepared;
  ledger.checkTenant(tenant);
  const bound = {
    hireSync: version(),
    pipeline: pipeline.name,
    code: identity.sha256,
    settings: { ...policy, allowed },
    files: report.files.map(({ file, sha256 }) => ({ file, sha256 })),
    tenant,
    remote,
  };
  const stateOf = (key: string): string | null => entryState(ledger.find(pipeline.name, key));
  let seal = '';
  const lines = planLines({ bound, report }, store, stateOf).map((line) => {
    seal = line;
    return line;
  });
  writePlanText(output, lines);
  return (JSON.parse(seal) as { sha256: string }).sha256;
}

/** Writes the lines of a plan to a file, mode 0600, whole or not at all. @throws HireSyncError OUTPUT_INVALID */
export function writePlanText(output: Output, lines: Iterable<string>): void {
  try {
    writeOutput(output, blocks(lines));
  } catch (error) {
    const { code: why } = error as NodeJS.ErrnoException;
    if (why === undefined || HireSyncError.is(error)) throw error;
    const message = w(
      `计划无法写入 ${output.path}（${why}）。`,
      `The plan could not be written to ${output.path} (${why}).`,
    );
    throw new HireSyncError('OUTPUT_INVALID', message, { cause: error });
  }
}

const BLOCK_CHARACTERS = 65_536;

/** Lines put together, so that a million of them are not a million writes. */
function* blocks(lines: Iterable<string>): Generator<string> {
  let block = '';
  for (const line of lines) {
    block += line;
    if (block.length < BLOCK_CHARACTERS) continue;
    yield block;
    block = '';
  }
  yield block;
}

/** What is still to be done of a plan that was begun, and how; null when it is done, or was not begun. */
export function leftOfPlan(
  { plan, file, approvedBy }: Saved,
  { rows, notAttempted, made, pipeline }: Report,
  ledger: Ledger,
): Bilingual | null {
  if (ledger.planUses.find(plan.id)?.state !== 'begun') return null;
  const left = { failed: rows.failed, inDoubt: rows.inDoubt, notBegun: notAttempted };
  const { zh, en } = counted(left);
  const isSome = Object.values(left).some((n) => n > 0);
  const command = carryingOut(made?.file ?? pipeline, file, approvedBy);
  return w(
    `计划 ${file} 还没有执行完${isSome ? `（${zh}）` : ''}；同一命令会继续：${command}`,
    `The plan ${file} is not done yet${isSome ? ` (rows: ${en})` : ''}; the same command goes on with it: ${command}`,
  );
}

/** Opens a plan file for carrying it out. @throws HireSyncError CONFIG_INVALID, PLAN_STALE */
export async function savedPlan(
  file: string,
  flags: PipelineFlags & { readonly approvedBy?: string | undefined },
  { pipeline, policy, allowed, identity, onlyRejects }: Prepared,
  { tenant, stopping }: Pick<Writer, 'tenant' | 'stopping'>,
): Promise<Saved> {
  if (onlyRejects !== undefined)
    throw new HireSyncError(
      'CONFIG_INVALID',
      w('--plan 和 --only-rejects 不能同用。', '--plan and --only-rejects do not go together.'),
    );
  const given = (name: string): boolean => originOf(flags, name) !== 'default';
  const beside = {
    onDrift: given('onDrift') ? policy.onDrift : undefined,
    repairDrift: given('repairDrift') ? policy.repairDrift : undefined,
    recreateMissing: given('recreateMissing') ? policy.recreateMissing : undefined,
    allowed: given('allow') ? allowed : undefined,
  };
  const path = resolve(process.cwd(), file);
  const { baseUrl, appId } = tenant;
  return {
    file,
    plan: await openSavedPlan(path, stopping),
    now: { hireSync: version(), pipeline: pipeline.name, code: identity.sha256, tenant: { baseUrl, appId } },
    approvedBy: flags.approvedBy,
    flags: Object.fromEntries(Object.entries(beside).filter(([, value]) => value !== undefined)),
  };
}
