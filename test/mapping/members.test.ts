import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMembers } from '../../src/mapping/members.ts';
import { createTrail, trackedRow } from '../../src/mapping/track.ts';
import type { SourceRecord } from '../../src/model.ts';
import { recordOf } from '../pipeline/record-of.ts';

type Row = Readonly<Record<string, unknown>>;
const FILE = 'a.json';

/** What is told when these records are read like that, one after the other. */
function told(
  records: readonly (object | SourceRecord)[],
  read: (row: Row) => unknown,
  { optional = [] as readonly string[], earlier = [] as readonly string[] } = {},
) {
  const members = createMembers(new Map([[FILE, optional]]));
  const trail = createTrail();
  for (const values of records) {
    const record =
      'origin' in values
        ? (values as SourceRecord)
        : recordOf(values as Record<string, unknown>, { file: FILE });
    members.see(record);
    trail.reset();
    read(trackedRow(record, { trail, hasColumns: (file) => file.endsWith('.csv'), members }));
  }
  const absent = members.absent(new Set(earlier));
  return {
    seen: members.seen(),
    absent: absent.map(({ member, nearest, isMisspelt }) => [member, nearest, isMisspelt ? 'stop' : 'tell']),
  };
}

describe('a member that no record has', () => {
  it('stops where one like it is there and never read', () => {
    const { absent } = told([{ id: 1, canceledAt: 5 }, { id: 2 }], (row) => [row.id, row.cancelledAt]);
    expect(absent).toEqual([['cancelledAt', 'canceledAt', 'stop']]);
  });

  it.each([
    ['interviewId', 'interview_id', 'stop'],
    ['begin-time', 'beginTime', 'stop'],
    ['commnet', 'comment', 'stop'],
    ['comments', 'comment', 'stop'],
    ['coment', 'comment', 'stop'],
    // Near enough for "did you mean", and names of their own all the same.
    ['updatedAt', 'createdAt', 'tell'],
    ['cancelledBy', 'cancelledAt', 'tell'],
    ['score2', 'score1', 'tell'],
    ['note', 'vote', 'tell'],
    ['q5f3a', 'q5f3b', 'tell'],
  ])('%s beside %s: %s', (read, there, what) => {
    expect(told([{ [there]: 1 }], (row) => row[read]).absent).toEqual([[read, there, what]]);
  });

  it('is told with the nearest name, or with none', () => {
    expect(told([{ id: 1 }], (row) => row.middleName).absent).toEqual([['middleName', null, 'tell']]);
  });

  it('is only told where the one like it is read as well', () => {
    const both = (row: Row) => row.cancelledAt ?? row.canceledAt;
    expect(told([{ canceledAt: 5 }], both).absent).toEqual([['cancelledAt', 'canceledAt', 'tell']]);
    const asked = (row: Row) => ('canceledAt' in row ? 1 : row.cancelledAt);
    expect(told([{ id: 1 }, { canceledAt: 5 }], asked).absent).toEqual([
      ['cancelledAt', 'canceledAt', 'tell'],
    ]);
  });

  it('is no word where any record has it, read or not, or an earlier run saw it, or it is optional', () => {
    const read = (row: Row) => row.id !== 2 && row.cancelledAt;
    expect(told([{ id: 1 }, { id: 2, cancelledAt: null }], read).absent).toEqual([]);
    const { seen } = told([{ id: 1, cancelledAt: 3 }], () => 0);
    const tonight = [{ id: 1, canceledAt: 5 }];
    expect(told(tonight, read, { earlier: seen }).absent).toEqual([]);
    expect(told(tonight, read, { optional: ['cancelledAt'] }).absent).toEqual([]);
    expect(told([], read).absent).toEqual([]);
  });

  it('is found below names, in lists, and among children, with the path that silences it', () => {
    const read = (row: Row) => {
      const { who, scores } = row as { who: Row; scores: readonly Row[] };
      return [who.mail, ...scores.map((score) => score.coment)];
    };
    const records = [{ who: { email: 'x' }, scores: [{ comment: 'a' }, { comment: 'b' }] }];
    const { absent, seen } = told(records, read);
    expect(absent).toEqual([
      ['who.mail', 'who.email', 'tell'],
      ['scores[].coment', 'scores[].comment', 'stop'],
    ]);
    expect(seen.toSorted()).toEqual(['scores', 'scores.comment', 'who', 'who.email']);
    expect(told(records, read, { optional: ['who.mail', 'scores[].coment'] }).absent).toEqual([]);
  });

  it('is found among JSON children of a CSV file, and never in the columns', () => {
    const child = recordOf({ n: 1, comment: 'x' }, { file: FILE });
    const parent = recordOf({ id: '1' }, { file: 'i.csv', children: { notes: [child] } });
    const read = (row: Row) => (row.notes as readonly Row[]).map((note) => note.coment);
    const { absent, seen } = told([parent], read);
    expect(absent).toEqual([['coment', 'comment', 'stop']]);
    expect(seen.toSorted()).toEqual(['notes/comment', 'notes/n']);
  });

  it('is never told of a table keyed by ids, whose names are without number', () => {
    const records = Array.from({ length: 600 }, (_, n) => ({ answers: { [`question${'x'.repeat(n)}`]: 1 } }));
    const read = (row: Row) => (row.answers as Row).questions;
    expect(told(records, read).absent).toEqual([]);
  });

  it('is told only if no record has it: any export, any order', () => {
    const name = fc.constantFrom('a', 'b', 'cancelledAt', 'canceledAt', 'cancelled_at');
    const record = fc.uniqueArray(name).map((names) => Object.fromEntries(names.map((one) => [one, 1])));
    fc.assert(
      fc.property(fc.array(record, { minLength: 1 }), fc.uniqueArray(name), (records, names) => {
        const { absent } = told(records, (row) => names.map((one) => row[one]));
        const has = (one: string) => records.some((values) => Object.hasOwn(values, one));
        const none = records.every((values) => Object.keys(values).length === 0);
        expect(absent.map(([member]) => member).sort()).toEqual(
          none ? [] : names.filter((one) => !has(one)).sort(),
        );
      }),
    );
  });
});
