import { dirname } from 'node:path';
import { sandboxEnv } from '../child-env.ts';
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
      ...sandboxEnv(stage.url),
    },
  });
  return { code: code ?? -1, out: stdout, err: stderr };
}
