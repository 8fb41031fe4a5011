import { HireSyncError } from '../errors.ts';
import { quote } from '../mapping/problems.ts';

/** Why a row is skipped, as `skip` gave it. @throws HireSyncError PIPELINE_INVALID for what is neither text nor falsy */
export function whySkipped(why: unknown): string | undefined {
  if (!why) return undefined;
  if (typeof why === 'string') return why;
  throw new HireSyncError(
    'PIPELINE_INVALID',
    `skip() must give the reason as a text, such as "cancelled", or something falsy; it gave ${quote(why)}.`,
  );
}

/** What `map` gave. @throws HireSyncError PIPELINE_INVALID when it is still to come */
export function synchronous(draft: unknown): unknown {
  if (typeof draft === 'object' && draft !== null && 'then' in draft && typeof draft.then === 'function') {
    // Whatever comes of it would come too late; without this it could end the process as an unhandled rejection.
    Promise.resolve(draft as PromiseLike<unknown>).then(undefined, () => undefined);
    throw new HireSyncError(
      'PIPELINE_INVALID',
      'map() must not be async: it must return the payload itself.',
    );
  }
  return draft;
}
