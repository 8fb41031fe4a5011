import { HireSyncError } from '../errors.ts';
import { collecting, quote, ValueError } from '../mapping/problems.ts';
import { type TrackOptions, trackedRow } from '../mapping/track.ts';
import { createTrail } from '../mapping/trail.ts';
import type { SourceRecord } from '../model.ts';
import type { Pipeline } from './define.ts';

/** A line of a report has room for so many characters beside the key. */
const LONGEST = 80;

/**
 * Who a record is about, in one line: `label` of the pipeline. A row whose label fails goes without one: it is for reading,
 * and nothing is decided by it. Null where the pipeline has none.
 * @throws HireSyncError PIPELINE_INVALID when it reads a column that the source does not have, or gives no text
 */
export function createLabel(
  { label }: Pick<Pipeline, 'label'>,
  options: Omit<TrackOptions, 'trail'>,
): ((record: SourceRecord) => string | undefined) | null {
  if (label === undefined) return null;
  const trail = createTrail();
  const { placeOf, takesWords, valueIn } = trail;
  const collector = { add: () => {}, stop: () => {}, placeOf, takesWords, valueIn };
  return (record) => {
    trail.reset();
    let text: unknown;
    try {
      const row = trackedRow(record, { ...options, trail });
      text = collecting(collector, () => label(row));
    } catch (error) {
      if (HireSyncError.is(error)) throw error;
      if (ValueError.is(error) || error instanceof Error) return undefined;
      throw error;
    }
    if (!text) return undefined;
    if (typeof text === 'string') return oneLineOf(text);
    throw new HireSyncError(
      'PIPELINE_INVALID',
      `label() must give a text, such as "王强 · 后端工程师", or something falsy; it gave ${quote(typeof text)}.`,
    );
  };
}

function oneLineOf(text: string): string | undefined {
  const letters = [...text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()];
  if (letters.length === 0) return undefined;
  return letters.length <= LONGEST ? letters.join('') : `${letters.slice(0, LONGEST - 1).join('')}…`;
}
