import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { SANDBOX_APP } from '../../src/sandbox/index.ts';
import { CHILD_ENV } from '../child-env.ts';
import type { Stage } from '../faults/stage.ts';

const BIN = join(import.meta.dirname, '../../dist/cli/bin.js');

/** Any command of the CLI on the stage's ledger (unless one is named), in the stage's folder; nobody is at a terminal. */
export async function command(
  stage: Stage,
  ...args: string[]
): Promise<{ code: number; out: string; err: string }> {
  const ledger = args.includes('--ledger') ? [] : ['--ledger', stage.ledgerFile];
  const child = spawn(process.execPath, [BIN, ...args, ...ledger], {
    cwd: dirname(stage.pipelineFile),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...CHILD_ENV,
      FEISHU_BASE_URL: stage.url,
      FEISHU_APP_ID: SANDBOX_APP.appId,
      FEISHU_APP_SECRET: SANDBOX_APP.appSecret,
    },
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk;
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}
