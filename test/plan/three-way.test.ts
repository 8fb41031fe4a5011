import { describe, expect, it } from 'vitest';
import type { Change, DriftPolicy, Payload } from '../../src/model.ts';
import { openPlanStore } from '../../src/plan/plan-store.ts';
import { itemised } from '../../src/report/text.ts';
import { aReport, modelOf } from '../report/plan-of.ts';

import { at, decided, target } from './sides.ts';

/** What the reports say of it, without the head that all share. */
function linesOf(change: Change): string[] {
  const store = openPlanStore();
  try {
    store.add(change, null, '');
    return [
      ...itemised(modelOf(aReport({ mode: 'plan' }), store, target), {
        language: 'en',
        redact: false,
        limit: 0,
      }),
    ].map((line) => line.trim().replace(/ +/g, ' ').replace(' IV-1 interviews.csv:2', ''));
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
const [STATUS_LABEL, COMMENT_LABEL] = ['participation', 'assessment 1 · comment'];

const NO_SHOW = 'participation: attended → no-show';
const BACK = 'assessment 1 · comment: text of 4 characters → text of 3 characters';
const COMMENTED = 'edited in Feishu: assessment 1 · comment: text of 3 characters → text of 4 characters';
const NOT_ATTENDED = 'edited in Feishu: participation: attended → not attended (conflict; ';
const LOST = 'the source wins over the edit in Feishu)';
const KEPT = 'the edit in Feishu is kept)';
const HELD = 'held, nothing is written)';

const drifted: Cell = ['drifted', null, null, ['. drifted', COMMENTED]];

const TABLE: readonly Row[] = [
  ['nothing changed', a, a, a, all(['unchanged', null, null, []])],
  ['the source changed', a, aSource, a, all(['update', aSource, null, ['~ update', NO_SHOW]])],
  [
    'Feishu changed',
    a,
    a,
    aFeishu,
    {
      overwrite: drifted,
      keep: drifted,
      hold: drifted,
      'repair overwrite': ['update', a, null, ['~ update', BACK, `${COMMENTED} (${LOST}`]],
      'repair keep': ['record', aFeishu, a, ['= record', `${COMMENTED} (${KEPT}`]],
      'repair hold': [
        'held',
        null,
        null,
        [`? held changed in Feishu since it was last written: ${COMMENT_LABEL}`, `${COMMENTED} (${HELD}`],
      ],
    },
  ],
  [
    'both changed to the same',
    a,
    aSource,
    aSource,
    all(['record', aSource, null, ['= record', `edited in Feishu: ${NO_SHOW}`]]),
  ],
  [
    'both changed, different fields',
    a,
    aSource,
    aFeishu,
    withRepair({
      overwrite: ['update', aSource, null, ['~ update', NO_SHOW, BACK, `${COMMENTED} (${LOST}`]],
      keep: ['update', both, aSource, ['~ update', NO_SHOW, `${COMMENTED} (${KEPT}`]],
      hold: [
        'held',
        null,
        null,
        [`? held changed in Feishu since it was last written: ${COMMENT_LABEL}`, `${COMMENTED} (${HELD}`],
      ],
    }),
  ],
  [
    'both changed the same field',
    a,
    aSource,
    conflict,
    withRepair({
      overwrite: [
        'update',
        aSource,
        null,
        ['~ update', 'participation: not attended → no-show', `${NOT_ATTENDED}${LOST}`],
      ],
      keep: ['record', conflict, aSource, ['= record', `${NOT_ATTENDED}${KEPT}`]],
      hold: [
        'held',
        null,
        null,
        [
          `? held changed in Feishu since it was last written: ${STATUS_LABEL}; the source changed ${STATUS_LABEL} as well`,
          `${NOT_ATTENDED}${HELD}`,
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
        [
          '~ update',
          'participation: not attended → no-show',
          BACK,
          `${NOT_ATTENDED}${LOST}`,
          `${COMMENTED} (${LOST}`,
        ],
      ],
      keep: ['record', mixed, aSource, ['= record', `${NOT_ATTENDED}${KEPT}`, `${COMMENTED} (${KEPT}`]],
      hold: [
        'held',
        null,
        null,
        [
          `? held changed in Feishu since it was last written: ${STATUS_LABEL}, ${COMMENT_LABEL}; the source changed ${STATUS_LABEL} as well`,
          `${NOT_ATTENDED}${HELD}`,
          `${COMMENTED} (${HELD}`,
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
