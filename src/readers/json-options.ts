import { HireSyncError } from '../errors.ts';
import { emptyComplaint } from './empty-words.ts';
import type { Encoding } from './encodings.ts';
import { nearest } from './nearest.ts';

export interface JsonOptions {
  /** Default: found out over the whole file (byte order mark, else strict UTF-8, else GB18030 that looks like Chinese). */
  readonly encoding?: Encoding;
  /**
   * The texts that this export writes where there is nothing (`['NULL']`): such a text is read as null, and counted. `[]`:
   * there are none, so that `required` and `id` take `None` for the name it is.
   */
  readonly empty?: readonly string[];
  /**
   * Members that no record of an export needs to have, by their path (`cancelledAt`, `scores[].comment`). Without it a run
   * tells of a member that the pipeline reads and no record has ever had, or stops where it looks misspelt.
   */
  readonly optional?: readonly string[];
  /** A record with a text of so many characters or more is rejected; default 1,000,000. */
  readonly fieldLimit?: number;
  /** Largest length of one record, in characters (UTF-16 units); default 16 Mi. */
  readonly recordLimit?: number;
}

export interface JsonArrayOptions extends JsonOptions {
  /** Name of the member of the top-level object that holds the array: `'data'`. Default: the array is the file. */
  readonly at?: string;
}

const OPTIONS = {
  json: { at: true, encoding: true, empty: true, optional: true, fieldLimit: true, recordLimit: true },
  jsonl: { encoding: true, empty: true, optional: true, fieldLimit: true, recordLimit: true },
} as const satisfies {
  readonly json: Record<keyof JsonArrayOptions, true>;
  readonly jsonl: Record<keyof JsonOptions, true>;
};

/**
 * All that is wrong with the options of `json(file, options)` or `jsonl(file, options)`, at once.
 * @throws HireSyncError PIPELINE_INVALID
 */
export function checkJsonOptions(kind: 'json' | 'jsonl', file: string, options: JsonArrayOptions): void {
  const complaints: string[] = [];
  // A pipeline file is run without its types being checked.
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(OPTIONS[kind], name)) continue;
    const [close] = nearest(name, Object.keys(OPTIONS[kind]));
    complaints.push(`there is no option "${name}"${close === undefined ? '' : `; did you mean "${close}"?`}`);
  }
  const { empty, optional } = options;
  if (empty !== undefined && (!Array.isArray(empty) || emptyComplaint(empty) !== undefined))
    complaints.push("empty must be a list of words such as ['NULL']");
  if (
    optional !== undefined &&
    !(Array.isArray(optional) && optional.every((name) => typeof name === 'string'))
  )
    complaints.push("optional must be a list of members such as ['cancelledAt']");
  if (complaints.length > 0)
    throw new HireSyncError('PIPELINE_INVALID', `${kind}("${file}"): ${complaints.join('; ')}.`);
}
