/** What a value is that could not be read. Damage, and words for nothing, are seen by the value itself. */
export type ProblemDetail =
  /** There is no such day, or time of day. */
  | { readonly code: 'no-such-time' }
  /** The clocks were set forward, and skipped this local time. */
  | { readonly code: 'clock-skipped'; readonly zone: string; readonly time: string }
  /** The clocks were set back, and this local time came twice, at two offsets. */
  | {
      readonly code: 'clock-twice';
      readonly zone: string;
      readonly time: string;
      readonly offsets: readonly [string, string];
    }
  /** It has a form that is not read, or not without being declared. `declared`: the format that the pipeline names. */
  | {
      readonly code: 'date-form';
      readonly form: DateForm;
      readonly formats: readonly string[];
      readonly declared: string | null;
    }
  /** The bounds of a whole number; null: none. */
  | { readonly code: 'whole-number'; readonly min: number | null; readonly max: number | null }
  /** It differs from this word in width, case, spaces or Unicode form only. */
  | { readonly code: 'look-alike'; readonly like: string };

/** `ambiguous`: does not tell the day from the month. `unknown`: none of those that are known. */
export type DateForm =
  | 'serial-date'
  | 'no-time'
  | 'ambiguous'
  | 'undeclared'
  | 'milliseconds'
  | 'seconds'
  | 'short-year'
  | 'no-year'
  | 'no-date'
  | 'range'
  | 'odd-range'
  | 'date-as-text'
  | 'has-time'
  | 'week'
  | 'relative'
  | 'unknown';
