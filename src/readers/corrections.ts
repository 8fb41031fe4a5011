import type { RejectMark, SourceRecord } from '../model.ts';

/** A row of children as a person corrected it. */
export interface Correction {
  readonly record: SourceRecord;
  readonly mark: RejectMark;
  /** Whether it says anything else than the row of the export that it was made from. */
  readonly isEdited: boolean;
}

/** The corrected rows of one file of children, each for the row of the export that is still as it was. */
export interface Corrections {
  /** The correction of a row, each once; undefined for nearly all. */
  take(values: SourceRecord['values']): Correction | undefined;
}

/** Puts corrected rows in the place of those of the export. */
export async function* withCorrections(
  batches: AsyncGenerator<readonly SourceRecord[]>,
  corrections: Corrections,
): AsyncGenerator<readonly SourceRecord[]> {
  for await (const batch of batches) {
    yield batch.map((row) => {
      const found = corrections.take(row.values);
      if (found === undefined) return row;
      const { problems: _, ...rest } = row;
      const { values, problems, origin: correctedAt } = found.record;
      const before = { values: row.values, correctedAt };
      return {
        ...rest,
        values,
        before,
        rejected: found.mark,
        ...(problems === undefined ? {} : { problems }),
      };
    });
  }
}
