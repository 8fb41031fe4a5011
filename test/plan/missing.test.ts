import { expect, it } from 'vitest';
import type { Mapped } from '../../src/plan/mapped.ts';
import { mapped, plan } from './planned.ts';

it.each<[string, [string | null, Partial<Mapped>][], string[]]>([
  [
    'nothing',
    [
      ['A', {}],
      ['B', {}],
      ['C', {}],
    ],
    [],
  ],
  [
    'what is not there, where as many are new',
    [
      ['A', {}],
      ['N', {}],
      ['C', {}],
    ],
    ['B'],
  ],
  [
    'what is not there, where a row stands twice',
    [
      ['A', {}],
      ['C', {}],
      ['A', {}],
    ],
    ['B'],
  ],
  [
    'what is not there, where two rows disagree',
    [
      ['A', {}],
      ['C', {}],
      ['A', mapped({ participate_status: 3 })],
    ],
    ['B'],
  ],
  ['nothing where all changed', ['A', 'B', 'C'].map((key) => [key, mapped({ participate_status: 3 })]), []],
  [
    'nothing where a rejected row has its key',
    [
      ['A', {}],
      ['B', { kind: 'rejected', problems: [] }],
      ['C', {}],
    ],
    [],
  ],
  [
    'all that a row without a key may be',
    [
      ['A', {}],
      [null, { kind: 'rejected', problems: [] }],
      ['C', {}],
    ],
    ['B'],
  ],
  ['everything', [], ['A', 'B', 'C']],
])('finds missing %s', async (_what, rows, missing) => {
  const { store } = await plan(rows, { A: {}, B: {}, C: {} }, true);
  expect(store.missing('', 10).map(({ key }) => key)).toEqual(missing);
});
