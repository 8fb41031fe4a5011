import type { PlanStore } from '../plan/plan-store.ts';
import type { Language, Shape } from '../plan/shape.ts';

/** What the renderers read of a plan: the one in memory, or the one kept of an earlier run. */
export type Changes = Pick<PlanStore, 'page' | 'count' | 'orphans' | 'missing' | 'countMissing'> & {
  readonly outcomes: Pick<PlanStore['outcomes'], 'of'>;
};

/** What the reader of a report wishes. */
export interface RenderOptions {
  /** The payload's fields, their labels and words. */
  readonly shape: Shape;
  /** The payload field by which the chart counts months. */
  readonly dateField: string;
  readonly language: Language;
  /** Names and notes (all free text of the rows) are left out; keys, field names, enums, dates and ids stay. */
  readonly redact: boolean;
  /** Rows of a kind in the text report; 0 = all. The other formats always hold all they can. */
  readonly limit: number;
}
