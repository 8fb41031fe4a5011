// A name further away than this is a different name, not a misspelling.
const farthest = (name: string) => Math.max(2, Math.floor(name.length / 3));

/** Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`, ignoring case. */
function distance(a: string, b: string): number {
  const from = [...a.toLowerCase()];
  const to = [...b.toLowerCase()];
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}

/**
 * The candidates `name` may be a misspelling of, best first; `[]` when none is close.
 * Names longer than 200 characters are never compared (the work grows with the product of the lengths).
 */
export function nearest(name: string, candidates: Iterable<string>): readonly string[] {
  if (name.length > 200) return [];
  return [...candidates]
    .filter((candidate) => candidate.length <= 200)
    .map((candidate) => ({ candidate, edits: distance(name, candidate) }))
    .filter(({ edits }) => edits <= farthest(name))
    .sort((one, other) => one.edits - other.edits)
    .map(({ candidate }) => candidate);
}
