import fc from 'fast-check';
import type { Fault, FaultRule } from '../../src/sandbox/index.ts';
import { BATCH_QUERY, CREATE, objectsIn, UPDATE } from '../target.ts';
import { audit, complaints } from './audit.ts';
import { letPass, shiftLedger } from './campaigns.ts';
import { aRow, type Row } from './rows.ts';
import { CLIENT_STEPS, SERVER_STEPS, type Step } from './steps.ts';
import { createWorld, type Kill } from './world.ts';

/** One night: the source is edited, time goes by, faults are set, a run is started and perhaps killed. */
export interface Night {
  readonly edits: readonly Edit[];
  readonly time: Passing;
  readonly faults: readonly FaultRule[];
  readonly kill: Kill | null;
}

/** A change to the source; `restore` of a record brings back its last content. */
export type Edit =
  | { readonly kind: 'put'; readonly record: number; readonly content: number }
  | { readonly kind: 'remove' | 'restore'; readonly record: number };

/** Minutes that pass for both sides, or for one alone: clocks may disagree by less than the margin of an hour. */
export type Passing =
  | { readonly of: 'nobody' }
  | { readonly of: 'both' | 'server' | 'client'; readonly minutes: number };

export interface Story {
  readonly repeat: 'returns-existing' | 'refuses';
  readonly readLagMs: number;
  readonly nights: readonly Night[];
}

const RECORDS = 5;
const APPLICATIONS = 2;
const MAX_SKEW_MINUTES = 55;

// Without a prototype now and then, as fast-check likes it, a story would be printed less readably.
const plain = <T>(model: { [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<T> =>
  fc.record<T>(model, { noNullPrototype: true });

const record = fc.integer({ min: 0, max: RECORDS - 1 });
// Few contents, so that many records of an application are equal.
const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 4,
    arbitrary: plain({
      kind: fc.constant('put' as const),
      record,
      content: fc.integer({ min: 0, max: 2 }),
    }),
  },
  {
    weight: 2,
    arbitrary: plain({ kind: fc.constantFrom('remove' as const, 'restore' as const), record }),
  },
);

const time: fc.Arbitrary<Passing> = fc.oneof(
  fc.constant({ of: 'nobody' as const }),
  plain({ of: fc.constant('both' as const), minutes: fc.integer({ min: 1, max: 3 * 24 * 60 }) }),
  plain({
    of: fc.constantFrom('server' as const, 'client' as const),
    minutes: fc.integer({ min: 1, max: MAX_SKEW_MINUTES }),
  }),
);

const committed = fc.boolean();
/** Whatever a request can meet that does not end in a decision of Feishu's against the row. */
const fault: fc.Arbitrary<Fault> = fc.oneof(
  plain({ kind: fc.constantFrom('reset-before', 'reset-after', 'cut-body', 'not-json', 'no-data') }),
  plain({ kind: fc.constantFrom('token-dead', 'permission') }),
  plain({ kind: fc.constant('html'), committed }),
  plain({ kind: fc.constant('error'), status: fc.constant(500), code: fc.constant(1002001), committed }),
  plain({ kind: fc.constant('delay'), ms: fc.integer({ min: 1, max: 200 }), committed }),
  plain({ kind: fc.constant('limited'), resetSeconds: fc.constant(1) }),
) as fc.Arbitrary<Fault>;

// Mostly the first: a night has a few writes only.
const nth = fc.constantFrom(1, 1, 1, 2, 3);
const times = fc.integer({ min: 1, max: 3 });
const anyFault: fc.Arbitrary<FaultRule> = plain({
  match: plain({
    endpoint: fc.constantFrom(CREATE, UPDATE, BATCH_QUERY),
    nth,
  }),
  times,
  fault,
});
// An update that is refused is nobody's loss: the next run sends it again. A create's repeat would be held.
const refusedUpdate: fc.Arbitrary<FaultRule> = plain({
  match: plain({ endpoint: fc.constant(UPDATE) }),
  times,
  fault: fc.constant({ kind: 'error', status: 400, code: 1002002 } as const),
});

const STEPS: readonly Step[] = [...CLIENT_STEPS, ...SERVER_STEPS];
const ofUpdates = STEPS.filter((step) => step.startsWith('update'));
const ofCreates = STEPS.filter((step) => step.startsWith('create'));
const ofRecovery = STEPS.filter((step) => !ofUpdates.includes(step) && !ofCreates.includes(step));

// By kind: recovery and updates are reached in some nights only.
const kill: fc.Arbitrary<Kill> = fc.oneof(
  plain({ step: fc.constantFrom(...ofCreates), nth }),
  plain({ step: fc.constantFrom(...ofUpdates), nth }),
  plain({ step: fc.constantFrom(...ofRecovery), nth: fc.constant(1) }),
  plain({ afterWrites: fc.integer({ min: 0, max: 4 }), delayMs: fc.integer({ min: 0, max: 30 }) }),
);

const night: fc.Arbitrary<Night> = plain({
  edits: fc.array(edit, { minLength: 1, maxLength: 8 }),
  time,
  faults: fc.array(fc.oneof({ weight: 5, arbitrary: anyFault }, { weight: 1, arbitrary: refusedUpdate }), {
    maxLength: 2,
  }),
  kill: fc.option(kill),
});

export const story: fc.Arbitrary<Story> = plain({
  repeat: fc.constantFrom('returns-existing' as const, 'refuses' as const),
  readLagMs: fc.constantFrom(0, 300),
  nights: fc.array(night, { minLength: 2, maxLength: 5 }),
});

export interface Lived {
  readonly runs: number;
  readonly kills: number;
  readonly creates: number;
  readonly updates: number;
  readonly duplicates: number;
  readonly lost: number;
  readonly wrong: readonly string[];
}

/** Lives through a story, then runs without faults: once, and once more, as two nights without trouble would. */
export async function live({ repeat, readLagMs, nights }: Story): Promise<Lived> {
  const world = await createWorld({ repeat, readLagMs });
  const source = new Map<number, Row>();
  const removed = new Map<number, Row>();
  let skewMinutes = 0;
  let runs = 0;
  let kills = 0;
  try {
    for (const { edits, time, faults, kill } of nights) {
      for (const one of edits) apply(one, source, removed);
      world.write([...source.values()]);
      if (runs > 0) pass(time);
      world.sandbox.setFaults(faults);
      const ended = await world.run({ kill: kill ?? undefined });
      runs += 1;
      if (ended.killed) kills += 1;
      // What a dead run had sent is worked on before the next one begins: a PUT that overtakes a later one could
      // be told from it by nothing that Feishu offers.
      await world.idle();
    }
    world.sandbox.setFaults([]);
    world.write([...source.values()]);
    await world.run();
    const last = await world.run();
    const rows = [...source.values()];
    const found = audit(world, rows);
    const wrong = complaints(found);
    if (last.exitCode !== 0) wrong.push(`the last run ended with exit code ${last.exitCode}: ${last.stderr}`);
    if (last.report?.rows.unchanged !== rows.length)
      wrong.push(`the last run still had something to do: ${JSON.stringify(last.report?.rows)}`);
    return {
      runs: runs + 2,
      kills,
      creates: found.objects,
      updates: objectsIn(world.sandbox).reduce((sum, { writes }) => sum + writes - 1, 0),
      duplicates: found.duplicates.length,
      lost: found.lost.length,
      wrong,
    };
  } finally {
    await world.close();
  }

  function pass(time: Passing): void {
    if (time.of === 'nobody') return;
    const ms = time.minutes * 60_000;
    if (time.of === 'both') {
      letPass(world, ms);
      return;
    }
    // Only as far as the margin allows, whatever the story says: else a shorter story could fail for another reason.
    const skew = skewMinutes + (time.of === 'server' ? time.minutes : -time.minutes);
    if (Math.abs(skew) > MAX_SKEW_MINUTES) return;
    skewMinutes = skew;
    if (time.of === 'server') world.sandbox.clock.advance(ms);
    else shiftLedger(world, ms);
  }
}

function apply(edit: Edit, source: Map<number, Row>, removed: Map<number, Row>): void {
  const row = source.get(edit.record);
  switch (edit.kind) {
    case 'put':
      source.set(edit.record, aRow(`IV-${edit.record}`, edit.record % APPLICATIONS, edit.content));
      removed.delete(edit.record);
      return;
    case 'remove':
      if (row !== undefined) removed.set(edit.record, row);
      source.delete(edit.record);
      return;
    case 'restore': {
      const before = removed.get(edit.record);
      if (before === undefined) return;
      source.set(edit.record, before);
      removed.delete(edit.record);
    }
  }
}
