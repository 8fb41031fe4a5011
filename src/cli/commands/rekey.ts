import { basename, dirname, resolve } from 'node:path';
import { HireSyncError } from '../../errors.ts';
import { planJob } from '../../pipeline/planning.ts';
import { findRekeyed, type Rekeying, readRekeyed } from '../../pipeline/rekeying.ts';
import { openPlanStore } from '../../plan/plan-store.ts';
import { pad } from '../../report/columns.ts';
import { EXIT } from '../../result/exit.ts';
import { command } from '../command.ts';
import { confirm } from '../confirm.ts';
import { readEnvironment } from '../environment.ts';
import { fileOnly, text, toggle, type Values } from '../flag.ts';
import { openExisting } from '../open-ledger.ts';
import { openSource, SOURCE_FLAGS } from '../open-source.ts';
import { lines, print, printJson, say } from '../output.ts';
import { prepare } from '../prepare.ts';
import { settings } from '../settings.ts';
import { listenToSignals } from '../signals.ts';
import { withLease } from '../with-lease.ts';

const FLAGS = {
  from: text('<file>', 'the pairs, as a CSV file with the columns old and new (default: looks for them)'),
  yes: toggle('do not ask'),
  ...settings('ledger'),
  ...SOURCE_FLAGS,
  ...settings('limit'),
  json: toggle('one JSON object on stdout'),
  // For an estimate that is not shown.
  ...fileOnly(settings('rate')),
};

export const commands = [
  command({
    name: 'rekey',
    summary: 'take over keys that the export spells otherwise than the ledger; sends nothing',
    arguments: [['<pipeline>', 'pipeline file']],
    flags: FLAGS,
    prints: ['rekey'],
    run: rekey,
  }),
];

/** Takes over the keys that the export has by now. Reads the export and the ledger, sends nothing. */
async function rekey(flags: Values<typeof FLAGS>, file: string): Promise<number> {
  const prepared = await prepare(file, flags);
  const { pipeline, run } = prepared;
  const signals = listenToSignals(say);
  const source = openSource({ ...prepared, environment: readEnvironment(), flags });
  let through = false;
  const store = openPlanStore();
  try {
    const ledger = openExisting(flags.ledger, 'write', ': no record has a key to be taken over');
    try {
      let lost: unknown;
      const exitCode = await withLease(
        ledger,
        run,
        (error) => (lost ??= error),
        async () => {
          const deps = {
            ledger,
            store,
            sourceTenant: source.tenant,
            writer: null,
            rate: flags.rate,
            now: Date.now,
          };
          await planJob(prepared, deps);
          const pairs =
            flags.from === undefined
              ? findRekeyed(prepared, deps)
              : await readRekeyed(placeOf(flags.from), prepared, deps);
          const counts = { vanished: store.countMissing(), created: store.count('create') };
          await (flags.json
            ? printJson<'rekey'>({ pipeline: pipeline.name, ...counts, pairs })
            : print(lines(listed(pairs, counts, flags.limit))));
          if (pairs.length === 0) return EXIT.done;
          const question = `Take over the new keys of ${pairs.length} records of ${pipeline.name} in ${flags.ledger}?`;
          if (!flags.yes && !(await confirm(question, process.stdin, process.stderr, signals.stopping))) {
            say('Nothing was changed.');
            return EXIT.usage;
          }
          if (lost !== undefined) throw lost;
          signals.stopping.throwIfAborted();
          const copy = `${flags.ledger}.before-${run}`;
          await ledger.upkeep.backup(copy);
          ledger.rekey(pipeline.name, pairs);
          say(`Took over ${pairs.length} keys; nothing was sent. The ledger as it was: ${copy}`);
          return EXIT.done;
        },
      );
      through = true;
      return exitCode;
    } finally {
      ledger.close();
    }
  } finally {
    store.close();
    await source.end(through);
    signals.dispose();
  }
}

function placeOf(from: string): { folder: string; file: string } {
  const path = resolve(from);
  if (basename(path) === '')
    throw new HireSyncError('CONFIG_INVALID', `--from is "${from}": it must be a file.`);
  return { folder: dirname(path), file: basename(path) };
}

const HOW: Readonly<Record<Rekeying['by'], string>> = {
  content: 'same content',
  key: 'like key',
  near: 'much the same content',
  file: 'from the file',
};

function* listed(
  pairs: readonly Rekeying[],
  { vanished, created }: { readonly vanished: number; readonly created: number },
  limit: number,
): Generator<string> {
  const shown = limit > 0 ? pairs.slice(0, limit) : pairs;
  for (const { was, key, by, fields } of shown)
    yield `  ${pad(was, 20)} → ${pad(key, 20)} ${HOW[by]}${fields.length === 0 ? '' : `; differs in ${fields.join(', ')}`}`;
  if (shown.length < pairs.length) yield `  … and ${pairs.length - shown.length} more (--limit 0 lists all)`;
  const byKey = pairs.filter(({ by }) => by === 'key').length;
  const left = created - byKey;
  yield `Rekey: ${pairs.length} of the ${vanished} records that the export no longer has are in it under other keys; ${Math.max(0, left)} other keys are new.`;
  if (pairs.length === 0)
    yield 'Pairs that only you know: `--from FILE`, a CSV file with the columns old and new.';
}
