import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { HireSyncError } from '../../errors.ts';
import { w } from '../../report/sentences.ts';
import { createSandbox, SANDBOX_APP, type SeedObjects, serveSandbox } from '../../sandbox/index.ts';
import { command } from '../command.ts';
import { number, or, path, type Values } from '../flag.ts';
import { lines, print, say } from '../output.ts';

const FLAGS = {
  port: or(
    0,
    number('<n>', 'port; 0 = any free one', {
      min: 0,
      max: 65_535,
      whole: true,
      allowed: w(
        '必须是 0 到 65535 的数；0 取任一空闲端口。',
        'it must be a number from 0 to 65535; 0 takes any free port.',
      ),
    }),
  ),
  state: path('<file>', 'keep its objects in this file over restarts'),
  seed: path('<file>', 'JSON: objects that are there from the beginning'),
};

export const commands = [
  command({
    name: 'sandbox',
    summary: w(
      '模拟的飞书招聘服务，只在本机，供试用和测试',
      'a server that behaves as Feishu Hire, on this machine only, for trials and tests',
    ),
    arguments: [],
    flags: FLAGS,
    run: sandbox,
  }),
];

/** Serves until a signal comes. Prints the address as shell settings. */
async function sandbox({ port, state: stateFile, seed }: Values<typeof FLAGS>): Promise<number> {
  if (stateFile !== undefined) mkdirSync(dirname(stateFile), { recursive: true, mode: 0o700 });
  // What is kept holds what it was seeded with.
  const isNew = stateFile === undefined || !existsSync(stateFile);
  const seeds = seed === undefined ? {} : seedsFrom(seed);
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
  say(
    w(
      '模拟的飞书招聘，只在本机。按 Ctrl-C 结束。',
      'Feishu Hire look-alike, on this machine only. Ctrl-C ends it.',
    ),
  );
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
    const why =
      error instanceof SyntaxError
        ? w('不是 JSON', 'is not JSON')
        : w(`无法读取（${code}）`, `cannot be read (${code})`);
    throw new HireSyncError('CONFIG_INVALID', w(`--seed：${file} ${why.zh}。`, `--seed: ${file} ${why.en}.`));
  }
}
