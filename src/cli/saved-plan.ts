import { resolve } from 'node:path';
import { HireSyncError } from '../errors.ts';
import { parseBaseUrl } from '../feishu/base-url.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Tenant } from '../ledger/tenant.ts';
import { entryState, type Saved } from '../pipeline/applying.ts';
import { openSavedPlan, planLines } from '../pipeline/plan-file.ts';
import type { PlanStore } from '../plan/plan-store.ts';
import type { Report } from '../report/report.ts';
import type { Environment } from './environment.ts';
import { writePrivately } from './output.ts';
import type { PipelineFlags, Prepared } from './run-pipeline.ts';
import { version } from './version.ts';

/** Writes a plan to a file of its own (mode 0600). @throws HireSyncError CONFIG_INVALID */
export function writePlan(
  file: string,
  made: {
    readonly prepared: Prepared;
    readonly report: Report;
    readonly store: PlanStore;
    readonly ledger: Ledger;
    /** Undefined when the plan asked nobody: then it is for the tenant that the environment names. */
    readonly tenant: Tenant | undefined;
    readonly environment: Environment;
  },
): void {
  const { prepared, report, store, ledger } = made;
  const { pipeline, policy, allowed, code } = prepared;
  if (prepared.onlyRejects !== undefined)
    throw new HireSyncError(
      'CONFIG_INVALID',
      '--out does not go with --only-rejects: a reject file is carried out at once.',
    );
  const bound = {
    hireSync: version(),
    pipeline: pipeline.name,
    code,
    settings: { ...policy, allowed },
    files: report.files.map(({ file, sha256 }) => ({ file, sha256 })),
    tenant: made.tenant ?? tenantOf(made.environment, ledger),
    remote: made.tenant !== undefined,
  };
  const stateOf = (key: string): string | null => entryState(ledger.find(pipeline.name, key));
  writePrivately(resolve(process.cwd(), file), planLines({ bound, report }, store, stateOf));
}

function tenantOf({ appId, baseUrl }: Environment, ledger: Ledger): Tenant {
  if (appId !== undefined) {
    const tenant = { baseUrl: parseBaseUrl(baseUrl), appId };
    ledger.checkTenant(tenant);
    return tenant;
  }
  throw new HireSyncError(
    'CREDENTIALS_MISSING',
    'A saved plan is for one app of one tenant: set FEISHU_APP_ID (and FEISHU_BASE_URL where it is not the default). It needs no secret.',
  );
}

/** Opens a plan file for carrying it out. @throws HireSyncError CONFIG_INVALID, PLAN_STALE */
export async function savedPlan(
  file: string,
  flags: PipelineFlags,
  { pipeline, policy, allowed, code, onlyRejects }: Prepared,
  tenant: Tenant,
): Promise<Saved> {
  if (onlyRejects !== undefined)
    throw new HireSyncError('CONFIG_INVALID', '--plan and --only-rejects do not go together.');
  const given = {
    onDrift: flags.onDrift === undefined ? undefined : policy.onDrift,
    repairDrift: flags.repairDrift,
    recreateMissing: flags.recreateMissing,
    allowed: flags.allow === undefined ? undefined : allowed,
  };
  const path = resolve(process.cwd(), file);
  const { baseUrl, appId } = tenant;
  return {
    file,
    plan: await openSavedPlan(path),
    now: { hireSync: version(), pipeline: pipeline.name, code, tenant: { baseUrl, appId } },
    flags: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}
