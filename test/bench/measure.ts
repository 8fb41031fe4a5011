import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

/** What one child process took. */
export interface Measured {
  readonly wallMs: number;
  /** User and system time of all its threads. */
  readonly cpuMs: number;
  /** Null where the child is not Node. */
  readonly peakMb: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

// Written when the child ends, whatever it is: Node tells a parent nothing of what its child used.
const USAGE_FILE = join(tmpdir(), `hire-sync-bench-${process.pid}.json`);
const USAGE = `data:text/javascript,${encodeURIComponent(
  `import { writeFileSync } from 'node:fs';
   process.on('exit', () => writeFileSync(${JSON.stringify(USAGE_FILE)}, JSON.stringify(process.resourceUsage())));`,
)}`;

/** Runs `node …args` and measures it. */
export async function node(args: readonly string[], cwd: string): Promise<Measured> {
  writeFileSync(USAGE_FILE, '{}');
  const run = await timed(process.execPath, ['--import', USAGE, ...args], cwd);
  const usage = JSON.parse(readFileSync(USAGE_FILE, 'utf8')) as Partial<NodeJS.ResourceUsage>;
  rmSync(USAGE_FILE);
  const cpuMs = ((usage.userCPUTime ?? 0) + (usage.systemCPUTime ?? 0)) / 1000;
  return { ...run, cpuMs, peakMb: (usage.maxRSS ?? 0) / 1024 };
}

/** Runs a command of the shell, which tells the CPU time of its children. */
export async function shell(script: string, cwd: string): Promise<Measured> {
  const run = await timed('bash', ['-c', `TIMEFORMAT='%U %S'; time ( ${script} )`], cwd);
  const [user = 0, system = 0] = (run.stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { ...run, cpuMs: (user + system) * 1000, peakMb: null };
}

async function timed(command: string, args: readonly string[], cwd: string) {
  const begin = performance.now();
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [exitCode] = (await once(child, 'close')) as [number];
  return { wallMs: performance.now() - begin, stdout, stderr, exitCode };
}

/** The middle one by wall time. */
export function median(runs: readonly Measured[]): Measured {
  const sorted = [...runs].sort((a, b) => a.wallMs - b.wallMs);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('Nothing was measured.');
  return middle;
}

/** The middle one of some numbers; of an even count the mean of the two in the middle. */
export function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  if (low === undefined || high === undefined) throw new Error('Nothing was measured.');
  return (low + high) / 2;
}
