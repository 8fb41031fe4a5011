import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

// About 0.3 s of one core, without memory or disk. Told when both are ready, so that they overlap from the first step.
const SPIN = `
process.stdout.write('ready');
process.stdin.once('data', () => {
  const begin = performance.now();
  let x = 1;
  for (let at = 0; at < 3e8; at++) x = (Math.imul(x, 1664525) + 1013904223) | 0;
  process.stdout.write('\\n' + (performance.now() - begin) + ' ' + x, () => process.exit(0));
});`;

/** How long each of some CPU-bound processes takes when all begin at once, in ms. */
async function spins(count: number): Promise<readonly number[]> {
  const children: ChildProcess[] = [];
  const outputs: Promise<string>[] = [];
  for (let at = 0; at < count; at++) {
    const child = spawn(process.execPath, ['-e', SPIN], { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    outputs.push(outputOf(child));
  }
  await Promise.all(children.map((child) => child.stdout && once(child.stdout, 'data')));
  for (const child of children) child.stdin?.end('go');
  return (await Promise.all(outputs)).map((output) => Number(output.split('\n')[1]?.split(' ')[0]));
}

async function outputOf(child: ChildProcess): Promise<string> {
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  await once(child, 'close');
  return output;
}

/**
 * Two CPU-bound processes at once against one alone: 1 where two cores are free, 2 where they share one. A wall time that
 * was measured while this is far from 1 says more about the machine than about the program.
 */
export async function spinControl(): Promise<number> {
  const alone = Math.max(...(await spins(1)));
  return Math.max(...(await spins(2))) / alone;
}
