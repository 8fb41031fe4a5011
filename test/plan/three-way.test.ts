import { describe, expect, it } from 'vitest';
import { TARGETS } from '../../src/feishu/targets.ts';
import type { Entry } from '../../src/ledger/entries.ts';
import type { Change, DriftPolicy, Payload } from '../../src/model.ts';
import { openPlanStore } from '../../src/plan/plan-store.ts';
import { decide, type Sides } from '../../src/plan/three-way.ts';
import { itemised } from '../../src/report/text.ts';
import { aPayload } from '../builders.ts';

const target = TARGETS.external_interview;
const REMOTE = '7000000000000000000';
const origin = { file: 'interviews.csv', line: 2 };

/** A state by two fields: participation (1 to 3) and the comment. */
const at = (status: number, comment: string): Payload =>
  aPayload({
    participate_status: status,
    interview_assessments: [{ username: '王强', conclusion: 2, content: comment }],
  });

interface Ledger {
  readonly applied: Payload;
  readonly appliedSource?: Payload;
  readonly intent?: Payload;
  readonly intentSource?: Payload;
}

function entryOf({ applied, appliedSource, intent, intentSource }: Ledger): Entry {
  return {
    key: 'IV-1',
    target: target.name,
    externalId: 'x',
    remoteId: REMOTE,
    state: intent === undefined ? 'settled' : 'updating',
    applied,
    intent: intent ?? null,
    appliedSource: appliedSource?.json ?? null,
    intentSource: intentSource?.json ?? null,
    firstAttemptAt: 0,
    lastAttemptAt: 0,
    heldWhy: null,
    decision: null,
  };
}

function decided(
  ledger: Ledger,
  payload: Payload,
  found: Payload | undefined,
  onDrift: DriftPolicy,
  repairDrift = false,
): Change {
  const sides: Sides = { key: 'IV-1', origin, remoteId: REMOTE, payload, entry: entryOf(ledger), found };
  return decide(sides, { onDrift, repairDrift, recreateMissing: false }, target);
}

/** What the reports say of it, without the head that all share. */
function linesOf(change: Change): string[] {
  const store = openPlanStore();
  try {
    store.add(change, null, '');
    return [...itemised(store, { shape: target.shape, limit: 0 })].map((line) =>
      line.trim().replace(/ +/g, ' ').replace(' IV-1 interviews.csv:2', ''),
    );
  } finally {
    store.close();
  }
}

const [a, aSource, aFeishu] = [at(2, 'aaa'), at(3, 'aaa'), at(2, 'bbbb')];
const [conflict, both, mixed] = [at(1, 'aaa'), at(3, 'bbbb'), at(1, 'bbbb')];

/** kind, what is sent or taken as applied, what is noted as the source's, what the report says. */
type Cell = readonly [Change['kind'], Payload | null, Payload | null, readonly string[]];
type Row = readonly [
  name: string,
  applied: Payload,
  source: Payload,
  feishu: Payload,
  cells: Readonly<Record<DriftPolicy | 'repair overwrite' | 'repair keep' | 'repair hold', Cell>>,
];

const all = (cell: Cell): Row[4] => ({
  overwrite: cell,
  keep: cell,
  hold: cell,
  'repair overwrite': cell,
  'repair keep': cell,
  'repair hold': cell,
});
const withRepair = (cells: Readonly<Record<DriftPolicy, Cell>>): Row[4] => ({
  ...cells,
  'repair overwrite': cells.overwrite,
  'repair keep': cells.keep,
  'repair hold': cells.hold,
});
const STATUS = 'participate_status';
const COMMENT = 'interview_assessments[0].content';

const drifted: Cell = [
  'drifted',
  null,
  null,
  ['. drift', `${COMMENT}: text of 3 characters → text of 4 characters (in Feishu)`],
];

const TABLE: readonly Row[] = [
  ['nothing changed', a, a, a, all(['unchanged', null, null, []])],
  [
    'the source changed',
    a,
    aSource,
    a,
    all(['update', aSource, null, ['~ update', `${STATUS}: 参与 → 爽约`]]),
  ],
  [
    'Feishu changed',
    a,
    a,
    aFeishu,
    {
      overwrite: drifted,
      keep: drifted,
      hold: drifted,
      'repair overwrite': [
        'update',
        a,
        null,
        ['~ update', `${COMMENT}: text of 4 characters → text of 3 characters`],
      ],
      'repair keep': ['record', aFeishu, a, ['= record']],
      'repair hold': ['held', null, null, [`? hold changed in Feishu since it was last written: ${COMMENT}`]],
    },
  ],
  ['both changed to the same', a, aSource, aSource, all(['record', aSource, null, ['= record']])],
  [
    'both changed, different fields',
    a,
    aSource,
    aFeishu,
    withRepair({
      overwrite: [
        'update',
        aSource,
        null,
        ['~ update', `${STATUS}: 参与 → 爽约`, `${COMMENT}: text of 4 characters → text of 3 characters`],
      ],
      keep: ['update', both, aSource, ['~ update', `${STATUS}: 参与 → 爽约`]],
      hold: ['held', null, null, [`? hold changed in Feishu since it was last written: ${COMMENT}`]],
    }),
  ],
  [
    'both changed the same field',
    a,
    aSource,
    conflict,
    withRepair({
      overwrite: ['update', aSource, null, ['~ update', `${STATUS}: 未参与 → 爽约`]],
      keep: ['record', conflict, aSource, ['= record']],
      hold: [
        'held',
        null,
        null,
        [
          `? hold changed in Feishu since it was last written: ${STATUS}; the source changed ${STATUS} as well`,
        ],
      ],
    }),
  ],
  [
    'both changed the same field, Feishu another one as well',
    a,
    aSource,
    mixed,
    withRepair({
      overwrite: [
        'update',
        aSource,
        null,
        ['~ update', `${STATUS}: 未参与 → 爽约`, `${COMMENT}: text of 4 characters → text of 3 characters`],
      ],
      keep: ['record', mixed, aSource, ['= record']],
      hold: [
        'held',
        null,
        null,
        [
          `? hold changed in Feishu since it was last written: ${STATUS}, ${COMMENT}; the source changed ${STATUS} as well`,
        ],
      ],
    }),
  ],
];

describe.each(TABLE)('%s', (_, applied, source, feishu, cells) => {
  it.each(Object.entries(cells))('%s', (name, [kind, sent, noted, lines]) => {
    const repair = name.startsWith('repair ');
    const change = decided({ applied }, source, feishu, name.replace('repair ', '') as DriftPolicy, repair);
    expect(change.kind).toBe(kind);
    expect('payload' in change ? change.payload : null).toEqual(sent);
    expect('source' in change ? change.source : null).toEqual(noted);
    expect(linesOf(change)).toEqual(lines);
    const moved = feishu.json !== applied.json;
    expect('drift' in change && change.drift !== undefined).toBe(moved);
    if ('drift' in change && change.drift !== undefined) {
      expect(change.drift.found).toEqual(feishu);
      expect(change.drift.conflicts).toEqual(
        moved && source.json !== feishu.json && conflictsOf(applied, source, feishu) ? [STATUS] : [],
      );
    }
  });
});

function conflictsOf(applied: Payload, source: Payload, feishu: Payload): boolean {
  const status = (payload: Payload) =>
    (JSON.parse(payload.json) as { participate_status: number }).participate_status;
  return status(source) !== status(applied) && status(feishu) !== status(applied);
}

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

it('an id that a person named: whatever it holds is no drift', () => {
  const entry = { applied: { json: '{}', fingerprint: '' } };
  expect(decided(entry, a, aFeishu, 'hold')).toMatchObject({ kind: 'update', fields: [{ path: COMMENT }] });
  expect(decided(entry, a, a, 'hold')).toMatchObject({ kind: 'record' });
  expect(decided(entry, a, undefined, 'hold')).toMatchObject({ kind: 'update' });
});

it('another application is another interview, whoever changed what', () => {
  const other = aPayload({ external_application_id: '6960663240925956438' });
  expect(decided({ applied: a }, other, aFeishu, 'overwrite')).toMatchObject({
    kind: 'held',
    why: 'key reused: it belonged to application 6960663240925956437, and now belongs to 6960663240925956438',
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
