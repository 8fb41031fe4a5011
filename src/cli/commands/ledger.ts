import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseSettings } from '../../config.ts';
import { HireSyncError } from '../../errors.ts';
import { type Ledger, openLedger } from '../../ledger/ledger.ts';
import { idCsv, idJsonl } from '../../report/ids.ts';
import { EXIT } from '../../report/report.ts';
import { lines, print, say } from '../output.ts';

/** Flags that the ledger commands share. */
export interface LedgerFlags {
  readonly ledger?: string;
  readonly format?: string;
}

/** `hire-sync ledger check`: exit 0 when the ledger is sound, 1 when it is not. */
export async function check(flags: LedgerFlags): Promise<number> {
  return withLedger(flags, async (ledger) => {
    const broken = ledger.upkeep.check();
    const tally = ledger.upkeep.tally().map(({ pipeline, state, entries, held }) => {
      return `${pipeline}: ${entries} ${state}${held > 0 ? `, ${held} of them held` : ''}`;
    });
    await print(
      lines([
        ...tally,
        ...broken,
        broken.length === 0 ? `${ledger.file} is sound.` : `${ledger.file} is not sound.`,
      ]),
    );
    return broken.length === 0 ? EXIT.done : EXIT.error;
  });
}

/** `hire-sync ledger backup FILE`. */
export async function backup(file: string, flags: LedgerFlags): Promise<number> {
  return withLedger(flags, async (ledger) => {
    await ledger.upkeep.backup(resolve(file));
    say(`Copied ${ledger.file} to ${resolve(file)}.`);
    return EXIT.done;
  });
}

/** `hire-sync ledger export`: the id map on stdout. */
export async function exportIds(flags: LedgerFlags): Promise<number> {
  const { format = 'csv' } = flags;
  if (format !== 'csv' && format !== 'jsonl') {
    throw new HireSyncError('CONFIG_INVALID', `--format is "${format}": csv or jsonl`);
  }
  return withLedger(flags, async (ledger) => {
    await print(format === 'csv' ? idCsv(ledger.upkeep) : idJsonl(ledger.upkeep));
    return EXIT.done;
  });
}

async function withLedger(flags: LedgerFlags, work: (ledger: Ledger) => Promise<number>): Promise<number> {
  const config = parseSettings({ ledger: flags.ledger }, process.cwd());
  if (!existsSync(config.ledgerFile)) {
    throw new HireSyncError('CONFIG_INVALID', `There is no ledger ${config.ledgerFile}.`);
  }
  const ledger = openLedger({ file: config.ledgerFile, mode: 'read', now: Date.now });
  try {
    return await work(ledger);
  } finally {
    ledger.close();
  }
}
