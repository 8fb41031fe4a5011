import type Database from 'better-sqlite3';
import { openScratch } from '../scratch.ts';
import type { Staging, StagingTable } from './source.ts';

/**
 * Scratch tables in an anonymous SQLite file, which SQLite deletes when it is closed or the process ends. It lies
 * in SQLITE_TMPDIR, TMPDIR, /var/tmp or /tmp, whichever exists first, and may grow to the size of the joined files.
 */
export function openStaging(): Staging {
  const database = openScratch();
  // One transaction that is never committed. Pages that do not fit the cache (64 MB) spill into the file.
  database.pragma('cache_size = -65536');
  database.exec('BEGIN');
  const tables = new Map<string, StagingTable>();
  return {
    table(name) {
      const known = tables.get(name);
      if (known !== undefined) return known;
      const table = createTable(database, `staged_${tables.size}`);
      tables.set(name, table);
      return table;
    },
    close() {
      database.close();
    },
  };
}

const PAGE = 1000;

function createTable(database: Database.Database, id: string): StagingTable {
  database.exec(`CREATE TABLE ${id} (id INTEGER PRIMARY KEY, key TEXT NOT NULL, json TEXT NOT NULL)`);
  const insert = database.prepare<[string, string]>(`INSERT INTO ${id} (key, json) VALUES (?, ?)`);
  const byId = database.prepare<[number], { key: string; json: string }>(
    `SELECT key, json FROM ${id} WHERE id = ?`,
  );
  const keysAfter = database
    .prepare<[number, number], string>(`SELECT key FROM ${id} WHERE id > ? ORDER BY id LIMIT ?`)
    .pluck(true);
  // Prepared after the index exists, which is built in one go once the rows are in.
  let byKey: Database.Statement<[string], string> | undefined;
  let rows = 0;
  const taken = createBitSet();

  const select = (key: string) => {
    if (byKey === undefined) {
      database.exec(`CREATE INDEX ${id}_key ON ${id} (key)`);
      // One text per row: better-sqlite3 takes half as long again to make an object of two columns.
      const text = `SELECT id || ' ' || json FROM ${id} WHERE key = ? ORDER BY id`;
      byKey = database.prepare<[string], string>(text).pluck(true);
    }
    return byKey.all(key);
  };

  const idOf = (row: string) => Number(row.slice(0, row.indexOf(' ')));
  const take = (row: string) => {
    const space = row.indexOf(' ');
    taken.add(Number(row.slice(0, space)));
    return row.slice(space + 1);
  };

  return {
    add(key, json) {
      insert.run(key, json);
      rows++;
    },
    take: (key) => select(key).map(take),
    takeUntaken: (key) =>
      select(key)
        .filter((row) => !taken.has(idOf(row)))
        .map(take),
    *keys() {
      for (let row = 0; row < rows; row += PAGE) yield* keysAfter.all(row, PAGE);
    },
    // Row by row, so that no statement stays open while the caller works.
    *untaken() {
      for (let row = 1; row <= rows; row++) {
        const found = taken.has(row) ? undefined : byId.get(row);
        if (found !== undefined) yield found;
      }
    },
  };
}

/** One bit per row: a column in the table would turn every look-up into a write. */
function createBitSet() {
  let bits = new Uint8Array(1024);
  return {
    add(index: number) {
      const byte = index >> 3;
      if (byte >= bits.length) {
        const larger = new Uint8Array(Math.max(byte + 1, bits.length * 2));
        larger.set(bits);
        bits = larger;
      }
      bits[byte] = (bits[byte] ?? 0) | (1 << (index & 7));
    },
    has: (index: number) => ((bits[index >> 3] ?? 0) & (1 << (index & 7))) !== 0,
  };
}
