import { expect, it } from 'vitest';
import { anExport, aPlace, asKnownTo, type Table } from './nights.ts';

const places = (assessments: readonly number[]): string[] => {
  const [first, second, third] = assessments.map((row) => `assessments.csv:${row}`);
  return [first!, 'scores.csv:11', 'scores.csv:12', second!, third!, 'scores.csv:13'];
};

// `row` is left out where it is the line, which the interviews' is unless a line above is empty.
it.each<
  [string, Table[], [row: number | undefined, children: number[]], [row: number | undefined, number[]]]
>([
  ['no file', [], [undefined, [11, 12, 13]], [undefined, [11, 12, 13]]],
  ['its own', ['interviews'], [0, [11, 12, 13]], [undefined, [11, 12, 13]]],
  ['the one of its children', ['assessments'], [undefined, [21, 23, 25]], [undefined, [12, 13, 14]]],
])(
  'a reject tells of a row as a spreadsheet does both ways, but in a file with empty lines: %s',
  async (_what, gappy, ...due) => {
    const { plan, put, sync } = aPlace();
    const made = anExport(12);
    put(made);
    await sync();
    made.interviews[5]![3] = 'never';
    for (const table of gappy) made[table].unshift(['']);
    put(made);
    const [short, full] = [(await plan()).told, (await plan({ full: true })).told];
    const said = [short, full].map(({ rejects }) =>
      rejects.map(({ original: { row, children } }) => [row, children]),
    );
    expect(said).toEqual(due.map(([row, children]) => [[row, places(children)]]));
    expect(asKnownTo(short, full)).toEqual(short);
    if (gappy.length === 0) expect(full).toEqual(short);
  },
);
