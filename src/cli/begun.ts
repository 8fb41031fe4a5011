import type { Target } from '../feishu/target.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { OpenFeishu } from './open-feishu.ts';
import { writerOver } from './open-writer.ts';

/** Completes forgettings that were begun; what it takes is loaded only where there are any, which most nights have not. */
export async function completeIfBegun(
  ledger: Ledger,
  owner: string,
  feishu: OpenFeishu,
  passTo: (run: string) => void,
): Promise<void> {
  if (ledger.forgotten.begun().length === 0) return;
  const { completeBegun } = await import('./forgetting.ts');
  const writerFor = (target: Target) => writerOver(feishu, { target });
  await completeBegun(ledger, owner, { writerFor, passTo });
}
