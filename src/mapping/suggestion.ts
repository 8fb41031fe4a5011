import { shown } from '../readers/damage.ts';
import { nearest } from '../readers/nearest.ts';

/** ` Did you mean "…"?` for a message about an unknown name, or `''` when no candidate is near. */
export function suggestion(name: string, candidates: Iterable<string>): string {
  // Every other short name is within two edits of a name of one or two letters.
  const [near] = name.length < 3 ? [] : nearest(name, candidates);
  return near === undefined ? '' : ` Did you mean "${shown(near)}"?`;
}
