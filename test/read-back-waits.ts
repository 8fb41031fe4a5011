import { READ_BACK_WAITS_MS } from '../src/writer/read-back.ts';

/** The waits of the read-back, in ms, one after the other: where a sandbox shows a write at once, a tenth is enough. */
export function readBackWaits(lags: boolean): readonly number[] {
  return lags ? READ_BACK_WAITS_MS : READ_BACK_WAITS_MS.map((ms) => ms / 10);
}
