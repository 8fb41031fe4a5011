import type { HireSyncError } from '../errors.ts';
import { guarded } from './guard.ts';

/** How many records may be created again without somebody saying so: more are a sign that Feishu is not read rightly. */
const RECORDS = 20;
/** The same as a share of the known records, from so many on. */
const SHARE = 0.05;
const FROM = 100;

/** Whether so many records of those known are more than `--recreate-missing` creates by itself. */
export function isTooManyMissing(count: number, known: number): boolean {
  return count > RECORDS || (known >= FROM && count > known * SHARE);
}

/** `isAll` false: it was not counted to the end. */
export function tooManyMissing(count: number, known: number, isAll: boolean): HireSyncError {
  const bounds = { allows: RECORDS, from: FROM, allowsShare: SHARE };
  return guarded([{ guard: 'missing', count, known, isAll, ...bounds }]);
}
