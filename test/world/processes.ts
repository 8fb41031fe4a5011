import { spawn } from 'node:child_process';
import type { Reason } from '../../src/reason.ts';
import type { Report } from '../../src/result/report.ts';
import { CHILD_ENV, sandboxEnv } from '../child-env.ts';
import { isServerStep } from '../crash/steps.ts';
import { type Ended, type Player, pairsFile, type Stage } from './stage.ts';

const BIN = new URL('../../dist/cli/bin.js', import.meta.url).pathname;
const TIME_AT = new URL('time-at.ts', import.meta.url).pathname;
const KILL_AT = new URL('../crash/kill-at.ts', import.meta.url).pathname;
/** One that hangs must not pass for one that was killed. */
const HANGS_MS = 120_000;

/** A clock that is ahead of the machine's. */
export interface ShiftedClock {
  now(): number;
  shiftMs(): number;
  pass(ms: number): void;
}

export function shiftedClock(): ShiftedClock {
  let shift = 0;
  return {
    now: () => Date.now() + shift,
    shiftMs: () => shift,
    pass(ms) {
      shift += ms;
    },
  };
}

type Told = Pick<Report, 'rows'> & {
  readonly heldRows: readonly { readonly key: string; readonly reason: Reason }[];
  readonly stopped?: { readonly message: string };
};

/** Runs the built CLI, and kills it by SIGKILL. */
export function playProcesses(stage: Stage, clock: ShiftedClock): Player {
  const { pipelineFile, source, ledgerFile, folder, url } = stage;
  const start = (args: readonly string[], preloads: readonly string[], env: Record<string, string>) => {
    const imports = [TIME_AT, ...preloads].flatMap((file) => ['--import', file]);
    const child = spawn(process.execPath, [...imports, BIN, ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: HANGS_MS,
      killSignal: 'SIGABRT',
      env: {
        ...CHILD_ENV,
        ...sandboxEnv(url),
        HIRE_SYNC_TEST_SHIFT_MS: String(clock.shiftMs()),
        ...env,
      },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const ended = new Promise<{ signal: NodeJS.Signals | null; code: number | null }>((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    return { child, ended, printed: () => ({ stdout, stderr }) };
  };
  const command = async (...args: readonly string[]): Promise<void> => {
    const { ended, printed } = start([...args, '--ledger', ledgerFile], [], { HIRE_SYNC_TEST_FASTER: '20' });
    const { code } = await ended;
    if (code !== 0) throw new Error(`${args.join(' ')}: exit ${code}: ${printed().stderr}`);
  };
  return {
    pass: clock.pass,
    async run({ kill, allowed, repairDrift, recreateMissing, lags }) {
      const inside = kill !== null && !isServerStep(kill.step) ? kill : null;
      const args = ['sync', pipelineFile, '--source', source, '--ledger', ledgerFile, '--json'];
      args.push('--rate', '200', '--log-level', 'silent', ...allowed.flatMap((guard) => ['--allow', guard]));
      if (repairDrift) args.push('--repair-drift');
      if (recreateMissing) args.push('--recreate-missing');
      // Where reads lag the sandbox's clock must go on as long as the client waits.
      const faster = { HIRE_SYNC_TEST_FASTER: lags ? '1' : '20' };
      const env = inside && { HIRE_SYNC_KILL_STEP: inside.step, HIRE_SYNC_KILL_NTH: String(inside.nth) };
      const { child, ended, printed } = start(args, inside === null ? [] : [KILL_AT], { ...faster, ...env });
      let [reached, dying] = [0, false];
      stage.onServerStep = async (step) => {
        if (dying || step !== kill?.step) return false;
        reached += 1;
        if (reached < kill.nth) return false;
        dying = true;
        child.kill('SIGKILL');
        await ended;
        return true;
      };
      const { code, signal } = await ended;
      stage.onServerStep = () => false;
      await stage.idle();
      const { stdout, stderr } = printed();
      const killed = signal === 'SIGKILL';
      if (!killed && (code === null || /internal error/.test(stderr)))
        throw new Error(`ended by ${signal}, exit ${code}: ${stderr}`);
      const told = killed || stdout === '' ? null : (JSON.parse(stdout) as Told);
      return {
        killed,
        exitCode: killed ? null : code,
        rows: told?.rows ?? null,
        held: told?.heldRows.map(({ key, reason }) => ({ key, reason })) ?? [],
        message: told?.stopped?.message ?? stderr,
      } satisfies Ended;
    },
    resolve: (key, decision) => {
      const flags = Object.entries(decision).flatMap(([name, value]) =>
        value === true ? [`--${name}`] : [`--${name}`, value],
      );
      return command('resolve', pipelineFile, key, ...flags);
    },
    rekey(pairs) {
      const from = pairs === undefined ? [] : ['--from', pairsFile(folder, pairs)];
      return command('rekey', pipelineFile, '--source', source, '--yes', ...from);
    },
  };
}
