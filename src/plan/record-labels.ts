import type Database from 'better-sqlite3';

/** Who or what the rows of a plan are about, as the pipeline's `label` says it: for people to read, and for nothing else. */
export interface RecordLabels {
  /** @param seq the change's place in the plan */
  note(seq: number, label: string): void;
  of(seq: number): string | undefined;
}

/** Keeps them beside the plan, in the same anonymous file. */
export function createRecordLabels(database: Database.Database): RecordLabels {
  database.exec('CREATE TABLE label (seq INTEGER PRIMARY KEY, label TEXT NOT NULL) STRICT');
  const note = database.prepare('INSERT OR REPLACE INTO label (seq, label) VALUES (?, ?)');
  const of = database.prepare('SELECT label FROM label WHERE seq = ?').pluck();
  return {
    note: (seq, label) => void note.run(seq, label),
    of: (seq) => of.get(seq) as string | undefined,
  };
}
