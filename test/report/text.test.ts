import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/model.ts';
import { pad } from '../../src/report/columns.ts';
import { duration } from '../../src/report/sentences.ts';
import { itemised, textReport } from '../../src/report/text.ts';
import { aPayload } from '../builders.ts';
import { aCost, aFile, aReport, at, modelOf, planOf, theOptions } from './plan-of.ts';

const listed = (changes: readonly Change[], limit = 0) => [
  ...itemised(modelOf(aReport({ mode: 'plan' }), planOf(changes)), theOptions({ limit })),
];
const create = (key: string, line = 2): Change => ({
  kind: 'create',
  key,
  origin: at(line),
  payload: aPayload(),
});

describe('the itemised list', () => {
  it('names each kind once, what would be overwritten first', () => {
    const lines = listed([
      create('IV-1'),
      {
        kind: 'skipped',
        key: 'IV-2',
        origin: at(3),
        reason: { code: 'skipped-by-pipeline', words: 'cancelled' },
      },
      { kind: 'unchanged', key: 'IV-3', origin: at(4), remoteId: '1' },
      {
        kind: 'held',
        key: 'IV-4',
        origin: at(5),
        reason: { code: 'held-by-older-version', words: 'two candidates' },
      },
      {
        kind: 'update',
        key: 'IV-5',
        origin: at(6),
        remoteId: '2',
        payload: aPayload(),
        fields: [
          { path: 'interview_assessments[0].conclusion', before: 1, after: 2 },
          { path: 'begin_time', before: 1_709_600_700_000, after: undefined },
        ],
      },
    ]);
    expect(lines).toEqual([
      '  ~ update   IV-5             interviews.csv:6',
      '      assessment 1 · conclusion: fail → pass',
      '      begin: 2024-03-05 01:05 → absent',
      '  ? held     IV-4             interviews.csv:5  two candidates',
      '  + create   IV-1             interviews.csv:2',
      '  - skipped  IV-2             interviews.csv:3  cancelled',
    ]);
  });

  it('names a rejected row with every problem, and where a child row lies', () => {
    const lines = listed([
      {
        kind: 'rejected',
        key: null,
        origin: at(9),
        problems: [
          { code: 'KEY_MISSING', field: 'interview_id', value: '', message: 'the key is empty' },
          {
            code: 'VALUE_UNKNOWN',
            field: 'assessments[0].result',
            value: '好',
            message: '"好" is not a known word; allowed: 通过',
            origin: { file: 'assessments.csv', line: 12 },
          },
        ],
      },
    ]);
    expect(lines).toEqual([
      '  ! rejected (no key)         interviews.csv:9',
      '      interview_id: the key is empty',
      '      assessments.csv:12 assessments[0].result: "好" is not a known word; allowed: 通过',
    ]);
  });

  it('begins the second column in the same place after a Chinese key', () => {
    const lines = listed([create('面试-1'), create('IV-1'), create('𠮷野-👍')]);
    const columns = lines.map((line) => stringWidth(line.slice(0, line.indexOf('interviews.csv'))));
    expect(new Set(columns)).toEqual(new Set([30]));
  });

  it.each(['\n', '\r', '\u001B[2K', '\u0085', '\u0000', '\t'])(
    'holds control characters (%j) of the data back, wherever they stand',
    (control) => {
      const text = `a${control}b`;
      const store = planOf([
        create(text),
        { kind: 'skipped', key: text, origin: at(3), reason: { code: 'skipped-by-pipeline', words: text } },
        { kind: 'held', key: text, origin: at(4), reason: { code: 'held-by-older-version', words: text } },
        {
          kind: 'rejected',
          key: text,
          origin: at(5),
          problems: [{ code: 'VALUE_UNKNOWN', field: text, value: text, message: text }],
        },
      ]);
      store.addMissing([{ key: text, remoteId: '1' }]);
      const lines = [...itemised(modelOf(aReport({ mode: 'plan' }), store), theOptions({ limit: 0 }))];
      expect(lines).toHaveLength(6);
      expect(lines.filter((line) => /\p{Cc}/u.test(line))).toEqual([]);
    },
  );

  it('lists at most the limit of each kind, and tells how many more there are', () => {
    const changes = [1, 2, 3].map((line) => create(`IV-${line}`, line));
    const store = planOf(changes);
    store.addMissing(['a', 'b', 'c'].map((key) => ({ key, remoteId: null })));
    expect([...itemised(modelOf(aReport({ mode: 'plan' }), store), theOptions({ limit: 1 }))]).toEqual([
      '  + create   IV-1             interviews.csv:1',
      '  … and 2 more create (--limit 0 lists all)',
      '  . missing  a                in the ledger, no longer in the source; left as it is',
      '  … and 2 more missing (--limit 0 lists all)',
    ]);
    expect([...itemised(modelOf(aReport({ mode: 'plan' }), store), theOptions({ limit: 3 }))]).toHaveLength(
      6,
    );
    expect([...itemised(modelOf(aReport({ mode: 'plan' }), store), theOptions({ limit: 0 }))]).toHaveLength(
      6,
    );
  });

  it('says nothing about an empty plan', () => {
    expect(listed([])).toEqual([]);
  });
});

describe('the numbers', () => {
  const textOf = (over: Parameters<typeof aReport>[0]) => {
    const lines = [...textReport(modelOf(aReport(over), planOf([])), theOptions({ limit: 20 }))];
    return lines.slice(lines.lastIndexOf('') + 1);
  };

  it('of a plan: what it would cost', () => {
    expect(textOf({ mode: 'plan', cost: aCost() })).toEqual([
      'Plan: 1 to create, 1 to update, 1 unchanged, 0 skipped, 0 rejected, 0 held = 3 rows read. 0 missing in the source.',
      'Cost: 2 write requests, about 0.4 s at 9 requests/s, 1 token; begun now it ends about 2026-11-21 08:19 (Asia/Shanghai, UTC+08:00).',
      'Requests: external_interview.create 1, external_interview.update 1, external_interview.batch_query 2.',
    ]);
  });

  it('of a sync: the requests, the rate, what was left by earlier runs and what was not begun', () => {
    const lines = textOf({
      requests: { 'external_interview.create': { sent: 3, retried: 1, limited: 1 } },
      recovered: { adopted: 2, created: 0, held: 1, open: 0 },
      orphans: 3,
      files: [
        aFile({ file: 'scores.csv', rows: 9, orphaned: 3 }),
        aFile({
          file: 'interviews.csv',
          encoding: 'gb18030',
          delimiter: ';',
          rows: 3,
          blank: 2,
          normalised: 1,
        }),
      ],
      rows: { ...aReport().rows, read: 4, held: 1 },
      notAttempted: 1,
    });
    expect(lines).toEqual([
      'Sync: 1 created, 1 updated, 1 unchanged, 0 skipped, 0 rejected, 0 held, 1 not begun, 0 failed, 0 in doubt = 4 rows read. 0 missing in the source.',
      'Read interviews.csv as gb18030, separated by ";": 3 rows, 2 blank lines left out, 1 cells normalised.',
      'Child rows without a parent: 3 in scores.csv (not imported).',
      'Left in doubt by earlier runs: 2 found in Feishu and adopted, 1 held.',
      'Requests: external_interview.create 3 sent, 1 of them retries, 1 limited.',
      'At most 9 writes started within any second. Took 1.2 s.',
      'Rows that were not begun are taken up by the next run.',
    ]);
  });

  it.each([
    [0, '0.0 s'],
    [9_999, '10.0 s'],
    [95_000, '95 s'],
    [720_000, '12 min'],
    [101_400_000, '28 h 10 min'],
  ])('shows %i ms as %s', (ms, text) => expect(duration(ms).en).toBe(text));

  it('never cuts a text that is wider than its column', () => expect(pad('面试官', 4)).toBe('面试官'));
});
