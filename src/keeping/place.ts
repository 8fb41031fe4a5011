/** Where text about a record may lie, besides the ledger and Feishu. */
export const PLACES = ['rejects', 'runData', 'savedPlans', 'spools', 'backups'] as const;

export type PlaceName = (typeof PLACES)[number];

/** A record of a pipeline, by its key in the source. */
export interface RecordName {
  readonly pipeline: string;
  readonly key: string;
}

/** What was found of a record in a file. */
export interface Found {
  readonly file: string;
  /** Rows that are about it, or name it; null where the file goes as a whole. */
  readonly rows: number | null;
}

/** A place that can be looked through, and out of which a record can be taken. */
export interface Place {
  readonly name: PlaceName;
  /** The files that hold something of a record. Changes nothing. */
  look(record: RecordName): Promise<readonly Found[]>;
  /**
   * Takes the record out of these files, each of them whole or not at all, and removes what an earlier try that was killed
   * has left. May be done again.
   * @throws what the file system says
   */
  erase(record: RecordName): Promise<void>;
}
