import { describe, expect, it } from 'vitest';
import { complaintsAbout, DEFAULT_LIMITS, type LastNight, type Night } from '../../src/plan/guard.ts';
import { complaintText } from '../../src/report/stops.ts';
import { aFile } from '../report/plan-of.ts';

const aNight = (over: Partial<Night> = {}): Night => ({
  rows: 10,
  rejected: 0,
  known: 10,
  changed: 0,
  fields: new Map(),
  newestMs: null,
  files: [],
  ...over,
});
const aLastNight = (over: Partial<LastNight> = {}): LastNight => ({
  rows: 10,
  newestMs: null,
  files: [],
  ...over,
});
const tripped = (
  night: Partial<Night>,
  last: Partial<LastNight> = {},
  limits: Partial<typeof DEFAULT_LIMITS> = {},
) =>
  complaintsAbout(aNight(night), aLastNight(last), { ...DEFAULT_LIMITS, ...limits }).map(
    ({ guard }) => guard,
  );
const rows = (count: number) => ({ files: [{ ...aFile({ rows: count }), orphans: null }] });
const field = (changed: number, emptied: number) => new Map([['begin_time', { changed, emptied }]]);

describe('a small export', () => {
  it.each([
    [2, 10, []],
    [3, 10, ['rejected']],
    [3, 60, []],
    [4, 60, ['rejected']],
  ])('with %i of %i rows rejected', (rejected, read, guards) =>
    expect(tripped({ rejected, rows: read })).toEqual(guards),
  );

  it.each([
    [10, 8, []],
    [10, 7, ['shrunk']],
    [4, 2, []],
    [60, 48, []],
    [60, 47, ['shrunk']],
  ])('that had %i rows and has %i', (before, now, guards) =>
    expect(tripped(rows(now), rows(before))).toEqual(guards),
  );

  it.each([
    [5, 0, 10, []],
    [6, 0, 10, ['field']],
    [6, 6, 10, ['field']],
    [2, 2, 2, []],
    [3, 0, 3, ['field']],
    // Nothing known yet: a first night.
    [0, 0, 0, []],
  ])(
    'in which a field changes in %i and empties in %i of %i known records',
    (changed, emptied, known, guards) =>
      expect(tripped({ known, fields: field(changed, emptied) })).toEqual(guards),
  );

  it.each([
    [49, 49, []],
    [15, 50, []],
    [16, 50, ['changed']],
  ])('in which %i of %i known records change', (changed, known, guards) =>
    expect(tripped({ changed, known })).toEqual(guards),
  );

  it('is taken at its word when the pipeline says so', () => {
    expect(tripped({ rejected: 1 }, {}, { atLeast: 1 })).toEqual(['rejected']);
    expect(tripped({ changed: 4 }, {}, { from: 10 })).toEqual(['changed']);
  });
});

describe('a file without a line end at its end', () => {
  const files = (finalNewline: boolean | null, count = 10) => ({
    files: [{ ...aFile({ rows: count, finalNewline }), orphans: null }],
  });
  it.each([
    [true, false, ['truncated']],
    [false, false, []],
    [false, true, []],
    [true, null, []],
    [null, null, []],
  ])('ended last time: %s, tonight: %s', (before, now, guards) =>
    expect(tripped(files(now), files(before))).toEqual(guards),
  );
  it('is not called cut off when it is empty', () =>
    expect(tripped(files(false, 0), files(true))).toEqual(['empty']));
});

describe('children without a parent', () => {
  type Count = Partial<Night['files'][number]>;
  const night = (count: Count) => ({
    files: [
      {
        ...aFile({ file: 'assessments.csv', role: 'assessments', rows: 10 }),
        orphans: 'report' as const,
        ...count,
      },
    ],
  });
  it.each<[Count, Count, string[]]>([
    [{ orphaned: 5 }, {}, []],
    [{ orphaned: 6 }, {}, ['orphans']],
    // Empty keys name no parent, and are reported row by row.
    [{ orphaned: 6, unnamed: 6 }, {}, []],
    [{ orphaned: 9, unnamed: 6 }, {}, ['orphans']],
    // Two rows are rows that are wrong, not a file.
    [{ rows: 2, orphaned: 2 }, { rows: 2 }, []],
    [{ orphaned: 3 }, { orphaned: 0 }, ['orphans']],
    [{ orphaned: 5 }, { orphaned: 3 }, []],
    [{ orphaned: 10, orphans: 'expected' }, { orphaned: 9 }, []],
    [{ orphaned: 10, orphans: 'expected' }, { orphaned: 7 }, ['orphans']],
    [{ orphaned: 1, orphans: 'stop' }, {}, ['orphans']],
    [{ orphaned: 0, orphans: 'stop' }, {}, []],
    [{ orphaned: 9, orphans: null }, {}, []],
  ])('tonight %o, last night %o', (now, before, guards) =>
    expect(
      tripped(night(now), before.orphaned === undefined && before.rows === undefined ? {} : night(before)),
    ).toEqual(guards),
  );
});

it('knows a file by what it is read as, not by its name', () => {
  const named = (file: string, count: number) => ({
    files: [{ ...aFile({ file, rows: count }), orphans: null }],
  });
  const [complaint] = complaintsAbout(
    aNight(named('interviews-2026-11-28.csv', 5)),
    aLastNight(named('interviews-2026-11-27.csv', 10)),
    DEFAULT_LIMITS,
  );
  expect(complaint).toEqual({
    guard: 'shrunk',
    file: 'interviews-2026-11-28.csv',
    rows: 5,
    before: { file: 'interviews-2026-11-27.csv', rows: 10 },
    allows: 0.2,
  });
  expect(complaint && complaintText(complaint, {}).en).toBe(
    'interviews-2026-11-28.csv has 5 rows, last time interviews-2026-11-27.csv had 10: 50 % fewer (guards.shrunk allows 20 %)',
  );
  // A run of an earlier version noted names alone.
  const { role: _, unnamed: __, ...old } = aFile({ rows: 10 });
  expect(tripped(named('interviews.csv', 5), { files: [old] })).toEqual(['shrunk']);
});

it('a newest date that went back, where there is one to compare with', () => {
  expect(tripped({ newestMs: 1 }, { newestMs: 2 })).toEqual(['older']);
  expect(tripped({ newestMs: 2 }, { newestMs: 2 })).toEqual([]);
  expect(tripped({ newestMs: null }, { newestMs: 2 })).toEqual([]);
  expect(tripped({ newestMs: 1 }, { newestMs: null })).toEqual([]);
});
