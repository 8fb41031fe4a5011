import type { FieldChange, Origin, Problem } from '../model.ts';
import { fieldPathOf } from '../plan/labels.ts';
import type { Bilingual, Language, Shape } from '../plan/shape.ts';
import type { Edits, Entry, ReportModel } from './report-model.ts';
import { w } from './sentences.ts';
import { leavesOf, payloadLeaves } from './values.ts';
import { POLICY_WORDS } from './words.ts';

/** Whether the source changed what was edited at `path` as well. Of a list that is merged as a whole, all of it did. */
export function isConflict({ conflicts }: Edits, path: string): boolean {
  const holds = (outer: string, inner: string): boolean =>
    inner.startsWith(outer) && ['', '.', '['].includes(inner.charAt(outer.length));
  return conflicts.some((conflict) => holds(conflict, path) || holds(path, conflict));
}

/** What is to be said of an edit of a field besides its values: that the source changed it too, and what becomes of it. */
export function editNotes(edits: Edits | undefined, path: string, language: Language): readonly string[] {
  return [
    ...(edits !== undefined && isConflict(edits, path) ? [w('与原系统冲突', 'conflict')] : []),
    ...(edits?.decided && edits.policy !== null ? [POLICY_WORDS[edits.policy]] : []),
  ].map((note) => note[language]);
}

/** Of a new object in the place of one that was deleted. */
export const recreatesNote = (id: string): Bilingual => w(`代替 ${id}`, `takes the place of ${id}`);

/** What an entry writes, value by value: all of a new object, of an update what changes. */
export function* writtenValues({ kind, payload, fields }: Entry, shape: Shape): Generator<FieldChange> {
  if (payload !== undefined && (kind === 'create' || kind === 'adopt'))
    yield* payloadLeaves(shape, payload.json);
  for (const field of fields ?? []) yield* leavesOf(shape, field);
}

/** One kind of problem, and how many rows have it. */
export interface ProblemSum {
  /** The first of them; null for all that are beyond a limit, counted together. */
  readonly problem: Problem | null;
  /** Source column or payload path, without list places. */
  readonly field: string;
  rows: number;
  /** The first row that has it. */
  readonly first: Origin;
}

// A million rows may have a million different bad values; what is beyond is counted together.
const MAX_KINDS = 10_000;

/** The problems of all rejected rows, the most frequent first. */
export function sumProblems(model: Pick<ReportModel, 'entries'>): readonly ProblemSum[] {
  const sums = new Map<string, ProblemSum>();
  for (const { problems = [], origin = { file: '', line: 0 } } of model.entries(['rejected'])) {
    const keyOf = ({ code, field, message }: Problem) => `${code} ${fieldPathOf(field)} ${message}`;
    for (const [name, problem] of new Map(problems.map((one) => [keyOf(one), one]))) {
      const key = sums.has(name) || sums.size < MAX_KINDS ? name : '';
      const known = sums.get(key) ?? {
        problem: key === '' ? null : problem,
        field: key === '' ? '' : fieldPathOf(problem.field),
        rows: 0,
        first: origin,
      };
      known.rows++;
      sums.set(key, known);
    }
  }
  return [...sums.values()].sort((a, b) => b.rows - a.rows);
}
