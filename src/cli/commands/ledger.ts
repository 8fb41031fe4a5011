import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseSettings } from '../../config.ts';
import { HireSyncError } from '../../errors.ts';
import { type Ledger, openLedger } from '../../ledger/ledger.ts';
import { PIPELINE_NAME } from '../../pipeline/define.ts';
import { idCsv, idJsonl } from '../../report/ids.ts';
import { EXIT } from '../../result/exit.ts';
import { lines, print, say } from '../output.ts';

/** Flags that the ledger commands share. */
export interface LedgerFlags {
  readonly ledger?: string;
  readonly format?: string;
}

/** `hire-sync ledger check`: exit 0 when the ledger is sound, 1 when it is not (then it is told that it is LEDGER_INVALID). */
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
        broken.length === 0 ? `${ledger.file} is sound.` : `LEDGER_INVALID: ${ledger.file} is not sound.`,
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

/** `hire-sync ledger rename-pipeline OLD NEW`: the ledger's records of one pipeline are the other's from now on. */
export async function renamePipeline(from: string, to: string, flags: LedgerFlags): Promise<number> {
  if (!PIPELINE_NAME.test(to)) {
    throw new HireSyncError(
      'CONFIG_INVALID',
      `"${to}" is no name for a pipeline: a-z, 0-9 and "-", at most 64 characters, the first no "-".`,
    );
  }
  const owner = `rename-pipeline-${process.pid}`;
  const rename = async (ledger: Ledger): Promise<number> => {
    ledger.leases.acquire(owner);
    try {
      const records = ledger.renamePipeline(from, to);
      say(
        `${records} records of pipeline "${from}" are of "${to}" now. The next sync of "${to}" parses every row once.`,
      );
    } finally {
      ledger.leases.release(owner);
    }
    return EXIT.done;
  };
  return withLedger(flags, rename, 'write');
}

async function withLedger(
  flags: LedgerFlags,
  work: (ledger: Ledger) => Promise<number>,
  mode: 'read' | 'write' = 'read',
): Promise<number> {
  const config = parseSettings({ ledger: flags.ledger }, process.cwd());
  if (!existsSync(config.ledgerFile)) {
    throw new HireSyncError('CONFIG_INVALID', `There is no ledger ${config.ledgerFile}.`);
  }
  const ledger = openLedger({ file: config.ledgerFile, mode, now: Date.now });
  try {
    return await work(ledger);
  } finally {
    ledger.close();
  }
}
