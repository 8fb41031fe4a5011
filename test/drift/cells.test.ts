import { describe, expect, it } from 'vitest';
import type { Change, DriftPolicy } from '../../src/model.ts';
import { eachChange } from '../../src/plan/plan-store.ts';
import { itemised } from '../../src/report/text.ts';
import type { InterviewBody } from '../../src/sandbox/bodies.ts';
import type { Fetch } from '../../src/sandbox/index.ts';
import { createInFeishu, deleteInFeishu, editInFeishu } from '../faults/feishu-user.ts';
import { type HereOptions, runHere } from '../faults/in-process.ts';
import { bodyOf, type Row, someRows } from '../faults/rows.ts';
import { aStage, type Cleanup } from '../faults/stage.ts';
import { target } from '../plan/sides.ts';
import { aReport, modelOf } from '../report/plan-of.ts';
import { TARGET } from '../target.ts';

/** What of a body this table is about: participation and comment. Applied at first: 2 and three characters. */
type Content = readonly [status: number, comment: string];
const [OURS, THEIRS] = ['source', 'feishu!'];

/** Kind, what is sent, lines of the report under the head `<sign> <kind>`. `ID`: what the record had. */
type Cell = readonly [kind: Change['kind'], sent: Content | null, ...lines: string[]];
type Policies = Readonly<Record<DriftPolicy, Cell>>;
interface Case {
  readonly source: 'same' | 'changed' | 'new';
  /** Null: deleted there. Undefined: as it was; of a new row: not there. */
  readonly feishu?: Content | null;
  /** Under each policy; `repaired` where --repair-drift makes another of it, `anew` with --recreate-missing. */
  readonly is: Policies;
  readonly repaired?: Policies;
  readonly anew?: Cell;
}

const same = (cell: Cell): Policies => ({ overwrite: cell, keep: cell, hold: cell });
const comment = (from: number, to: number): string =>
  `assessment 1 · comment: text of ${from} characters → text of ${to} characters`;
const BACK = 'participation: no-show → attended';
const STATUS = 'edited in Feishu: participation: attended → no-show';
const EDITED = `edited in Feishu: ${comment(3, 7)}`;
const [LOST, KEPT, HELD] = [
  'the source wins over the edit in Feishu)',
  'the edit in Feishu is kept)',
  'held, nothing is written)',
];
const WHY = 'changed in Feishu since it was last written:';
const [STATUS_PATH, COMMENT_PATH] = ['participation', 'assessment 1 · comment'];
const MISSING: Cell = ['held', null, '? held missing in Feishu: ID no longer exists there'];
const anew = (content: Content): Cell => ['create', content, '+ create takes the place of ID'];

const CASES: Readonly<Record<string, Case>> = {
  'nothing changed': { source: 'same', is: same(['unchanged', null]) },
  'Feishu changed': {
    source: 'same',
    feishu: [3, 'old'],
    is: same(['drifted', null, '. drifted', STATUS]),
    repaired: {
      overwrite: ['update', [2, 'old'], '~ update', BACK, `${STATUS} (${LOST}`],
      keep: ['record', null, '= record', `${STATUS} (${KEPT}`],
      hold: ['held', null, `? held ${WHY} ${STATUS_PATH}`, `${STATUS} (${HELD}`],
    },
  },
  'gone, the source did not change': {
    source: 'same',
    feishu: null,
    is: same(MISSING),
    anew: anew([2, 'old']),
  },
  'the source changed': { source: 'changed', is: same(['update', [2, OURS!], '~ update', comment(3, 6)]) },
  'both changed, different fields': {
    source: 'changed',
    feishu: [3, 'old'],
    is: {
      overwrite: ['update', [2, OURS!], '~ update', BACK, comment(3, 6), `${STATUS} (${LOST}`],
      keep: ['update', [3, OURS!], '~ update', comment(3, 6), `${STATUS} (${KEPT}`],
      hold: ['held', null, `? held ${WHY} ${STATUS_PATH}`, `${STATUS} (${HELD}`],
    },
  },
  'both changed the same field': {
    source: 'changed',
    feishu: [2, THEIRS!],
    is: {
      overwrite: ['update', [2, OURS!], '~ update', comment(7, 6), `${EDITED} (conflict; ${LOST}`],
      keep: ['record', null, '= record', `${EDITED} (conflict; ${KEPT}`],
      hold: [
        'held',
        null,
        `? held ${WHY} ${COMMENT_PATH}; the source changed ${COMMENT_PATH} as well`,
        `${EDITED} (conflict; ${HELD}`,
      ],
    },
  },
  'both changed the same field, Feishu another one as well': {
    source: 'changed',
    feishu: [3, THEIRS!],
    is: {
      overwrite: [
        'update',
        [2, OURS!],
        '~ update',
        BACK,
        comment(7, 6),
        `${STATUS} (${LOST}`,
        `${EDITED} (conflict; ${LOST}`,
      ],
      keep: ['record', null, '= record', `${STATUS} (${KEPT}`, `${EDITED} (conflict; ${KEPT}`],
      hold: [
        'held',
        null,
        `? held ${WHY} ${STATUS_PATH}, ${COMMENT_PATH}; the source changed ${COMMENT_PATH} as well`,
        `${STATUS} (${HELD}`,
        `${EDITED} (conflict; ${HELD}`,
      ],
    },
  },
  'both changed to the same': {
    source: 'changed',
    feishu: [2, OURS!],
    is: same(['record', null, '= record', `edited in Feishu: ${comment(3, 6)}`]),
  },
  'gone, the source changed': {
    source: 'changed',
    feishu: null,
    is: same(MISSING),
    anew: anew([2, OURS!]),
  },
  'new, and not there': { source: 'new', is: same(['create', [2, 'old'], '+ create']) },
  'new, and its content is there': {
    source: 'new',
    feishu: [2, 'old'],
    is: same(['adopt', null, '= adopt']),
  },
};

const NAMES = Object.keys(CASES);
const rowOf = (name: string, at: string): Row => ({
  ...someRows(NAMES.length)[NAMES.indexOf(name)]!,
  // Each has an application of its own, so that no row is another's twin.
  application: String(6_960_663_240_900_000_000n + BigInt(NAMES.indexOf(name))),
  comment: at,
});
const bodyAt = (name: string, [status, at]: Content): InterviewBody => ({
  ...bodyOf(rowOf(name, at)),
  participate_status: status as 2,
});

/** All cells of one column in one world: what the plan says of each, what the sync says, and what it sends. */
async function column(context: Cleanup, drift: NonNullable<HereOptions['drift']>) {
  const known = NAMES.filter((name) => CASES[name]!.source !== 'new');
  const stage = await aStage(context, { rows: known.map((name) => rowOf(name, 'old')) });
  let passedMs = 0;
  const sent = new Map<string, InterviewBody>();
  const go = async (options: HereOptions) => {
    passedMs += 120_000;
    const shift = passedMs;
    const kinds = new Map<string, string>();
    let lines: string[] = [];
    await runHere(stage, {
      now: () => Date.now() + shift,
      allowed: ['changed', 'shrunk', 'field', 'rejected', 'older', 'existing-content', 'empty', 'truncated'],
      ...options,
      onEnd(store) {
        for (const { change } of eachChange(store, [...KINDS])) kinds.set(change.key ?? '', change.kind);
        lines = [
          ...itemised(modelOf(aReport({ mode: 'plan' }), store, target), {
            language: 'en',
            redact: false,
            limit: 0,
          }),
        ];
      },
    });
    return { kinds, lines };
  };
  await go({});
  stage.daysLater();
  const ids = new Map([...stage.entries()].map(([key, { remote_id }]) => [key, remote_id!]));
  const { sandbox } = stage;
  for (const name of NAMES) {
    const { source, feishu } = CASES[name]!;
    const id = ids.get(rowOf(name, '').id) ?? '';
    if (feishu === undefined) continue;
    if (feishu === null) await deleteInFeishu(sandbox, id);
    else if (source === 'new') await createInFeishu(sandbox, bodyAt(name, feishu));
    else await editInFeishu(sandbox, id, bodyAt(name, feishu));
  }
  stage.write(NAMES.map((name) => rowOf(name, CASES[name]!.source === 'changed' ? OURS! : 'old')));
  const planned = await go({ drift, planOnly: true });
  const fetch: Fetch = async (...given) => {
    const request = new Request(...given);
    const { method, url } = request;
    if (/external_interviews(\/\d+)?$/.test(url) && (method === 'PUT' || method === 'POST')) {
      const { external_id, ...body } = (await request.clone().json()) as InterviewBody & {
        external_id?: string;
      };
      const application = NAMES.find((name) => rowOf(name, '').application === body.external_application_id)!;
      expect(sent.has(application), 'one request for each').toBe(false);
      expect([method, external_id === undefined]).toEqual(
        external_id === undefined ? ['PUT', true] : ['POST', false],
      );
      sent.set(application, body);
    }
    return sandbox.fetch(request);
  };
  const synced = await go({ drift, fetch });
  const of = ({ kinds, lines }: typeof planned, name: string) => {
    const { id } = rowOf(name, '');
    const from = lines.findIndex((line) => line.includes(` ${id} `));
    const rest = lines.slice(from + 1).findIndex((line) => / interviews\.csv:\d+/.test(line));
    const own = from < 0 ? [] : lines.slice(from, rest < 0 ? undefined : from + 1 + rest);
    return {
      kind: kinds.get(id),
      lines: own.map((line) =>
        line
          .trim()
          .replace(/ +/g, ' ')
          .replace(/ R-\d+ interviews\.csv:\d+/, '')
          .replace(ids.get(id) ?? '-', 'ID'),
      ),
    };
  };
  return {
    planned: (name: string) => of(planned, name),
    synced: (name: string) => of(synced, name),
    sent: (name: string) => sent.get(name) ?? null,
  };
}

const KINDS = [
  'create',
  'update',
  'adopt',
  'record',
  'drifted',
  'held',
  'unchanged',
] as const satisfies readonly Change['kind'][];
/** Nothing but what is missing depends on --recreate-missing, and that on no policy: one column. */
const COLUMNS = [
  ...(['overwrite', 'keep', 'hold'] as const).flatMap((policy) =>
    ['', '--repair-drift'].map((flags) => ({ policy, flags })),
  ),
  { policy: 'hold' as const, flags: '--repair-drift --recreate-missing' },
];

describe.skipIf(TARGET !== 'external_interview')(
  'every cell of (last applied, source, Feishu) × policy',
  { concurrent: true },
  () => {
    it.for(COLUMNS)('$policy $flags', async ({ policy, flags }, context) => {
      const repairDrift = flags !== '';
      const recreateMissing = flags.endsWith('missing');
      const made = await column(context, { onDrift: policy, repairDrift, recreateMissing });
      for (const name of NAMES) {
        const { source, is, repaired, anew } = CASES[name]!;
        const due = (repairDrift ? repaired : undefined)?.[policy] ?? is[policy];
        const [kind, sent, ...lines] = (recreateMissing ? anew : undefined) ?? due;
        expect(made.planned(name), name).toEqual({ kind, lines });
        // What the source did not change, a plain sync does not look at.
        const passedBy = source === 'same' && !repairDrift;
        expect(made.synced(name), name).toEqual(
          passedBy ? { kind: 'unchanged', lines: [] } : { kind, lines },
        );
        expect(made.sent(name), name).toEqual(sent === null ? null : bodyAt(name, sent));
      }
    });
  },
);
