import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSandbox, type Sandbox, type SandboxServer, serveSandbox } from '../../src/sandbox/index.ts';
import { sandboxEnv } from '../child-env.ts';
import { hireSync, ROOT } from '../cli/child.ts';

/** A page that a command made of the bundled fixtures: `checks-undo-plan` and its file. */
export interface DemoPage {
  readonly name: string;
  readonly file: string;
}

/** Which target it is about. */
export type StoryName = 'interviews' | 'checks';

/** What a folder of pages is made from: a bundled pipeline, two nights of its export, and what somebody does in Feishu. */
interface Story {
  readonly pipeline: string;
  readonly nights: readonly [string, string];
  /** Between the nights, and between the second sync and `verify`. */
  readonly edit: (sandbox: Sandbox, evening: number) => void;
}

const FIXTURES = join(ROOT, 'fixtures');

/**
 * All six commands by the built CLI over both targets, against the embedded sandbox, each with its page.
 * @param folder is emptied first; ledgers and exports are left in it
 */
export async function makeDemoPages(folder: string, stories: readonly StoryName[]): Promise<DemoPage[]> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const secondNight = join(folder, 'second-export');
  cpSync(join(FIXTURES, 'background-checks'), secondNight, { recursive: true });
  const checks = join(secondNight, 'background-checks.csv');
  // One corrected grade, and a new check whose grade is no known word.
  const changed = readFileSync(checks, 'utf8').replace('已完成,低风险', '已完成,中风险');
  writeFileSync(
    checks,
    `${changed}BD0009001,YP-004102,诚查,2024-04-01,2024-04-08,已完成,需关注,口头确认。,\n`,
  );
  const told: Readonly<Record<StoryName, Story>> = {
    interviews: {
      pipeline: 'pipelines/legacy-ats.ts',
      nights: [join(FIXTURES, 'legacy-ats'), join(FIXTURES, 'legacy-ats-night-2')],
      edit: (sandbox, evening) => {
        const ids = sandbox.interviews().filter(({ body }) => (body.interview_assessments ?? []).length > 0);
        const edit = ids.slice(evening * 9, evening * 9 + 6).map(({ id, body }) => {
          const [first, ...rest] = body.interview_assessments ?? [];
          const content = '电话复核后补充：候选人可在两周内到岗。';
          return { id, set: { interview_assessments: [{ ...first, content }, ...rest] } };
        });
        const gone = ids.at(-1 - evening);
        sandbox.byHand({ edit, remove: gone === undefined ? [] : [gone.id] });
      },
    },
    checks: {
      pipeline: 'pipelines/background-checks.ts',
      nights: [join(FIXTURES, 'background-checks'), secondNight],
      edit: (sandbox, evening) => {
        const one = sandbox.backgroundChecks().at(evening);
        if (one !== undefined)
          sandbox.byHand({ edit: [{ id: one.id, set: { result: '低风险（已电话复核）' } }] });
      },
    },
  };
  const pages = [];
  for (const name of stories) pages.push(...(await tell(name, told[name], folder)));
  return pages;
}

async function tell(story: string, { pipeline, nights, edit }: Story, folder: string): Promise<DemoPage[]> {
  const sandbox = createSandbox({ seed: 1 });
  sandbox.seed(JSON.parse(readFileSync(join(FIXTURES, 'background-checks/sandbox-seed.json'), 'utf8')));
  const server: SandboxServer = await serveSandbox(sandbox, { port: 0 });
  const ledger = ['--ledger', join(folder, `${story}.db`)];
  const pages: DemoPage[] = [];
  const env = {
    ...sandboxEnv(server.url),
  };
  const run = async (name: string, args: readonly string[]): Promise<string> => {
    const file = join(folder, `${story}-${name}.html`);
    const ended = await hireSync([...args, '--report', file, '--lang', 'zh', '--json'], { cwd: ROOT, env });
    // 3: rows are rejected; 10: verify found something. Both are in the fixtures.
    if (![0, 3, 10].includes(ended.code ?? 1)) throw new Error(`${args.join(' ')}\n${ended.stderr}`);
    pages.push({ name: `${story}-${name}`, file });
    return ended.stdout;
  };
  const source = (night: 0 | 1) => [join(ROOT, pipeline), '--source', nights[night]];
  try {
    await run('validate', ['validate', ...source(0)]);
    await run('first-plan', ['plan', ...source(0), ...ledger, '--out', join(folder, `${story}-first.plan`)]);
    await run('first-sync', ['sync', ...source(0), ...ledger]);
    edit(sandbox, 0);
    await run('plan', ['plan', ...source(1), ...ledger, '--remote', '--out', join(folder, `${story}.plan`)]);
    const sync = await run('sync', ['sync', ...source(1), ...ledger]);
    const [, id = ''] = /^\{"run":"([^"]+)"/.exec(sync) ?? [];
    edit(sandbox, 1);
    await run('verify', ['verify', join(ROOT, pipeline), ...ledger]);
    await run('undo-plan', ['undo', '--run', id, '--plan', ...ledger]);
    await run('undo', ['undo', '--run', id, '--yes', ...ledger]);
    await run('runs', ['runs', id, ...ledger]);
  } finally {
    await server.close();
  }
  return pages;
}
