import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseBaseUrl } from '../feishu/base-url.ts';
import type { Log } from '../ops/log.ts';
import type { Pipeline } from '../pipeline/define.ts';
import type { ReadState, SourceTenant } from '../readers/source-tenant.ts';
import { plural, w } from '../report/sentences.ts';
import type { SourceConnection } from './connect-source.ts';
import { credentialsOf, type Environment } from './environment.ts';
import { createProgress, type Progress } from './progress.ts';
import type { Wishes } from './reports.ts';
import { type Settings, settings } from './settings.ts';

/** What a command that reads an export offers of it. */
export const SOURCE_FLAGS = settings('source', 'sourceAppId', 'sourceRate');

/** The way to the tenant that a pipeline reads from, until it is ended. */
export interface OpenSource {
  readonly tenant: SourceTenant;
  /** Closes connections. `through`: the run is, and what it had read need not be kept for another. */
  end(through: boolean): Promise<void>;
}

/**
 * Describes the way to the source tenant; credentials are looked at, and connections made, when a reader first asks. A
 * pipeline that reads files needs none.
 */
export function openSource(input: {
  readonly environment: Environment;
  readonly flags: Pick<Settings, 'ledger' | 'sourceAppId' | 'sourceRate'>;
  readonly pipeline: Pipeline;
  /** In which language it shows that. */
  readonly wishes: Pick<Wishes, 'language'>;
  readonly log?: Log;
  readonly stopping?: AbortSignal;
  /** Shows how far it is; one of its own by default. */
  readonly progress?: Pick<Progress, 'reading'>;
}): OpenSource {
  const { flags, pipeline, wishes } = input;
  const { language } = wishes;
  const environment = withAppId(input.environment, flags.sourceAppId);
  const spoolFile = join(dirname(flags.ledger), 'read', `${pipeline.name}.pages`);
  let connected: Promise<SourceConnection> | null = null;
  let own: Progress | null = null;
  const show = (state: ReadState): void => {
    if (input.progress === undefined) own ??= createProgress(process.stderr, Date.now, 'sync', language);
    (input.progress ?? own)?.reading(
      w(
        `已读取 ${state.of} 个投递中 ${state.applications} 个的 ${state.interviews} 条面试记录`,
        `${plural(state.interviews, 'interview')} of ${state.applications} of ${plural(state.of, 'application')} read`,
      )[language],
    );
    if (state.applications === state.of) own?.end();
  };
  return {
    tenant: {
      identity: () => identityOf(environment),
      page: async (request) => {
        // An HTTP client takes longer to load than a small plan to make, and files need none.
        connected ??= import('./connect-source.ts').then(({ connectSource }) =>
          connectSource(environment, flags.sourceRate, input),
        );
        return (await connected).page(request);
      },
      spoolFile,
      onRead: show,
    },
    async end(through) {
      own?.end();
      // What could not be opened was told of when a page was asked for.
      const connection = await connected?.catch(() => undefined);
      await connection?.close();
      if (through) rmSync(spoolFile, { force: true });
    },
  };
}

function withAppId(environment: Environment, appId: string | undefined): Environment {
  return appId === undefined ? environment : { ...environment, source: { ...environment.source, appId } };
}

function identityOf({ source }: Environment): { readonly baseUrl: string; readonly appId: string } {
  const { appId } = credentialsOf(source, 'SOURCE_FEISHU_');
  return { baseUrl: parseBaseUrl(source.baseUrl), appId };
}
