import type { Applications } from './applications.ts';
import type { Done, Journal } from './journal.ts';

/** What a finished pull came to, without the list of its applications. Holds no candidate text. */
export interface Manifest {
  readonly kind: string;
  readonly format: string;
  /** Where it was read. */
  readonly baseUrl: string;
  readonly appId: string;
  /** Name of the file beside this manifest. */
  readonly file: string;
  readonly bytes: number;
  /** Hex SHA-256 of the file. */
  readonly sha256: string;
  readonly objects: number;
  /** Pages that Feishu sent for what is in the file, empty ones included. */
  readonly pages: number;
  readonly applications: {
    readonly from: string;
    /** Hex SHA-256 over the ids, one per line. */
    readonly sha256: string;
    readonly read: number;
    /** Applications that Feishu would not list (--skip-refused). */
    readonly refused: number;
    readonly duplicates: number;
    /** Values of the lookup that are no ids. */
    readonly unusable: number;
    readonly empty: number;
  };
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Processes that worked on it: 1 unless it was interrupted. */
  readonly sessions: number;
}

/** Adds up what the journal says. */
export function manifestOf(
  journal: Journal,
  applications: Applications,
  given: Pick<Manifest, 'kind' | 'format' | 'baseUrl' | 'appId' | 'file' | 'bytes' | 'sha256'>,
  finishedAt: number,
): Manifest {
  let [objects, pages, read, refused] = [0, 0, 0, 0];
  for (const done of journal.done()) {
    objects += done.objects;
    pages += done.pages;
    if (done.refused === null) read++;
    else refused++;
  }
  const { from, sha256, duplicates, empty, unusable } = applications;
  return {
    ...given,
    objects,
    pages,
    applications: { from, sha256, read, refused, duplicates, empty, unusable: unusable.length },
    startedAt: new Date(journal.startedAt).toISOString(),
    finishedAt: new Date(finishedAt).toISOString(),
    sessions: journal.sessions,
  };
}

/** The manifest as JSON text in pieces, with `perApplication`: which bytes are whose, when they were read. */
export function* manifestText(manifest: Manifest, journal: Journal): Generator<string> {
  yield `${JSON.stringify(manifest, null, 2).slice(0, -2)},\n  "perApplication": [`;
  let first = true;
  for (const done of journal.done()) {
    yield `${first ? '' : ','}\n    ${JSON.stringify(lineOf(done))}`;
    first = false;
  }
  yield '\n  ]\n}\n';
}

function lineOf({ readAt, refused, logId, ...done }: Done): object {
  const at = new Date(readAt).toISOString();
  return { ...done, readAt: at, ...(refused === null ? {} : { refused, logId }) };
}
