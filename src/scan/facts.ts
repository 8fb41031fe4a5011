import type { FileCount } from '../model.ts';

/** What the bytes of one file say of it. */
export interface FileFacts {
  readonly file: string;
  /** `orphaned` is 0: only reading tells. */
  readonly count: FileCount;
  /** What decides how its records are read, besides the pipeline's options: encoding, delimiter and header. */
  readonly head: string;
  /** Title rows and header: where they begin (behind a byte order mark) and end. */
  readonly headFrom: number;
  readonly headTo: number;
  /** Tell whether the file is still the one that was scanned. */
  readonly size: number;
  readonly modifiedMs: number;
}
