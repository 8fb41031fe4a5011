import { existsSync } from 'node:fs';
import { type Ledger, openLedger } from '../ledger/ledger.ts';
import { say } from './output.ts';

/** Opens the ledger, or makes one where there is none, which is said: a typing error in `--ledger` must not pass for a first run. */
export function openForWriting(file: string): Ledger {
  return openLedger({ file, mode: 'write', now: Date.now, onNew: () => say(`New ledger: ${file}`) });
}

/** Opens the ledger and changes nothing. Without one it is as if it were empty, which is said. */
export function openForReading(file: string): Ledger {
  if (!existsSync(file)) say(`No ledger yet: ${file} (nothing is known; a sync makes it)`);
  return openLedger({ file, mode: 'read', now: Date.now });
}
