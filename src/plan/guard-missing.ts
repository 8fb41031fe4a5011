import { HireSyncError } from '../errors.ts';

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
  const share = Math.round((count / known) * 1000) / 10;
  return new HireSyncError(
    'GUARDED',
    `Stopped before the first write (guard missing): --recreate-missing would create ${isAll ? '' : 'at least '}${count} of ${known} known records ` +
      `again (${share} %), because Feishu does not show them; up to ${RECORDS} records, and from ${FROM} known on up to ${SHARE * 100} %, it does so ` +
      'by itself. Perhaps they were not deleted, and the app may no longer see them: then each would be there twice. `hire-sync verify PIPELINE` ' +
      'lists all that are missing. If they were deleted, and are to be created again: --allow missing.',
    { guards: ['missing'] },
  );
}
