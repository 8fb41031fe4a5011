import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/model.ts';
import type { PlanStore } from '../../src/plan/plan-store.ts';
import { jsonReport } from '../../src/report/json.ts';
import type { RenderOptions } from '../../src/report/report-model.ts';
import type { Report } from '../../src/result/report.ts';
import { aPayload } from '../builders.ts';
import { aCost, aReport, at, modelOf, planOf, theOptions } from './plan-of.ts';

const text = (report: Report, store: PlanStore, over: Partial<RenderOptions> = {}) =>
  [...jsonReport(modelOf(report, store), theOptions(over))].join('');
const parsed = (...args: Parameters<typeof text>) => JSON.parse(text(...args)) as unknown;
const cost = aCost();
const rejected = (line: number): Change => ({
  kind: 'rejected',
  key: null,
  origin: at(line),
  problems: [
    { code: 'KEY_MISSING', field: 'id', value: '', message: 'the key is "empty"\n' },
    { code: 'VALUE_UNKNOWN', field: 'b', value: '\u2028', message: '', origin: { file: 'b.csv', line: 7 } },
  ],
});

describe('jsonReport', () => {
  it('is one JSON object without any row', () => {
    const { stopped, ...numbers } = aReport();
    expect(parsed(aReport(), planOf([]))).toEqual({
      ...numbers,
      heldRows: [],
      orphanRows: [],
      missingKeys: [],
      rejects: [],
      changes: [],
    });
    expect(parsed(aReport({ mode: 'plan', cost }), planOf([]))).toMatchObject({ rejects: [], changes: [] });
  });

  it('names rejected rows, and the file and line of a child row', () => {
    expect(parsed(aReport(), planOf([rejected(5)]))).toMatchObject({
      rejects: [
        {
          key: null,
          file: 'interviews.csv',
          line: 5,
          problems: [
            { code: 'KEY_MISSING', field: 'id', value: '', message: 'the key is "empty"\n' },
            { code: 'VALUE_UNKNOWN', field: 'b', value: '\u2028', message: '', file: 'b.csv', line: 7 },
          ],
        },
      ],
    });
  });

  it('lists a plan with fingerprints and paths, never with payloads', () => {
    const payload = aPayload({ interview_assessments: [{ username: '王强', content: '候选人的评语' }] });
    const store = planOf([
      { kind: 'create', key: 'a', origin: at(2), payload },
      {
        kind: 'update',
        key: 'b',
        origin: at(3),
        remoteId: '7',
        payload,
        fields: [{ path: 'interview_assessments[0].content', before: '旧', after: '候选人的评语' }],
      },
      { kind: 'unchanged', key: 'c', origin: at(4), remoteId: '8' },
    ]);
    store.addMissing([{ key: 'gone', remoteId: '9' }]);
    const report = aReport({ mode: 'plan', cost });
    const { fingerprint } = payload;
    expect(parsed(report, store)).toMatchObject({
      missingKeys: ['gone'],
      changes: [
        { kind: 'create', key: 'a', file: 'interviews.csv', line: 2, fingerprint },
        {
          kind: 'update',
          key: 'b',
          file: 'interviews.csv',
          line: 3,
          id: '7',
          fingerprint,
          fields: ['interview_assessments[0].content'],
        },
      ],
    });
    expect(text(report, store)).not.toMatch(/王强|评语|旧/);
  });

  it('says why a run stopped', () => {
    const stopped = { code: 'TOO_MANY_FAILURES', message: '20 in a row' };
    expect(parsed(aReport({ stopped }), planOf([]))).toMatchObject({ stopped });
  });

  it('lists what is missing or has no parent in pages, and none of it twice', () => {
    const store = planOf([]);
    const keys = Array.from({ length: 600 }, (_, i) => `K-${String(i).padStart(3, '0')}`);
    store.addMissing(keys.map((key) => ({ key, remoteId: null })));
    for (const key of keys) store.addOrphan({ file: 'b.csv', line: 7, message: key, zh: null });
    const asked: number[] = [];
    const watched = {
      ...store,
      missing: (after: string, limit: number) => store.missing(after, asked.push(limit) && limit),
      orphans: (after: number, limit: number) => store.orphans(after, asked.push(limit) && limit),
    };
    const { missingKeys, orphanRows } = parsed(aReport(), watched) as {
      missingKeys: string[];
      orphanRows: object[];
    };
    expect(missingKeys).toEqual(keys);
    expect(orphanRows).toEqual(keys.map((message) => ({ file: 'b.csv', line: 7, message })));
    expect(Math.max(...asked)).toBeLessThan(600);
  });

  it('comes in small pieces, however many rows there are', () => {
    const store = planOf(Array.from({ length: 1000 }, (_, i) => rejected(i + 2)));
    const pieces = [...jsonReport(modelOf(aReport(), store), theOptions())];
    expect((JSON.parse(pieces.join('')) as { rejects: object[] }).rejects).toHaveLength(1000);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(2000);
  });
});
