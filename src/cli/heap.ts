import { setFlagsFromString } from 'node:v8';

// So many records with their children are parsed in a second or two; a small young generation makes it a fifth more.
const FEW_RECORDS = 20_000;

/**
 * Fits V8's heap to millions of rows that come and go.
 *
 * Old objects: of them V8 lets four times as much pile up as is in use before it looks through them: 130 MB more than
 * with this, in the same time. Not before all modules are loaded: it would look through those several times.
 *
 * Rows are not old: lists of them that live across two collections once, by chance, would be made among the old objects
 * ever after, and keep their rows there until the next look through all. Which of the two happens differs from run to
 * run, by a tenth of the time.
 */
export function fitHeapToRows(): void {
  setFlagsFromString('--heap-growing-percent=100');
  setFlagsFromString('--no-allocation-site-pretenuring');
}

/**
 * Where few records are to be parsed, young objects keep the room they have: V8 would double it again and again, up to
 * 64 MB, which serves a reading of all records well. To be called when all threads have been started: V8 sets it back
 * with each. `records`: null where all are to be parsed.
 */
export function fitYoungObjects(records: number | null): void {
  const isFew = records !== null && records <= FEW_RECORDS;
  setFlagsFromString(`--semi-space-growth-factor=${isFew ? 1 : 2}`);
}
