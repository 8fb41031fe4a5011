import { tells } from './roles.ts';
import type { Column } from './table.ts';

/** Rounds side by side in one row: 初试结果, 复试结果 … */
export interface Rounds {
  readonly parts: readonly Part[];
  /** Every column of a round. */
  readonly all: ReadonlySet<string>;
  /** What follows the name of the round in columns that every round has: `结果`. */
  readonly verdict: string | undefined;
  readonly interviewer: string | undefined;
  readonly comment: string | undefined;
  readonly begin: string | undefined;
  /** Rounds that were held, and have no verdict. */
  readonly silent: number;
}

export interface Part {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Those that are no part of `Rounds` by themselves: answers to questions. */
  readonly answers: readonly Column[];
}

const ROUND =
  /^(初试|复试|终试|初面|复面|终面|[一二三四五六]面|hr面|HR面|第[一二三四五六0-9]+轮(?:面试)?|(?:round|interview|stage) ?_?[0-9]+|(?:first|second|third|final)(?: ?_?(?:round|interview))?|(?:1st|2nd|3rd)(?: ?_?(?:round|interview))?)(.+)$/i;

/** The rounds of a wide sheet; undefined where the columns of a table have none. */
export function roundsOf(columns: readonly Column[]): Rounds | undefined {
  const blocks: { readonly name: string; readonly columns: Column[] }[] = [];
  const suffixes = new Map<string, Set<string>>();
  for (const column of columns) {
    const [, name = '', suffix = ''] = ROUND.exec(column.name.replace(/#[0-9]+$/, '')) ?? [];
    // Between the columns of two rounds stand those of the round before, under names that are repeated.
    if (name === '') blocks.at(-1)?.columns.push(column);
    else {
      const block = blocks.find((one) => one.name === name);
      if (block === undefined) blocks.push({ name, columns: [column] });
      else block.columns.push(column);
      suffixes.set(suffix, (suffixes.get(suffix) ?? new Set()).add(name));
    }
  }
  const common = [...suffixes].filter(([, names]) => names.size === blocks.length).map(([suffix]) => suffix);
  if (blocks.length < 2 || common.length === 0) return undefined;
  const find = (role: Parameters<typeof tells>[1]) =>
    common
      .map((suffix) => ({ suffix, rank: tells(suffix.replace(/^[ _-]+/, ''), role) }))
      .filter(({ rank }) => rank !== undefined)
      .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))[0]?.suffix;
  const roles = {
    ...{ verdict: find('verdict'), interviewer: find('interviewer'), comment: find('comment') },
    begin: find('begin') ?? common.find((suffix) => /^[ _-]*(面试)?(时间|日期|date|time)$/i.test(suffix)),
  };
  const parts = blocks.map(({ name, columns: own }) => {
    const known = Object.values(roles).map((suffix) => `${name}${suffix}`);
    return { name, columns: own, answers: own.filter((column) => !known.includes(column.name)) };
  });
  return {
    parts,
    all: new Set(blocks.flatMap((block) => block.columns.map((one) => one.name))),
    ...roles,
    silent: 0,
  };
}

/** How many rounds in a row have something, but no verdict. */
export function silentIn({ parts, verdict }: Rounds, row: Readonly<Record<string, unknown>>): number {
  if (verdict === undefined) return 0;
  return parts.filter(
    ({ name, columns }) =>
      row[`${name}${verdict}`] === '' && columns.some((column) => row[column.name] !== ''),
  ).length;
}
