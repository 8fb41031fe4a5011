import { labelOf } from '../plan/labels.ts';
import type { Bilingual, Shape } from '../plan/shape.ts';
import { leafAt } from '../plan/verdicts.ts';
import { w } from './sentences.ts';
import { wallTime } from './times.ts';
import { wordOf } from './values.ts';

/** How a sentence tells of times and fields. */
export interface Telling {
  /** The pipeline as a command takes it, for a shell; `PIPELINE` where the report does not know it. */
  readonly pipeline: string;
  /** A time in the zone of the report, which the report names elsewhere. */
  readonly at: (ms: number) => string;
  /** A payload path in words. */
  readonly label: (path: string) => Bilingual;
  /** A value of the payload, with the word that an enum has for it: `通过 (1)`, `通过 pass (1)`. */
  readonly value: (path: string, value: number | string | null) => Bilingual;
}

/** What sentences need to know of a report. Without a zone times are UTC and say so; without a shape paths stay as they are. */
export interface Told {
  readonly zone?: string | undefined;
  readonly shape?: Shape | undefined;
  /** File or name of the pipeline. */
  readonly pipeline?: string | undefined;
}

export function tellingOf({ zone, shape, pipeline }: Told): Telling {
  return {
    pipeline: pipeline === undefined ? 'PIPELINE' : quoted(pipeline),
    at: (ms) => (zone === undefined ? `${wallTime(ms, 'UTC')} UTC` : wallTime(ms, zone)),
    label: (path) =>
      shape === undefined ? w(path, path) : w(labelOf(shape, path, 'zh'), labelOf(shape, path, 'en')),
    value: (path, value) => {
      const words = shape && wordOf(leafAt(shape, path), value);
      if (words === undefined) return w(String(value), String(value));
      return w(`${words.zh} (${value})`, `${words.zh} ${words.en} (${value})`);
    },
  };
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\p{L}\p{N}.:/_][\p{L}\p{N}.:/_-]*$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
