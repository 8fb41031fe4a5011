import { describe, expect, it } from 'vitest';
import { complaintsAbout, DEFAULT_LIMITS, type LastNight, type Night } from '../../src/plan/guard.ts';
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
const rows = (count: number) => ({ files: [aFile({ rows: count })] });
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
    files: [aFile({ rows: count, finalNewline })],
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

it('a newest date that went back, where there is one to compare with', () => {
  expect(tripped({ newestMs: 1 }, { newestMs: 2 })).toEqual(['older']);
  expect(tripped({ newestMs: 2 }, { newestMs: 2 })).toEqual([]);
  expect(tripped({ newestMs: null }, { newestMs: 2 })).toEqual([]);
  expect(tripped({ newestMs: 1 }, { newestMs: null })).toEqual([]);
});
