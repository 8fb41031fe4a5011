import fc from 'fast-check';
import { expect, it } from 'vitest';
import { UPDATE } from '../target.ts';
import { live, type Night, type Story, story } from './story.ts';

it('any sequence of edits, faults, kills and leaps of time ends with one object per record, in its last state', {
  timeout: 180_000,
}, async () => {
  // Few, and always the same: full.ts draws more of them, and others each time.
  await fc.assert(
    fc.asyncProperty(story, async (drawn) => {
      const { wrong } = await live(drawn);
      expect(wrong).toEqual([]);
    }),
    { numRuns: 2, seed: 20_240_305 },
  );
});

const put = (content: number) => ({ kind: 'put', record: 0, content }) as const;
const aNight = (over: Partial<Night>): Night => ({
  edits: [],
  time: { of: 'nobody' },
  faults: [],
  kill: null,
  ...over,
});
const killed = { kill: { step: 'update:committed', nth: 1 } } as const;
const refused = {
  match: { endpoint: UPDATE },
  times: 1,
  fault: { kind: 'error', status: 400, code: 1002002 },
} as const;

/** Sequences that once went wrong. */
const STORIES: readonly (Pick<Story, 'nights'> & { readonly name: string })[] = [
  {
    name: 'an update that lost its answer, the next one refused, then the old content again',
    nights: [
      aNight({ edits: [put(0)] }),
      aNight({ edits: [put(1)], ...killed }),
      aNight({ edits: [put(2)], faults: [refused] }),
      aNight({ edits: [put(0)] }),
    ],
  },
  {
    name: 'an update that lost its answer, and the record is gone from the source',
    nights: [
      aNight({ edits: [put(0)] }),
      aNight({ edits: [put(1)], ...killed }),
      aNight({ edits: [{ kind: 'remove', record: 0 }] }),
    ],
  },
];

it.for(STORIES)('$name', async ({ nights }) => {
  const { wrong, kills } = await live({ repeat: 'returns-existing', readLagMs: 0, nights });
  expect(wrong).toEqual([]);
  expect(kills).toBe(1);
});
