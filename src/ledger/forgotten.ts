import { randomBytes } from 'node:crypto';
import { HireSyncError } from '../errors.ts';
import type { SqliteDatabase } from './database.ts';
import type { Guarded } from './entries.ts';
import { eraseRecord, keysOf, type Named, type RowsOf, rowsAbout } from './erase.ts';
import type { Fenced } from './fence.ts';
import { writeDurably } from './head.ts';
import {
  forgottenFile,
  hashOf,
  indexOf,
  nameOf,
  readForgotten,
  type Tombstone,
  union,
} from './tombstones.ts';

/** A record that is being erased. */
export interface Forgetting extends Named {
  /** JSON: what was found of it when it began; null when nobody has looked. */
  readonly found: string | null;
}

/** Records that somebody had erased. */
export interface Forgotten {
  /** Whether a record is, or is being, forgotten: also where only what lies beside the ledger says so. */
  has(pipeline: string, key: string): boolean;
  /** When it was, and the numbers that were noted of it (JSON; null while it is being done); null: it is not. */
  find(pipeline: string, key: string): { readonly at: number; readonly certificate: string | null } | null;
  /** Those that were begun and not ended. */
  begun(): readonly Forgetting[];
  /** From now on no run takes these records. Noted in the ledger, then beside it. @throws HireSyncError LEDGER_UNWRITABLE */
  begin(records: readonly Named[]): void;
  /** What was found of one, and what became of it in Feishu: before the ledger's rows are erased. */
  note(record: Named, found: string): void;
  /** How many rows of the ledger are about a record, by table. */
  rows(record: Named): RowsOf;
  /** Erases them. */
  erase(record: Named): void;
  /** Writes the file anew, so that no page holds what was erased. @throws HireSyncError LEDGER_BUSY when a program reads it */
  compact(): void;
  /** All of it is erased; its key is, too. */
  end(record: Named, certificate: string): void;
  /** The record may come back. False: it was not forgotten. */
  revoke(record: Named): boolean;
  /** The tombstones themselves, for copies of the ledger. */
  all(): readonly Tombstone[];
  /**
   * Makes the ledger and what lies beside it say the same. A record that only the latter calls forgotten is in a copy that
   * was put back: its erasing is begun. Under a lease.
   */
  agree(): void;
}

export function createForgotten(
  database: SqliteDatabase,
  guarded: Guarded,
  { fenced, file, now }: { readonly fenced: Fenced; readonly file: string; readonly now: () => number },
): Forgotten {
  const COLUMNS = 'pipeline, mark, secret, generation, at';
  const all = database.prepare(`SELECT ${COLUMNS} FROM forgotten ORDER BY pipeline, mark`);
  const add = database.prepare(`
    INSERT INTO forgotten (${COLUMNS}) VALUES (@pipeline, @mark, @secret, @generation, @at)
    ON CONFLICT DO UPDATE SET generation = max(generation, excluded.generation)`);
  const find = database.prepare('SELECT at, certificate FROM forgotten WHERE pipeline = ? AND mark = ?');
  const begun = database.prepare('SELECT pipeline, key, found FROM forgetting ORDER BY pipeline, key');
  const intend = database.prepare(
    'INSERT INTO forgetting (pipeline, key) VALUES (@pipeline, @key) ON CONFLICT DO NOTHING',
  );
  const note = database.prepare(
    'UPDATE forgetting SET found = @found WHERE pipeline = @pipeline AND key = @key',
  );
  const certify = database.prepare(
    'UPDATE forgotten SET certificate = @certificate WHERE pipeline = @pipeline AND mark = @mark',
  );
  const done = database.prepare('DELETE FROM forgetting WHERE pipeline = @pipeline AND key = @key');
  const drop = database.prepare('DELETE FROM forgotten WHERE pipeline = @pipeline AND mark = @mark');
  const generation = database
    .prepare(`
    SELECT coalesce((SELECT n FROM generation WHERE pipeline = @pipeline AND key = @key),
                    (SELECT 1 FROM attempt WHERE pipeline = @pipeline AND key = @key), 0)`)
    .pluck();
  const nextKey = database.prepare(`
    INSERT INTO generation (pipeline, key, n) VALUES (@pipeline, @key, @n)
    ON CONFLICT DO UPDATE SET n = max(n, excluded.n)`);
  const inLedger = () => all.all() as Tombstone[];

  /** Made when it is first asked for, and anew after each change. */
  let known: ReturnType<typeof indexOf> | undefined;
  const markOf = ({ pipeline, key }: Named): Pick<Tombstone, 'mark' | 'secret'> | undefined => {
    known ??= indexOf(union(inLedger(), readForgotten(file)));
    return known(pipeline, key);
  };
  /** Written whole when it lacks something, so that it survives any copy that is put in the ledger's place. */
  const writeBeside = (stones: readonly Tombstone[]): void => {
    if (stones.length === 0 && readForgotten(file).length === 0) return;
    const text = JSON.stringify({ forgotten: stones }, null, 1);
    writeDurably(forgottenFile(file), `${text}\n`, 'It keeps who was forgotten from being created again');
  };
  const erasing = <Args extends unknown[], T>(work: (...args: Args) => T) => {
    const written = fenced(work);
    return (...args: Args): T => {
      // What is deleted is overwritten with zeros.
      guarded(() => database.pragma('secure_delete = ON'))();
      return written(...args);
    };
  };
  const checkpoint = guarded(() => {
    const [row] = database.pragma('wal_checkpoint(TRUNCATE)') as { readonly busy: number }[];
    if (row?.busy === 0) return;
    throw new HireSyncError(
      'LEDGER_BUSY',
      `Another program reads the ledger ${file}, so that its log ${file}-wal still holds what was erased. Let it end, then run the same command again: it completes this.`,
    );
  });
  const agreed = fenced((beside: readonly Tombstone[]) => {
    const here = new Set(inLedger().map(nameOf));
    const lacking = beside.filter((stone) => !here.has(nameOf(stone)));
    for (const stone of lacking) add.run(stone);
    for (const [pipeline, stones] of Map.groupBy(lacking, (stone) => stone.pipeline)) {
      const marks = new Set(stones.map(({ mark }) => mark));
      const secrets = new Set(stones.map(({ secret }) => secret));
      const back = [...keysOf(database, pipeline)].filter((key) =>
        secrets.values().some((secret) => marks.has(hashOf(key, secret))),
      );
      for (const key of back) intend.run({ pipeline, key });
    }
  });
  return {
    has: guarded((pipeline, key) => markOf({ pipeline, key }) !== undefined),
    find: guarded((pipeline, key) => {
      const mark = markOf({ pipeline, key })?.mark;
      if (mark === undefined) return null;
      return (
        (find.get(pipeline, mark) as ReturnType<Forgotten['find']> | undefined) ?? {
          at: 0,
          certificate: null,
        }
      );
    }),
    begun: guarded(() => begun.all() as Forgetting[]),
    begin(records) {
      const [there] = [...inLedger(), ...readForgotten(file)];
      const own = there?.secret ?? randomBytes(32).toString('hex');
      fenced(() => {
        for (const record of records) {
          intend.run({ pipeline: record.pipeline, key: record.key });
          const { mark, secret } = markOf(record) ?? { mark: hashOf(record.key, own), secret: own };
          const n = generation.get({ pipeline: record.pipeline, key: record.key }) as number;
          add.run({ pipeline: record.pipeline, mark, secret, generation: n, at: now() });
        }
      })();
      writeBeside(union(inLedger(), readForgotten(file)));
      known = undefined;
    },
    note: fenced(({ pipeline, key }, found) => void note.run({ pipeline, key, found })),
    rows: guarded((record) => rowsAbout(database, record)),
    erase: erasing((record: Named) => eraseRecord(database, record)),
    compact: guarded(() => {
      database.exec('VACUUM');
      checkpoint();
    }),
    end(record, certificate) {
      const { pipeline, key } = record;
      erasing(() => {
        done.run({ pipeline, key });
        certify.run({ pipeline, mark: markOf(record)?.mark ?? '', certificate });
      })();
      checkpoint();
    },
    revoke(record) {
      const { pipeline, key } = record;
      const mark = markOf(record)?.mark;
      if (mark === undefined) return false;
      const stones = union(inLedger(), readForgotten(file));
      const stone = stones.find((one) => one.pipeline === pipeline && one.mark === mark);
      writeBeside(stones.filter((one) => one !== stone));
      fenced(() => {
        const n = stone?.generation ?? 0;
        if (n > 0) nextKey.run({ pipeline, key, n: n + 1 });
        drop.run({ pipeline, mark });
      })();
      known = undefined;
      return true;
    },
    all: guarded(inLedger),
    agree() {
      const beside = readForgotten(file);
      if (beside.length > 0) agreed(beside);
      const here = inLedger();
      const there = new Set(beside.map(nameOf));
      if (here.some((stone) => !there.has(nameOf(stone)))) writeBeside(here);
      known = undefined;
    },
  };
}
