import type { RunRow } from '../ledger/runs.ts';
import type { Tenant } from '../ledger/tenant.ts';
import type { Made } from '../result/made.ts';
import { localZone } from './local-time.ts';
import { version } from './version.ts';

/**
 * The head of a report about records of earlier runs: in the zone of the pipeline, where its file is at hand or the run of
 * it noted the zone, else in that of the machine.
 */
export function madeLike(zone: string | undefined, app: Tenant, run: RunRow | undefined): Made {
  const noted = run?.summary == null ? undefined : (JSON.parse(run.summary) as { made?: Made }).made;
  const known = zone ?? (noted?.zoneOf === 'pipeline' ? noted.zone : undefined);
  return {
    version: version(),
    app: { baseUrl: app.baseUrl, appId: app.appId },
    zone: known ?? localZone(),
    zoneOf: known === undefined ? 'machine' : 'pipeline',
    plan: null,
  };
}
