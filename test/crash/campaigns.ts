import { addsUp } from '../../src/result/report.ts';
import { seededRandom } from '../../src/sandbox/random.ts';
import { objectsIn, SHORT } from '../target.ts';
import { audit, complaints } from './audit.ts';
import { aRow, manyRows, type Row } from './rows.ts';
import type { Step } from './steps.ts';
import { createWorld, type Ended, type Kill, type World } from './world.ts';

/** The circumstances under which a campaign is repeated. */
export interface Variation {
  /** What Feishu answers to a repeated external_id. */
  readonly repeat: 'returns-existing' | 'refuses';
  /** Whether a day goes by between a killed run and the next one. */
  readonly clock: 'inside the window' | '25 h later';
  readonly readLagMs: number;
}

export const VARIATIONS: readonly Variation[] = (['returns-existing', 'refuses'] as const).flatMap((repeat) =>
  (['inside the window', '25 h later'] as const).flatMap((clock) =>
    [0, 2_000].map((readLagMs) => ({ repeat, clock, readLagMs })),
  ),
);

export interface Tally {
  kills: number;
  reruns: number;
  creates: number;
  updates: number;
  duplicates: number;
  lost: number;
  /** All that is wrong, duplicates and losses included; empty when all is well. */
  wrong: string[];
}

const HOUR_MS = 3_600_000;

/** Moves the server's clock on and the ledger's times back by as much: the client's own clock is real. */
export function letPass(world: World, ms: number): void {
  world.sandbox.clock.advance(ms);
  shiftLedger(world, ms);
}

export function shiftLedger(world: World, ms: number): void {
  // A run that was killed early may have left no ledger, or one without tables.
  if (!world.hasEntries()) return;
  world.alter(
    'UPDATE entry SET first_attempt_at = first_attempt_at - @ms, last_attempt_at = last_attempt_at - @ms',
    ms,
  );
  world.alter('UPDATE attempt SET started_at = started_at - @ms, finished_at = finished_at - @ms', ms);
}

/** A world in which one variation holds, with a count of what happens in it. */
async function open({ repeat, clock, readLagMs }: Variation) {
  const world = await createWorld({ repeat, readLagMs });
  const tally: Tally = { kills: 0, reruns: 0, creates: 0, updates: 0, duplicates: 0, lost: 0, wrong: [] };
  let rows: readonly Row[] = [];
  let runs = 0;
  return {
    world,
    tally,
    edit(next: readonly Row[]) {
      rows = next;
      world.write(next);
    },
    async run(kill?: Kill): Promise<Ended> {
      if (runs > 0 && clock === '25 h later') letPass(world, 25 * HOUR_MS);
      const ended = await world.run({ kill });
      if (runs > 0) tally.reruns += 1;
      runs += 1;
      if (ended.killed) tally.kills += 1;
      else tally.wrong.push(...wrongWith(ended, rows.length));
      return ended;
    },
    /** Runs to the end, compares, and closes. */
    async end(): Promise<Tally> {
      try {
        await this.run();
        const found = audit(world, rows);
        tally.creates = found.objects;
        tally.updates = objectsIn(world.sandbox).reduce((sum, { writes }) => sum + writes - 1, 0);
        tally.duplicates = found.duplicates.length;
        tally.lost = found.lost.length;
        tally.wrong.push(...complaints(found));
        return tally;
      } finally {
        await world.close();
      }
    },
  };
}

/** A run that came to its end must have ended well, and its row counts must add up. */
function wrongWith({ exitCode, report, stderr }: Ended, rows: number): string[] {
  if (exitCode !== 0 || report === null) return [`a run ended with exit code ${exitCode}: ${stderr}`];
  if (!addsUp(report.rows) || report.rows.read !== rows)
    return [`the rows of a run do not add up to ${rows}: ${JSON.stringify(report.rows)}`];
  return [];
}

/** Steps of the writing; each kill hits the second time of its step, with other requests on their way. */
const WRITING: readonly (readonly Step[])[] = (['create', 'update'] as const).map((effect) => [
  `${effect}:intent`,
  `${effect}:request`,
  `${effect}:sent`,
  `${effect}:arrived`,
  `${effect}:committed`,
  `${effect}:answer`,
  `${effect}:settling`,
  `${effect}:settled`,
]);

/**
 * Steps of the recovery, as stories: the first kill, in the writing, leaves a create open; each further one hits the
 * recovery that tries to settle it. `renewed` is a step of the recovery of old creates only.
 */
const RECOVERY: readonly (readonly Step[])[] = [
  [
    'create:arrived',
    'query:request',
    'query:answer',
    'renewed',
    'create:intent',
    'create:request',
    'create:arrived',
  ],
  ['create:committed', 'query:request', 'query:answer', 'adopting', 'adopted'],
  ['create:arrived', 'create:committed', 'query:answer', 'adopting'],
  ['create:arrived', 'create:sent'],
  ['create:arrived', 'create:answer', 'adopting', 'adopted'],
];

/**
 * The short selection of the second target: what these leave in doubt is found by its content, with and without its
 * object, and the content is what differs from target to target.
 */
const SHORT_STEPS: readonly Step[] = ['create:arrived', 'create:committed', 'create:settling'];

/** The parts in which all steps are gone through. */
export const PARTS = ['creates', 'updates', 'recovery'] as const;
export type Part = (typeof PARTS)[number];

/** How many kills a part comes to. */
export function killsOf(part: Part, { clock }: Variation): number {
  if (part !== 'recovery') return stepsOf(part).length;
  return RECOVERY.flat().filter((step) => step !== 'renewed' || clock === '25 h later').length;
}

function stepsOf(part: 'creates' | 'updates'): readonly Step[] {
  const steps = WRITING[part === 'creates' ? 0 : 1] ?? [];
  return SHORT ? steps.filter((step) => SHORT_STEPS.includes(step)) : steps;
}

/** Kills at every step of a part, one killed run after the other on one ledger, with fresh creates and updates to do. */
export async function killAtSteps(variation: Variation, part: Part): Promise<Tally> {
  const campaign = await open(variation);
  const { edit, run, tally } = campaign;
  let round = 0;
  // Four new rows and four changed ones, two of each equal to one another. No row changes its application: that is held.
  const editAnew = (): void => {
    round += 1;
    const old = manyRows(4 * round);
    const changed = old.slice(0, 4).map(({ id }, i) => aRow(id, 0, 10_000 + 4 * round + (i === 3 ? 2 : i)));
    edit([...changed, ...old.slice(4), ...manyRows(4, { from: 4 * round, content: 0 })]);
  };
  const killAt = async (step: Step, nth: number): Promise<void> => {
    const { killed } = await run({ step, nth });
    if (!killed) tally.wrong.push(`the step ${step} was never reached`);
  };
  edit(manyRows(4));
  await run();
  for (const step of part === 'recovery' ? [] : stepsOf(part)) {
    editAnew();
    await killAt(step, 2);
  }
  for (const [first, ...others] of part === 'recovery' ? RECOVERY : []) {
    if (first === undefined) continue;
    // Nothing but this story's creates shall be open.
    await run();
    editAnew();
    await killAt(first, 1);
    for (const step of others) {
      if (step === 'renewed' && variation.clock !== '25 h later') continue;
      await killAt(step, 1);
    }
  }
  return campaign.end();
}

/** Kills a 300-row run (creates among updates) at random moments, until `kills` is reached; then runs to the end. */
export async function killAtRandom(
  variation: Variation,
  {
    kills,
    seed,
    rows: count = 300,
    onKill = () => {},
  }: { kills: number; seed: number; rows?: number; onKill?: () => void },
): Promise<Tally> {
  const random = seededRandom(seed);
  const campaign = await open(variation);
  const { edit, run, tally } = campaign;
  const half = Math.floor(count / 2);
  edit(manyRows(half));
  await run();
  // Every third of the old rows stays as it is; changed and new rows stand side by side in the source.
  let content = 0;
  let added = half;
  const editAnew = (): void => {
    content += 10_000;
    added += half;
    const changed = manyRows(added, { content });
    const old = manyRows(added, { content: content - 10_000 });
    const next = changed.map((row, i) => (i % 3 === 0 && i < added - half ? (old[i] ?? row) : row));
    edit(next.slice(-count).sort(() => random() - 0.5));
  };
  editAnew();
  while (tally.kills < kills) {
    // Rather early than late, because each kill leaves the rest to the next run; 0 is before the first write.
    const afterWrites = random() < 0.15 ? 0 : Math.ceil(random() * random() * count);
    const delayMs = afterWrites === 0 ? 100 + random() * 600 : random() * 40;
    const { killed } = await run({ afterWrites, delayMs });
    if (killed) onKill();
    else editAnew();
  }
  return campaign.end();
}
