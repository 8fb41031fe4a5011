import { resolve } from 'node:path';
import { HireSyncError } from '../../errors.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { PIPELINE_NAME } from '../../pipeline/spec-schema.ts';
import { idCsv, idJsonl } from '../../report/ids.ts';
import { EXIT } from '../../result/exit.ts';
import { command } from '../command.ts';
import { oneOf, or, type Values } from '../flag.ts';
import { openExisting } from '../open-ledger.ts';
import { lines, print, say } from '../output.ts';
import { settings } from '../settings.ts';

const LEDGER = settings('ledger');
type LedgerFlags = Values<typeof LEDGER>;
const EXPORT = { ...LEDGER, format: or('csv', oneOf('<format>', 'csv or jsonl', ['csv', 'jsonl'])) };

export const commands = [
  command({
    name: 'ledger check',
    summary: 'is the file sound, and does every intent have its entry',
    arguments: [],
    flags: LEDGER,
    run: check,
  }),
  command({
    name: 'ledger backup',
    summary: 'a consistent copy, also while a sync runs',
    arguments: [['<file>', 'a new file']],
    flags: LEDGER,
    run: backup,
  }),
  command({
    name: 'ledger export',
    summary: 'the map from source keys to Feishu ids, on stdout',
    arguments: [],
    flags: EXPORT,
    prints: ['ledger-export'],
    run: exportIds,
  }),
  command({
    name: 'ledger rename-pipeline',
    summary: 'the records of one pipeline are those of another from now on; sends nothing',
    arguments: [
      ['<old>', 'name of the pipeline as it was'],
      ['<new>', 'name as it is in the pipeline file now'],
    ],
    flags: LEDGER,
    run: renamePipeline,
  }),
];

/** Exit 0 when the ledger is sound, 1 when it is not (then it is told that it is LEDGER_INVALID). */
async function check(flags: LedgerFlags): Promise<number> {
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

async function backup(flags: LedgerFlags, file: string): Promise<number> {
  return withLedger(flags, async (ledger) => {
    await ledger.upkeep.backup(resolve(file));
    say(`Copied ${ledger.file} to ${resolve(file)}.`);
    return EXIT.done;
  });
}

async function exportIds(flags: Values<typeof EXPORT>): Promise<number> {
  return withLedger(flags, async (ledger) => {
    await print(flags.format === 'csv' ? idCsv(ledger.upkeep) : idJsonl(ledger.upkeep));
    return EXIT.done;
  });
}

async function renamePipeline(flags: LedgerFlags, from: string, to: string): Promise<number> {
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
  const ledger = openExisting(flags.ledger, mode);
  try {
    return await work(ledger);
  } finally {
    ledger.close();
  }
}
