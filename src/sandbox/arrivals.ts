import type { EndpointName } from './endpoints.ts';

/** One request as it reached the sandbox. Holds no token and no body. */
export interface Arrival {
  readonly endpoint: EndpointName | 'unknown';
  /** Milliseconds since the epoch with fractions (monotonic clock), taken before anything else is done. */
  readonly atMs: number;
  readonly method: string;
  /** Without the query string. */
  readonly path: string;
  /** The request's `external_id`, else the id in its path; null when it has neither. */
  readonly key: string | null;
  /** HTTP status of the answer; null while there is none, or when it never came (reset, black hole). */
  readonly status: number | null;
  /** The envelope's `code`; null when the answer was no whole envelope or never came. */
  readonly code: number | null;
  /** Kind of the scripted fault that was carried out on it. */
  readonly fault: string | null;
  /** The quirks that were carried out on it: `keep trim cut`, `show mask`, `answer crossed`, `read nothing`, `options repeat`. */
  readonly quirks: readonly string[];
}

export type OpenArrival = { -readonly [Name in keyof Arrival]: Arrival[Name] };

export interface ArrivalLog {
  /** Adds an entry that is completed in place as more becomes known. */
  open(first: Pick<Arrival, 'endpoint' | 'atMs' | 'method' | 'path'>): OpenArrival;
  /** All so far, by time of arrival; copies. */
  list(): Arrival[];
  clear(): void;
}

export function createArrivalLog(): ArrivalLog {
  let entries: OpenArrival[] = [];
  return {
    open(first) {
      const entry = { ...first, key: null, status: null, code: null, fault: null, quirks: [] };
      entries.push(entry);
      return entry;
    },
    list: () => entries.map((entry) => ({ ...entry })).sort((a, b) => a.atMs - b.atMs),
    clear() {
      entries = [];
    },
  };
}
