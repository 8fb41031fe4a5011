import { describe, expect, it } from 'vitest';
import type { Change, DriftPolicy, Payload } from '../../src/model.ts';
import { aPayload } from '../builders.ts';
import { at, decided, origin } from './sides.ts';

const [a, aSource, aFeishu] = [at(2, 'aaa'), at(3, 'aaa'), at(2, 'bbbb')];
const [_conflict, both, _mixed] = [at(1, 'aaa'), at(3, 'bbbb'), at(1, 'bbbb')];
const STATUS = 'participate_status';
const COMMENT = 'interview_assessments[0].content';
const _COMMENTED = 'edited in Feishu: assessment 1 · comment: text of 3 characters → text of 4 characters';

describe('values that were kept from Feishu an earlier time', () => {
  const kept = { applied: both, appliedSource: aSource };
  it.each<[string, Payload, DriftPolicy, Change['kind'], Payload | null, Payload | null]>([
    ['stay while the source says what it said', aSource, 'keep', 'unchanged', null, null],
    ['also once the policy is another one', aSource, 'overwrite', 'unchanged', null, null],
    ['stay beside what the source changes now', at(1, 'aaa'), 'keep', 'update', at(1, 'bbbb'), at(1, 'aaa')],
    ['go when the source wins', at(1, 'aaa'), 'overwrite', 'update', at(1, 'aaa'), null],
    [
      'are no reason to hold what does not touch them',
      at(1, 'aaa'),
      'hold',
      'update',
      at(1, 'bbbb'),
      at(1, 'aaa'),
    ],
    ['hold what does', at(3, 'cc'), 'hold', 'held', null, null],
    ['stay against the source', at(3, 'cc'), 'keep', 'record', both, at(3, 'cc')],
    ['are the source’s own once it says the same', both, 'keep', 'record', both, null],
  ])('%s', (_, source, policy, kind, sent, noted) => {
    for (const found of [both, undefined]) {
      const change = decided(kept, source, found, policy);
      expect(change.kind).toBe(kind);
      expect('payload' in change ? change.payload : null).toEqual(sent);
      expect('source' in change ? (change.source ?? null) : null).toEqual(noted);
    }
  });
});

describe('an update that lost its answer', () => {
  const open = { applied: a, intent: aSource };
  it.each<[string, Payload, Payload | undefined, Change['kind'], string[]]>([
    ['arrived, as Feishu shows', aSource, aSource, 'record', []],
    ['did not arrive, as Feishu shows', aSource, a, 'update', [STATUS]],
    ['is sent again where nobody asked', aSource, undefined, 'update', [STATUS]],
    ['and the source went back: nothing to send, as Feishu shows', a, a, 'record', []],
    ['and the source went back, but it arrived', a, aSource, 'update', [STATUS]],
    ['and the source went on', at(1, 'aaa'), aSource, 'update', [STATUS]],
  ])('%s', (_, source, found, kind, paths) => {
    const change = decided(open, source, found, 'overwrite');
    expect(change.kind).toBe(kind);
    expect(change.kind === 'update' ? change.fields.map(({ path }) => path) : []).toEqual(paths);
    expect('drift' in change && change.drift !== undefined).toBe(false);
  });

  it('somebody edited it since', () => {
    const change = decided(open, aSource, aFeishu, 'hold');
    expect(change).toMatchObject({ kind: 'held', drift: { fields: [{ path: COMMENT }] } });
  });

  it('one that kept values of Feishu is recorded as such', () => {
    const change = decided({ applied: a, intent: both, intentSource: aSource }, aSource, both, 'keep');
    expect(change).toMatchObject({ kind: 'record', payload: both, source: aSource });
  });
});

describe.each([
  ['an object that a person named', { applied: { json: '{}', fingerprint: '' } }],
  ['the same, given back by an undo', { applied: aFeishu, appliedSource: { json: '{}', fingerprint: '' } }],
  [
    'the same, named while its create was in doubt',
    { applied: { json: '{}', fingerprint: '' }, intent: aSource },
  ],
])('%s', (_, entry) => {
  it('the source wins, and what is overwritten is carried along', () => {
    const change = decided(entry, a, aFeishu, 'overwrite');
    expect(change).toMatchObject({ kind: 'update', payload: a, fields: [{ path: COMMENT }] });
    expect(change).toMatchObject({ overwrites: aFeishu });
    expect('drift' in change).toBe(false);
  });

  it.each(['keep', 'hold'] as const)('%s: held, because nobody knows who entered what', (policy) => {
    expect(decided(entry, a, aFeishu, policy)).toEqual({
      kind: 'held',
      key: 'IV-1',
      origin,
      reason: { code: 'named-by-hand', fields: [COMMENT] },
    });
    expect(decided(entry, aFeishu, aFeishu, policy)).toMatchObject({ kind: 'record' });
    // Nobody asked: the sync that is about to send it does.
    expect(decided(entry, a, undefined, policy)).toMatchObject({ kind: 'update' });
  });
});

it('an object that a person named under another application is nobody’s update', () => {
  const other = aPayload({ external_application_id: '6960663240925956438' });
  const entry = { applied: { json: '{}', fingerprint: '' } };
  expect(decided(entry, other, a, 'overwrite')).toMatchObject({ kind: 'held' });
  const back = { applied: a, appliedSource: { json: '{}', fingerprint: '' } };
  expect(decided(back, other, a, 'overwrite')).toMatchObject({ kind: 'held' });
});

it('another application is another interview, whoever changed what', () => {
  const other = aPayload({ external_application_id: '6960663240925956438' });
  expect(decided({ applied: a }, other, aFeishu, 'overwrite')).toMatchObject({
    kind: 'held',
    reason: { code: 'key-reused', before: '6960663240925956437', after: '6960663240925956438' },
  });
});

it('what the two sides make together and Feishu would refuse is held', () => {
  const [begin, end] = [1_709_600_700_000, 1_709_604_300_000];
  const applied = aPayload({ begin_time: begin, end_time: end });
  const source = aPayload({ begin_time: begin + 7_200_000, end_time: end + 7_200_000 });
  const feishu = aPayload({ begin_time: begin, end_time: end + 60_000 });
  const change = decided({ applied }, source, feishu, 'keep');
  expect(change.kind).toBe('held');
});
