import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * `npm run demo`: the main job on the bundled fixtures against the embedded sandbox, by the real commands, each
 * printed before it runs. Ends with exit code 1 when a command ends otherwise than it should.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = fileURLToPath(new URL('../cli/bin.js', import.meta.url));
const FOLDER = '.hire-sync/demo';
const STATE = `${FOLDER}/feishu.json`;
const PIPELINE = 'pipelines/legacy-ats.ts';
const LEDGER = `--ledger ${FOLDER}/ledger.db`;
const REPORT = `${FOLDER}/second-night.html`;
const NIGHT_2 = '--source fixtures/legacy-ats-night-2';

const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const title = (text: string): boolean => say(`\n── ${text} ${'─'.repeat(Math.max(3, 100 - text.length))}\n`);

async function demo(): Promise<void> {
  rmSync(`${ROOT}/${FOLDER}`, { recursive: true, force: true });
  say('hire-sync: an old ATS export goes into Feishu Hire, and every rerun is an update.');
  say('Nothing leaves this machine: the server is the embedded sandbox, which behaves as Feishu Hire does.');

  title('A Feishu Hire look-alike on a free port of this machine');
  const { child, env } = await startSandbox();
  try {
    title('1. The plan: what a sync would do. No credentials, nothing is sent');
    await run(`plan ${PIPELINE} ${LEDGER} --limit 3`, 3, env);
    say(
      '\nExit code 3: rows are rejected. Each is named with file, line, column, value and what is allowed; the rest goes in.',
    );

    title('2. The sync: every valid interview is created, under 10 requests a second');
    await run(`sync ${PIPELINE} ${LEDGER} --limit 1`, 3, env);
    say(`\n${verdicts()}`);

    title('3. The same again: nothing has changed, so nothing is sent');
    await run(`sync ${PIPELINE} ${LEDGER} --limit 1`, 3, env);

    title("4. The second night's export: new, changed and vanished rows. First what it would do");
    await run(`plan ${PIPELINE} ${NIGHT_2} ${LEDGER} --report ${REPORT}`, 3, env);

    title('5. … and the sync that does it');
    await run(`sync ${PIPELINE} ${NIGHT_2} ${LEDGER}`, 3, env);
    say(`\n${verdicts()}`);

    title('6. What was done, from the ledger');
    await run(`runs ${LEDGER}`, 0, env);
  } finally {
    child.kill();
    await once(child, 'exit');
  }
  say(`\nThe ledger, the rejected rows and the look-alike's content are in ${FOLDER}/.`);
  say(
    'The look-alike has ended; the first command starts it again with what it holds. To write your own pipeline:',
  );
  say('docs/pipelines.md.');
  say('\nThe plan of the second night as a page, for whoever signs it (open it in a browser):');
  say(pathToFileURL(`${ROOT}/${REPORT}`).href);
}

async function startSandbox(): Promise<{ child: ChildProcess; env: NodeJS.ProcessEnv }> {
  const command = `sandbox --port ${await freePort()} --state ${STATE}`;
  say(`$ npx hire-sync ${command} &`);
  const child = spawn(process.execPath, [BIN, ...command.split(' ')], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const settings: Record<string, string> = {};
  for await (const line of createInterface({ input: child.stdout })) {
    say(line);
    const [, name, value] = /^export (\w+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) settings[name] = value;
    if (name === 'FEISHU_APP_SECRET') return { child, env: { ...process.env, ...settings } };
  }
  throw new Error('The sandbox ended before it was ready.');
}

/** A port that is free now; named in the printed command, so that it can be run again and the ledger still fits. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function run(command: string, expected: number, env: NodeJS.ProcessEnv): Promise<void> {
  say(`$ npx hire-sync ${command}\n`);
  const child = spawn(process.execPath, [BIN, ...command.split(' ')], { cwd: ROOT, env, stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== expected)
    throw new Error(`hire-sync ${command} ended with exit code ${code}, not ${expected}.`);
}

/** Counts what the look-alike holds: a pass must have arrived as 2, a fail as 1. */
function verdicts(): string {
  const state = readFileSync(`${ROOT}/${STATE}`, 'utf8');
  const count = (conclusion: number): number =>
    state.match(new RegExp(`"conclusion":\\s*${conclusion}\\b`, 'g'))?.length ?? 0;
  return `In the look-alike now: ${count(2)} 通过 (2), ${count(1)} 不通过 (1), ${count(3)} 待定 (3).`;
}

try {
  await demo();
} catch (error) {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
