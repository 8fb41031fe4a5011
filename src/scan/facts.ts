import type { FileCount } from '../model.ts';
import type { Stamp } from '../readers/regular-file.ts';

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
  readonly size: number;
  /** What the file was when it was opened. */
  readonly stamp: Stamp;
}
