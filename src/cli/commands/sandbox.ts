import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { HireSyncError } from '../../errors.ts';
import { createSandbox, SANDBOX_APP, type SeedObjects, serveSandbox } from '../../sandbox/index.ts';
import { lines, print, say } from '../output.ts';

/** Flags of `hire-sync sandbox`. */
export interface SandboxFlags {
  readonly port?: string;
  readonly state?: string;
  readonly seed?: string;
}

/** `hire-sync sandbox`: serves until a signal comes. Prints the address as shell settings. Returns the exit code. */
export async function sandbox(options: SandboxFlags): Promise<number> {
  const port = Number(options.port);
  if (!/^\d+$/.test(options.port ?? '') || port > 65_535) {
    throw new HireSyncError(
      'CONFIG_INVALID',
      `--port is "${options.port}": it must be a number from 0 to 65535; 0 takes any free port.`,
    );
  }
  const stateFile = options.state === undefined ? undefined : resolve(options.state);
  if (stateFile !== undefined) mkdirSync(dirname(stateFile), { recursive: true, mode: 0o700 });
  // What is kept holds what it was seeded with.
  const isNew = stateFile === undefined || !existsSync(stateFile);
  const seeds = options.seed === undefined ? {} : seedsFrom(resolve(options.seed));
  const look = createSandbox(stateFile === undefined ? {} : { stateFile });
  if (isNew) look.seed(seeds);
  const server = await serveSandbox(look, { port });
  const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await print(
    lines([
      `export FEISHU_BASE_URL=${server.url}`,
      `export FEISHU_APP_ID=${SANDBOX_APP.appId}`,
      `export FEISHU_APP_SECRET=${SANDBOX_APP.appSecret}`,
    ]),
  );
  say('Feishu Hire look-alike, on this machine only. Ctrl-C ends it.');
  await ended;
  await server.close();
  return 0;
}

/** @throws HireSyncError CONFIG_INVALID when it is not there, or not JSON; `seed` checks what it holds */
function seedsFrom(file: string): SeedObjects {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as SeedObjects;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = error instanceof SyntaxError ? 'is not JSON' : `cannot be read (${code})`;
    throw new HireSyncError('CONFIG_INVALID', `--seed: ${file} ${why}.`);
  }
}
