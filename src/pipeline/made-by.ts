import type { Made } from '../result/made.ts';
import type { Deps, Job } from './job.ts';

/** The head of the reports of a run. @param saved the plan that is carried out, and who signed it */
export function madeBy(
  { pipeline, identity, file }: Pick<Job, 'pipeline' | 'identity' | 'file'>,
  { writer, tenant, zone }: Pick<Deps, 'writer' | 'tenant' | 'zone'>,
  { plan, approved }: Pick<Made, 'plan' | 'approved'> = { plan: null },
): Made {
  const app = writer?.tenant ?? tenant ?? null;
  return {
    version: identity?.version ?? null,
    app: app === null ? null : { baseUrl: app.baseUrl, appId: app.appId },
    zone: zoneFor(pipeline, zone),
    zoneOf: pipeline.zone === undefined ? 'machine' : 'pipeline',
    plan,
    ...(file !== undefined && { file }),
    ...(approved !== undefined && { approved }),
  };
}

/** In which reports of a pipeline show times: its own, else the machine's. */
export function zoneFor({ zone }: Job['pipeline'], machine = 'UTC'): string {
  return zone ?? machine;
}
