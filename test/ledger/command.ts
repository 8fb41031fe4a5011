import { dirname } from 'node:path';
import { SANDBOX_APP } from '../../src/sandbox/index.ts';
import { hireSync } from '../cli/child.ts';
import type { Stage } from '../faults/stage.ts';

/** Any command of the CLI on the stage's ledger (unless one is named), in the stage's folder; nobody is at a terminal. */
export async function command(
  stage: Stage,
  ...args: string[]
): Promise<{ code: number; out: string; err: string }> {
  const ledger = args.includes('--ledger') ? [] : ['--ledger', stage.ledgerFile];
  const { code, stdout, stderr } = await hireSync([...args, ...ledger], {
    cwd: dirname(stage.pipelineFile),
    env: {
      FEISHU_BASE_URL: stage.url,
      FEISHU_APP_ID: SANDBOX_APP.appId,
      FEISHU_APP_SECRET: SANDBOX_APP.appSecret,
    },
  });
  return { code: code ?? -1, out: stdout, err: stderr };
}
