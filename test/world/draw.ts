import fc from 'fast-check';
import type { DriftPolicy } from '../../src/model.ts';
import type { FaultRule, Quirk } from '../../src/sandbox/index.ts';
import { CLIENT_STEPS, SERVER_STEPS, type Step } from '../crash/steps.ts';
import { BATCH_QUERY, CREATE, TARGET, UPDATE } from '../target.ts';

/** What a record says: places in the lists of `rows.ts`. Few of each, so that some records are equal. */
export interface Content {
  readonly begin: number;
  readonly who: number;
  readonly verdict: Verdict;
  readonly text: number;
}

/** 0: nobody has said. */
export type Verdict = 0 | 1 | 2 | 3;

/** What happens to the export, or in Feishu, before a night. `n` is a record's number, whatever its key is by now. */
export type Edit =
  | { readonly is: 'put'; readonly n: number; readonly content: Content }
  | { readonly is: 'like'; readonly n: number; readonly other: number }
  | { readonly is: 'verdict'; readonly n: number; readonly to: Verdict }
  | { readonly is: 'text' | 'begin' | 'who'; readonly n: number; readonly to: number }
  | { readonly is: 'remove' | 'restore'; readonly n: number }
  /** Every so manieth key is written otherwise from now on. */
  | { readonly is: 'respell'; readonly every: number; readonly how: Spelling }
  /** A person, in Feishu. */
  | {
      readonly is: 'edited';
      readonly n: number;
      readonly field: 'verdict' | 'text' | 'begin';
      readonly to: number;
    }
  | { readonly is: 'deleted'; readonly n: number }
  | { readonly is: 'entered'; readonly n: number; readonly how: 'equal' | 'near' | 'other' };

export type Spelling = 'plain' | 'zeros' | 'lower' | 'prefix';

/** What becomes of the ledger before a night. */
export type Fate =
  | { readonly is: 'kept' }
  /** The one that an earlier night began with is put back: so many nights ago. */
  | { readonly is: 'put back'; readonly nights: number }
  | { readonly is: 'lost' };

export interface Night {
  readonly hours: 24 | 25 | 1;
  readonly edits: readonly Edit[];
  readonly ledger: Fate;
  readonly quirks: readonly Quirk[];
  readonly faults: readonly FaultRule[];
  readonly kill: { readonly step: Step; readonly nth: number } | null;
  readonly repairDrift: boolean;
  readonly recreateMissing: boolean;
  /** A person reads the report of this night and does what it says about holds and guards: `choice` of what it offers. */
  readonly reads: boolean;
  readonly choice: number;
}

/** A tenant, a pipeline, an export, and ten nights. */
export interface World {
  readonly applications: number;
  /** Of each record, what the export says on the first night; null of one that comes later, if it comes. */
  readonly records: readonly (Content | null)[];
  readonly onDrift: DriftPolicy;
  /** Whether the pipeline accepts that texts are cut. */
  readonly accepts: boolean;
  readonly repeat: {
    readonly repeat: 'returns-existing' | 'refuses';
    readonly repeatOtherBody: 'as-repeat' | 'refuses' | 'replaces';
    readonly repeatDeleted: 'refuses' | 'returns' | 'creates';
  };
  /** What the tenant makes of what it is sent, and how it shows it: all ten nights. */
  readonly manners: readonly Quirk[];
  readonly nights: readonly Night[];
}

export const NIGHTS = 10;
export const RECORDS = 12;

const plain = <T>(model: { [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<T> =>
  fc.record<T>(model, { noNullPrototype: true });
const one = fc.constantFrom;
const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
const some = <T>(max: number, ...choices: readonly (readonly [number, fc.Arbitrary<T>])[]) =>
  fc.array(fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary }))), { maxLength: max });

const n = upTo(RECORDS - 1);
const verdict = one<Verdict[]>(0, 1, 2, 3);
const content: fc.Arbitrary<Content> = plain({ begin: upTo(4), who: upTo(2), verdict, text: upTo(6) });

const sourceEdit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: plain({ is: one('put' as const), n, content }) },
  { weight: 2, arbitrary: plain({ is: one('like' as const), n, other: n }) },
  { weight: 4, arbitrary: plain({ is: one('verdict' as const), n, to: verdict }) },
  {
    weight: 4,
    arbitrary: plain({ is: one('text' as const, 'begin' as const, 'who' as const), n, to: upTo(4) }),
  },
  { weight: 2, arbitrary: plain({ is: one('remove' as const, 'restore' as const), n }) },
);
const respelt: fc.Arbitrary<Edit> = plain({
  is: one('respell' as const),
  every: one(1, 3, 6),
  how: one<Spelling[]>('plain', 'zeros', 'lower', 'prefix'),
});
const personEdit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 3,
    arbitrary: plain({
      is: one('edited' as const),
      n,
      field: one('verdict' as const, 'text' as const, 'begin' as const),
      to: upTo(4),
    }),
  },
  { weight: 1, arbitrary: plain({ is: one('deleted' as const), n }) },
  {
    weight: 2,
    arbitrary: plain({
      is: one('entered' as const),
      n,
      how: one('equal' as const, 'near' as const, 'other' as const),
    }),
  },
);

const interviews = TARGET === 'external_interview';
const text = interviews ? 'content' : 'result';
const time = interviews ? 'begin_time' : 'date';

const manner: fc.Arbitrary<Quirk> = one<Quirk[]>(
  { keep: [{ kind: 'trim' }] },
  { keep: [{ kind: 'line-ends' }] },
  { keep: [{ kind: 'trim' }, { kind: 'line-ends' }] },
  { keep: [{ kind: 'cut', characters: 30, fields: [text] }] },
  { keep: [{ kind: 'floor', toMs: 60_000 }] },
  { show: [{ kind: 'order', by: 'shuffled-anew' }] },
  { show: [{ kind: 'retype', to: 'text', fields: [time] }] },
  { show: [{ kind: 'fill', with: 'zero' }] },
  ...(interviews ? [{ keep: [{ kind: 'fill', with: { value: 3 }, fields: ['conclusion'] }] } as const] : []),
);

const times = fc.integer({ min: 1, max: 2 });
const nth = fc.integer({ min: 1, max: 4 });
const writes = one(CREATE, UPDATE);

/** What a tenant may do on one night. Reads that show nothing come now and then: for ever is what deleted objects look like. */
const quirk: fc.Arbitrary<Quirk> = fc.oneof(
  one<Quirk[]>(
    { show: [{ kind: 'mask', fields: [text] }] },
    { show: [{ kind: 'drop', fields: [text] }] },
    { show: [{ kind: 'mask', fields: [interviews ? 'conclusion' : 'name'] }] },
    { options: { readLagMs: 3_000 } },
    { options: { readLagMs: 12_000 } },
    { options: { readLagMs: 120_000 } },
  ),
  plain({
    match: plain({ endpoint: writes }),
    times,
    answer: one(
      { with: 'crossed', waitMs: 20 } as const,
      { with: 'other' } as const,
      { with: 'other-application' } as const,
      { with: 'deleted' } as const,
      { with: 'before' } as const,
      { with: 'id-only' } as const,
    ),
  }),
  // Of a create it cannot be noticed: see docs/correctness.md.
  plain({
    match: plain({ endpoint: one(UPDATE) }),
    times,
    answer: one({ with: 'unknown', part: 'id' } as const, { with: 'other', part: 'id' } as const),
  }),
  plain({
    match: plain({ repeat: one(true) }),
    times,
    answer: one(
      { with: 'other-application' } as const,
      { with: 'deleted' } as const,
      { with: 'other' } as const,
    ),
  }),
  plain({
    match: plain({ by: one('ids' as const, 'list' as const), nth }),
    read: one(
      { kind: 'nothing' } as const,
      { kind: 'others' } as const,
      { kind: 'twice' } as const,
      { kind: 'more' } as const,
      { kind: 'omit' } as const,
      { kind: 'empty-page' } as const,
    ),
  }),
  plain({
    match: plain({ by: one('list' as const) }),
    times,
    read: one({ kind: 'shift', by: 1 } as const, { kind: 'shift', by: -1 } as const),
  }),
);

const committed = fc.boolean();
const fault: fc.Arbitrary<FaultRule> = plain({
  match: plain({ endpoint: one(CREATE, UPDATE, BATCH_QUERY), nth }),
  times,
  fault: fc.oneof(
    one(
      { kind: 'reset-before' } as const,
      { kind: 'reset-after' } as const,
      { kind: 'cut-body' } as const,
      { kind: 'not-json' } as const,
      { kind: 'no-data' } as const,
    ),
    plain({ kind: one('html' as const), committed }),
    plain({ kind: one('error' as const), status: one(400), code: one(1002002, 1002001), committed }),
    plain({ kind: one('error' as const), status: one(500), code: one(1002001), committed }),
    plain({ kind: one('permission' as const), committed }),
  ),
});

const kill = plain({
  step: one<Step[]>(...CLIENT_STEPS, ...SERVER_STEPS),
  nth: fc.integer({ min: 1, max: 2 }),
});

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 10, arbitrary: fc.constant<Fate>({ is: 'kept' }) },
  { weight: 1, arbitrary: plain({ is: one('put back' as const), nights: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.constant<Fate>({ is: 'lost' }) },
);

const night: fc.Arbitrary<Night> = plain({
  hours: one(24 as const, 24 as const, 25 as const, 1 as const),
  edits: some(5, [8, sourceEdit], [4, personEdit], [1, respelt]),
  ledger: fate,
  quirks: some(2, [1, quirk]),
  faults: some(1, [1, fault]),
  kill: fc.option(kill, { freq: 3 }),
  repairDrift: fc.boolean(),
  recreateMissing: fc.boolean(),
  reads: fc.boolean(),
  choice: upTo(3),
});

const anyWorld: fc.Arbitrary<World> = plain({
  applications: fc.integer({ min: 1, max: 4 }),
  records: fc.array(fc.option(content, { freq: 5 }), { minLength: 1, maxLength: RECORDS, size: 'max' }),
  onDrift: one<DriftPolicy[]>('overwrite', 'keep', 'hold'),
  accepts: fc.boolean(),
  repeat: plain({
    repeat: one('returns-existing' as const, 'refuses' as const),
    repeatOtherBody: one('as-repeat' as const, 'refuses' as const, 'replaces' as const),
    repeatDeleted: one('refuses' as const, 'returns' as const, 'creates' as const),
  }),
  manners: some(3, [1, manner]),
  nights: fc.array(night, { minLength: NIGHTS, maxLength: NIGHTS }),
});

/**
 * A text that is cut, and was hidden in the answer to its own write, looks like a person's edit once it is shown: `keep` and
 * `hold` then leave it, and what the source changed in the same evaluation, and tell so.
 */
export const world: fc.Arbitrary<World> = anyWorld.map((drawn) => {
  const cuts = drawn.manners.some((one) => 'keep' in one && one.keep.some(({ kind }) => kind === 'cut'));
  if (!cuts || drawn.onDrift === 'overwrite') return drawn;
  const nights = drawn.nights.map((one) => ({ ...one, quirks: one.quirks.filter((quirk) => !hides(quirk)) }));
  return { ...drawn, nights };
});

function hides(one: object): boolean {
  const { show = [] } = one as { show?: readonly { kind: string }[] };
  return show.some(({ kind }) => kind === 'mask' || kind === 'drop');
}
