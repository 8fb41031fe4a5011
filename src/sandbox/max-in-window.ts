/**
 * The highest number of `times` (ms, in any order) that lie in one window `[t, t + windowMs)`, wherever it
 * starts; 0 for no times.
 */
export function maxInWindow(times: readonly number[], windowMs: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  let highest = 0;
  let first = 0;
  for (const [index, time] of sorted.entries()) {
    while (time - (sorted[first] ?? time) >= windowMs) first += 1;
    highest = Math.max(highest, index - first + 1);
  }
  return highest;
}
