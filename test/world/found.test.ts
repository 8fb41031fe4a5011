import { expect, it } from 'vitest';
import { BATCH_QUERY, CREATE, UPDATE } from '../target.ts';
import type { Content, Night, World } from './draw.ts';
import { liveHere } from './live-here.ts';

const said = (over: Partial<Content> = {}): Content => ({ begin: 0, who: 0, verdict: 1, text: 4, ...over });
const aNight = (over: Partial<Night> = {}): Night => ({
  hours: 25,
  edits: [],
  ledger: { is: 'kept' },
  quirks: [],
  faults: [],
  kill: null,
  repairDrift: false,
  recreateMissing: false,
  reads: true,
  choice: 0,
  ...over,
});
const aWorld = (nights: readonly Partial<Night>[], over: Partial<World> = {}): World => ({
  applications: 1,
  records: [said()],
  onDrift: 'overwrite',
  accepts: true,
  repeat: { repeat: 'returns-existing', repeatOtherBody: 'as-repeat', repeatDeleted: 'refuses' },
  manners: [],
  nights: nights.map(aNight),
  ...over,
});
const verdict = (to: 1 | 2 | 3) => ({ is: 'verdict', n: 0, to }) as const;

/** Worlds that once went wrong. */
const WORLDS: Readonly<Record<string, World>> = {
  'a key is written otherwise and the verdict is another: rekey ends the hold that the comparison with Feishu finds':
    aWorld([{}, { edits: [{ is: 'respell', every: 1, how: 'prefix' }, verdict(2)] }]),
  'what a hold was near to is gone by the next night': aWorld([
    { edits: [{ is: 'entered', n: 0, how: 'near' }], reads: false },
    { edits: [{ is: 'respell', every: 1, how: 'lower' }] },
  ]),
  'a repair is killed before it is sent, and the edit is left alone from then on': aWorld([
    {},
    {
      edits: [{ is: 'edited', n: 0, field: 'text', to: 1 }],
      repairDrift: true,
      kill: { step: 'update:intent', nth: 1 },
    },
  ]),
  'a ledger is put back in which "no object is the record" was decided and not yet done': aWorld([
    { edits: [{ is: 'entered', n: 0, how: 'near' }] },
    {},
    { ledger: { is: 'put back', nights: 1 } },
  ]),
  'a ledger is put back, and the source says again what it said then': aWorld([
    {},
    { edits: [verdict(2)] },
    { ledger: { is: 'put back', nights: 1 }, edits: [verdict(1)] },
  ]),
  'the ledger is lost, and one read of the list shows nothing': aWorld([
    {},
    {
      ledger: { is: 'lost' },
      edits: [verdict(2)],
      quirks: [{ match: { by: 'list', nth: 1 }, read: { kind: 'nothing' } }],
    },
  ]),
  "a create is answered with a person's own object": aWorld(
    [
      {},
      {
        edits: [
          { is: 'put', n: 1, content: said({ begin: 3, who: 1, text: 6 }) },
          { is: 'entered', n: 0, how: 'other' },
        ],
        quirks: [{ match: { endpoint: CREATE }, times: 1, answer: { with: 'other' } }],
      },
    ],
    { records: [said(), null] },
  ),
  'a create is killed, and a day later the app may not see the text of its object': aWorld(
    [
      { kill: { step: 'create:committed', nth: 1 } },
      { quirks: [{ show: [{ kind: 'mask', fields: ['content', 'result'] }] }], reads: false },
    ],
    { onDrift: 'keep' },
  ),
  'the app is refused in answer to an update that was carried out, and the source takes it back': aWorld([
    {},
    {
      edits: [verdict(2)],
      faults: [{ match: { endpoint: UPDATE }, fault: { kind: 'permission', committed: true } }],
    },
    { edits: [verdict(1)] },
  ]),
  'an update is refused after it was carried out, and the source takes it back': aWorld([
    {},
    {
      edits: [verdict(2)],
      faults: [
        {
          match: { endpoint: UPDATE },
          fault: { kind: 'error', status: 400, code: 1002002, committed: true },
        },
      ],
    },
    { edits: [verdict(1)] },
  ]),
  'the ledger is lost, and Feishu refuses the list once': aWorld([
    {},
    {
      ledger: { is: 'lost' },
      edits: [verdict(2)],
      faults: [
        {
          match: { endpoint: BATCH_QUERY, nth: 1 },
          fault: { kind: 'error', status: 400, code: 1002002 },
        },
      ],
    },
  ]),
  'a key is written otherwise and the verdict is another, and one read of the list shows nothing': aWorld([
    {},
    {
      edits: [{ is: 'respell', every: 1, how: 'lower' }, verdict(2)],
      quirks: [{ match: { by: 'list', nth: 1 }, read: { kind: 'nothing' } }],
    },
  ]),
  'reads fail while what is open is looked for': aWorld([
    { kill: { step: 'create:committed', nth: 1 } },
    { faults: [{ match: { endpoint: BATCH_QUERY }, fault: { kind: 'error', status: 500, code: 1002001 } }] },
  ]),
};

it.for(Object.entries(WORLDS))('%s', { timeout: 120_000 }, async ([, world]) => {
  const { wrong, log } = await liveHere(world);
  expect(wrong, log.join('\n')).toEqual([]);
});
