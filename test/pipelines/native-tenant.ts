import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  createSandbox,
  type NativeInterview,
  type Sandbox,
  type SandboxOptions,
  serveSandbox,
} from '../../src/sandbox/index.ts';
import { ROOT } from '../cli/child.ts';

export const PIPELINE = join(ROOT, 'pipelines/feishu-records.ts');
const SOURCE_APP = { appId: 'cli_source', appSecret: 's0urce-S3cret-5c11aa' };

/** A tenant to read from: a sandbox of its own on a port, with an app of its own. */
export interface NativeTenant {
  readonly sandbox: Sandbox;
  /** `SOURCE_FEISHU_…` for a child of the CLI. */
  readonly env: Readonly<Record<string, string>>;
  /** Holds these interviews and no others. */
  hold(interviews: readonly NativeInterview[]): void;
  /** Requests for pages, by application. */
  pages(): readonly string[];
}

export async function aNativeTenant(options: SandboxOptions = {}): Promise<NativeTenant> {
  const limits = { 'application_interview.list': null, 'interview.list': null };
  const sandbox = createSandbox({ apps: [SOURCE_APP], seed: 77, limits, ...options });
  const server = await serveSandbox(sandbox, { port: 0 });
  onTestFinished(() => server.close());
  return {
    sandbox,
    env: {
      SOURCE_FEISHU_BASE_URL: server.url,
      SOURCE_FEISHU_APP_ID: SOURCE_APP.appId,
      SOURCE_FEISHU_APP_SECRET: SOURCE_APP.appSecret,
    },
    hold(nativeInterviews) {
      sandbox.reset();
      sandbox.seed({ nativeInterviews });
    },
    pages: () =>
      sandbox
        .arrivals()
        .filter(({ endpoint }) => endpoint?.endsWith('interview.list'))
        .map(({ path }) => /applications\/(\d+)|application_id=(\d+)/.exec(path)?.slice(1).join('') ?? path),
  };
}

export const sourceApplication = (n: number): string => `69498054677${String(n).padStart(8, '0')}`;
export const targetApplication = (n: number): string => `69606632409${String(n).padStart(8, '0')}`;

/** `applications.csv` for so many applications, and `users.csv`. */
export function writeLists(folder: string, count: number): void {
  const lines = Array.from({ length: count }, (_, n) => `${sourceApplication(n)},${targetApplication(n)}\n`);
  writeFileSync(
    join(folder, 'applications.csv'),
    `application_id,external_application_id\n${lines.join('')}`,
  );
  writeFileSync(join(folder, 'users.csv'), 'user_id,name\nou_1,王强\nou_2,李娜\n');
}

/** The command line of a sync from such a tenant, as fast as the machine can. */
export function syncArgs(source: string): string[] {
  const pace = ['--rate', '200', '--source-rate', '200'];
  return ['sync', PIPELINE, '--source', source, '--json', ...pace];
}
