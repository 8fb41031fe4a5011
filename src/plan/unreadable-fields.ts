import type { Entry } from '../ledger/entries.ts';
import type { Payload } from '../model.ts';
import { leafPaths, type Shape } from './shape.ts';
import { isShownAt } from './shown.ts';

/** A record, and what Feishu shows of its object now. */
export interface Seen {
  readonly entry: Pick<Entry, 'applied' | 'shown'>;
  readonly raw: Payload;
}

/** What one read tells of the fields of a target; paths without places in lists. */
export interface Fields {
  /** The app may not see them. */
  readonly unreadable: readonly string[];
  /** Shown again, though they are known to be hidden. */
  readonly back: readonly string[];
}

/** So many objects must have lost a field at once: one without it was edited by a person. */
const ENOUGH = 3;

/**
 * Fields that no object of a read shows, though at least three once did; and those that are known to be hidden
 * (`hidden`), as long as no object shows them. Pure.
 */
export function unreadableFields(seen: readonly Seen[], hidden: readonly string[], shape: Shape): Fields {
  const shows = (path: string): boolean => seen.some(({ raw }) => isShownAt(raw.json, path));
  const back = hidden.filter(shows);
  const gone = leafPaths(shape).filter((path) => {
    const once = seen.filter(({ entry }) => isShownAt(then(entry), path));
    return once.length >= ENOUGH && !shows(path);
  });
  const known = hidden.filter((path) => !back.includes(path));
  return { unreadable: [...new Set([...known, ...gone])], back };
}

function then({ applied, shown }: Seen['entry']): string {
  return shown ?? applied?.json ?? '{}';
}
