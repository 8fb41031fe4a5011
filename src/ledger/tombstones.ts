import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { HireSyncError } from '../errors.ts';

/**
 * What is left of a record that was erased: a hash by which its row is known again, so that neither tomorrow's export nor an
 * older copy of the ledger brings it back. The hash is keyed: whoever has a tombstone alone cannot try keys on it. The
 * secret lies beside it, because without it no run could tell whom it must not create; so whoever may read the ledger's
 * folder can find out whether a key that they know already was forgotten, and nothing else.
 */
export interface Tombstone {
  readonly pipeline: string;
  /** Hex HMAC-SHA-256 of the key. The pipeline stands beside it, because it may get another name. */
  readonly mark: string;
  /** Hex, 32 random bytes: one per ledger, unless a ledger came from elsewhere. */
  readonly secret: string;
  /** Of its last create: the next one, once it is revoked, must have another `external_id`. 0: it was never created. */
  readonly generation: number;
  /** Epoch ms. */
  readonly at: number;
}

/** `ledger.db` → `ledger.forgotten` */
export function forgottenFile(ledgerFile: string): string {
  return `${ledgerFile.replace(/\.db$/, '')}.forgotten`;
}

/** Finds the tombstone of a record; undefined for one that nobody forgot. Quick where there are none. */
export function indexOf(
  stones: readonly Tombstone[],
): (pipeline: string, key: string) => Pick<Tombstone, 'mark' | 'secret'> | undefined {
  const byPipeline = Map.groupBy(stones, ({ pipeline }) => pipeline);
  const index = new Map(
    [...byPipeline].map(([pipeline, some]) => {
      const bySecret = Map.groupBy(some, ({ secret }) => secret);
      const marks = [...bySecret].map(
        ([secret, ones]) => [secret, new Set(ones.map(({ mark }) => mark))] as const,
      );
      return [pipeline, marks] as const;
    }),
  );
  return (pipeline, key) => {
    for (const [secret, marks] of index.get(pipeline) ?? []) {
      const mark = hashOf(key, secret);
      if (marks.has(mark)) return { mark, secret };
    }
    return undefined;
  };
}

/** Whether a record is forgotten, by what lies beside a ledger alone. @throws HireSyncError LEDGER_INVALID */
export function forgottenBeside(ledgerFile: string): (pipeline: string, key: string) => boolean {
  const find = indexOf(readForgotten(ledgerFile));
  return (pipeline, key) => find(pipeline, key) !== undefined;
}

/** A tombstone by what it is about. */
export const nameOf = ({ pipeline, mark }: Tombstone): string => `${pipeline} ${mark}`;

/** All of them, each once. */
export function union(...lists: readonly (readonly Tombstone[])[]): readonly Tombstone[] {
  return [...new Map(lists.flat().map((stone) => [nameOf(stone), stone])).values()];
}

/** Hex HMAC-SHA-256 of a key. `secret`: hex. */
export function hashOf(key: string, secret: string): string {
  return createHmac('sha256', Buffer.from(secret, 'hex')).update(key).digest('hex');
}

/** The tombstones beside a ledger. @throws HireSyncError LEDGER_INVALID when they cannot be read: nobody knows then who is forgotten */
export function readForgotten(ledgerFile: string): readonly Tombstone[] {
  // An empty ledger in memory, as `validate` has it.
  if (ledgerFile === '') return [];
  const file = forgottenFile(ledgerFile);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw unreadable(file, String(code));
  }
  try {
    const { forgotten } = JSON.parse(text) as { readonly forgotten: readonly Tombstone[] };
    if (
      forgotten.every(({ pipeline, mark, secret }) =>
        [pipeline, mark, secret].every((one) => typeof one === 'string'),
      )
    )
      return forgotten;
  } catch {
    // Told below.
  }
  throw unreadable(file, 'it is not what was written');
}

function unreadable(file: string, why: string): HireSyncError {
  return new HireSyncError(
    'LEDGER_INVALID',
    `${file} cannot be read (${why}). It tells whom no run may create again, so nothing is sent without it: put it back from a copy. Only if the ledger beside it is the newest one, which holds the same, remove it.`,
  );
}
