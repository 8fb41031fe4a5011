import { describe, expect, it } from 'vitest';
import { aPayload } from '../builders.ts';
import { aWorld, HOUR, stateOf } from './recover-world.ts';

const RULES = [
  { repeat: 'returns-existing', readLagMs: 0 },
  { repeat: 'refuses', readLagMs: 0 },
  { repeat: 'returns-existing', readLagMs: 500 },
  { repeat: 'refuses', readLagMs: 500 },
] as const;

/** All ways in which up to three equal creates arrived or did not. */
const ARRIVALS = [1, 2, 3].flatMap((n) =>
  Array.from({ length: 2 ** n }, (_, bits) => Array.from({ length: n }, (_, i) => ((bits >> i) & 1) === 1)),
);

// A create of 25 h ago that has arrived is to be seen, and Feishu has forgotten its key.
const MOMENTS = [
  { name: 'a moment ago', passedMs: 0, backMs: HOUR },
  { name: '25 h ago', passedMs: 25 * HOUR, backMs: 26 * HOUR },
];

const CASES = RULES.flatMap((rules) =>
  MOMENTS.flatMap((moment) =>
    ARRIVALS.map((arrived) => ({
      ...rules,
      ...moment,
      arrived,
      title: `${rules.repeat}, lag ${rules.readLagMs}, sent ${moment.name}, arrived: ${arrived.map(Number).join('')}`,
    })),
  ),
);

describe.concurrent('equal creates in doubt, and this machine’s clock was set back', () => {
  it.for(CASES)(
    'end with one object each: $title',
    async ({ arrived, passedMs, backMs, ...rules }, context) => {
      const world = aWorld(
        context,
        { repeat: rules.repeat, readLagMs: rules.readLagMs },
        { readBackWaitsMs: [rules.readLagMs + 100], repeatCreates: false },
      );
      const keys = arrived.map((_, i) => `IV-${i + 1}`);
      for (const [i, key] of keys.entries()) await world.lose(key, aPayload(), arrived[i] ?? false);
      world.pass(passedMs);
      world.setBack(backMs);
      const { held, open } = await world.recover();
      expect({ held, open }).toEqual({ held: 0, open: 0 });
      const ids = keys.map((key) => stateOf(world, key));
      expect(world.sandbox.interviews()).toHaveLength(keys.length);
      expect(new Set(ids)).toEqual(new Set(world.sandbox.interviews().map(({ id }) => id)));
    },
  );

  it('a repeat without an answer leaves what it may own to the next run', async (context) => {
    const world = aWorld(context);
    await world.lose('IV-1', aPayload(), false);
    await world.lose('IV-2', aPayload(), true);
    world.setBack(HOUR);
    world.sandbox.setFaults([
      { match: { endpoint: 'external_interview.create' }, fault: { kind: 'reset-after' } },
    ]);
    expect(await world.recover()).toEqual({ adopted: 0, created: 0, held: 0, open: 2 });
    world.sandbox.setFaults([]);
    expect(await world.recover()).toMatchObject({ held: 0, open: 0 });
    expect(world.sandbox.interviews()).toHaveLength(2);
    expect(new Set(['IV-1', 'IV-2'].map((key) => stateOf(world, key))).size).toBe(2);
  });
});
