import {
  KEPT_KINDS,
  type KeptKind,
  type Limit,
  type Need,
  type Pruned,
  type Retention,
} from '../result/retention.ts';

/** Something that is kept for a while. */
export interface Item {
  /** A run, or a file. */
  readonly name: string;
  /** What it is one of several of: a pipeline. */
  readonly group: string;
  /** Epoch ms. */
  readonly at: number;
  /** Bytes of files; rows of the ledger. */
  readonly size: number;
  /** What still needs it, whatever its age. */
  readonly need: Need | null;
  /** Erases it, in an order that leaves nothing half there which somebody could use. May be done again. */
  erase(): void;
}

/** The items of each kind. */
export type Shelves = Readonly<Record<KeptKind, () => readonly Item[]>>;

const DAY_MS = 86_400_000;

/** The items beyond a limit, oldest first. */
export function beyond(items: readonly Item[], { days, runs }: Limit, nowMs: number): readonly Item[] {
  const groups = Map.groupBy(items, ({ group }) => group);
  return [...groups.values()]
    .flatMap((some) => {
      const newestFirst = some.toSorted((one, other) => other.at - one.at);
      // A run may have several items.
      const newest = new Set([...new Set(newestFirst.map(({ name }) => name))].slice(0, runs));
      return newestFirst.filter(({ at, name }) => {
        const isOld = days !== undefined && nowMs - at > days * DAY_MS;
        return isOld || !newest.has(name);
      });
    })
    .toSorted((one, other) => one.at - other.at);
}

/**
 * Erases what is beyond its limit, and names what stays all the same because something needs it. A kind without a limit is
 * not looked at.
 */
export function retain(
  retention: Retention,
  shelves: Shelves,
  { now, dryRun }: { readonly now: number; readonly dryRun: boolean },
): Pruned {
  const gone: Pruned['gone'][number][] = [];
  const stays: Pruned['stays'][number][] = [];
  for (const kind of KEPT_KINDS) {
    const limit = retention[kind];
    if (limit === undefined || (limit.days ?? limit.runs) === undefined) continue;
    for (const item of beyond(shelves[kind](), limit, now)) {
      const { name, at, size, need } = item;
      const named = { kind, name, at: new Date(at).toISOString(), size };
      if (need !== null) {
        stays.push({ ...named, why: need });
        continue;
      }
      if (!dryRun) item.erase();
      gone.push(named);
    }
  }
  return { dryRun, gone, stays };
}
