import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createSandbox,
  ENDPOINT_NAMES,
  type InterviewBody,
  type Sandbox,
  serveSandbox,
} from '../../src/sandbox/index.ts';
import { sandboxEnv } from '../child-env.ts';
import { hireSync, start } from '../cli/child.ts';
import { createRandom } from '../fixtures/random.ts';

/** How one campaign went. */
export interface Campaign {
  /** Processes that were killed while they worked. */
  readonly kills: number;
  /** Exit code and output of the last one. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of the file, parsed, and what the sandbox holds in the order of the list. */
  readonly pulled: readonly unknown[];
  readonly held: readonly unknown[];
  readonly manifest: {
    readonly objects: number;
    readonly sessions: number;
    readonly pages: number;
    readonly perApplication: readonly { readonly objects: number; readonly pages: number }[];
  };
}

/** Seeds a sandbox, pulls from it in processes that are killed at random moments, then once to the end. */
export async function pullKilled(size: {
  readonly interviews: number;
  readonly applications: number;
  readonly kills: number;
  readonly seed: number;
}): Promise<Campaign> {
  const random = createRandom(size.seed);
  const folder = mkdtempSync(join(tmpdir(), 'hire-sync-pull-'));
  const sandbox = createSandbox({
    limits: Object.fromEntries(ENDPOINT_NAMES.map((name) => [name, null])),
  });
  const applications = Array.from({ length: size.applications }, (_, n) =>
    String(7_435_500_000_000_000n + BigInt(n)),
  );
  sandbox.seed({ interviews: interviewsOf(size.interviews, applications, random) });
  const arrivals = new EventEmitter();
  let arrived = 0;
  const handle: Sandbox['handle'] = (incoming, signal) => {
    arrived++;
    arrivals.emit('one');
    return sandbox.handle(incoming, signal);
  };
  const server = await serveSandbox({ ...sandbox, handle }, { port: 0 });
  try {
    writeFileSync(join(folder, 'ids.txt'), `${applications.join('\n')}\n`);
    const args = ['pull', 'interviews', '--applications', 'ids.txt', '--out', 'out.jsonl', '--rate', '1000'];
    const env = {
      ...sandboxEnv(server.url),
    };
    let kills = 0;
    while (kills < size.kills) {
      // Each gets a share of what is left, so that the last one still has work when it is killed.
      const until = arrived + 2 + random.int(0, Math.floor(size.applications / (size.kills + 1)));
      const { child, ended } = start(args, { cwd: folder, env });
      while (arrived < until && child.exitCode === null) await Promise.race([once(arrivals, 'one'), ended]);
      // Not always between a request and its answer.
      await sleep(random.int(0, 12));
      if (child.kill('SIGKILL')) kills++;
      const { code, stdout } = await ended;
      if (code !== null) throw new Error(`It ended by itself (${code}) before it was killed: ${stdout}`);
    }
    const ended = await hireSync(args, { cwd: folder, env });
    const text = readFileSync(join(folder, 'out.jsonl'), 'utf8');
    return {
      kills,
      ...ended,
      pulled: text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
      held: heldBy(sandbox, applications),
      manifest: JSON.parse(
        readFileSync(join(folder, 'out.jsonl.manifest.json'), 'utf8'),
      ) as Campaign['manifest'],
    };
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Under the first application there are three pages, under the last one nothing. */
function interviewsOf(
  count: number,
  applications: readonly string[],
  random: ReturnType<typeof createRandom>,
): InterviewBody[] {
  return Array.from({ length: count }, (_, n) => ({
    external_application_id: applications[n < 45 ? 0 : random.int(0, applications.length - 2)] ?? '',
    participate_status: 2,
    begin_time: 1_709_600_700_000 + n,
    interview_assessments: [
      { username: `面试官${n % 7}`, conclusion: 2, content: `第 ${n} 次，"引号"，\n换行 \u2028 😀` },
    ],
  }));
}

/** What the file must hold, from the sandbox's own state. */
export function heldBy(sandbox: Sandbox, applications: readonly string[]): readonly unknown[] {
  const byApplication = Map.groupBy(sandbox.interviews(), ({ body }) => body.external_application_id);
  return applications.flatMap((application) =>
    (byApplication.get(application) ?? []).map(({ id, body, assessmentIds }) => ({
      _application: application,
      id,
      ...body,
      interview_assessments: body.interview_assessments?.map((assessment, n) => ({
        id: assessmentIds[n],
        ...assessment,
      })),
    })),
  );
}
