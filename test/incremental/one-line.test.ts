import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { definePipeline, id, json } from '../../src/index.ts';
import { aPlace } from './nights.ts';

interface Row {
  readonly id: string;
  readonly app: string;
  readonly status: 1 | 2;
}

const pipeline = definePipeline({
  name: 'nightly',
  target: 'external_interview',
  source: json<Row>('interviews.json'),
  key: (row) => row.id,
  map: (row) => ({
    external_application_id: id(row.app),
    participate_status: row.status,
    // Each has a content of its own: a new key with the content of a vanished one would be held.
    interview_assessments: [{ username: row.id }],
  }),
});

const good = (name: string): Row => ({ id: name, app: '6960663240925956410', status: 1 });
const bad = (name: string): Row => ({ id: name, app: 'bad', status: 1 });
/** Elements of an array; those that begin with a line feed begin on a line of their own. */
const array = (...elements: readonly (Row | string)[]) =>
  `[${elements.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(',')}]`;
const onNext = (row: Row) => `\n${JSON.stringify(row)}`;

function aFile() {
  const { folder, plan, sync } = aPlace();
  return {
    put: (text: string) => writeFileSync(join(folder, 'interviews.json'), text),
    sync: () => sync({ pipeline }),
    short: () => plan({ pipeline }),
    full: () => plan({ pipeline, full: true }),
  };
}

describe('several elements of an array on one line', () => {
  const [A, B, C] = [good('A'), good('B'), good('C')];

  it('are known again, each by its own bytes', async () => {
    const { put, sync, short, full } = aFile();
    put(array(A, B, onNext(C), good('D'), good('E')));
    await sync();
    const { told, unparsed } = await short();
    expect(unparsed).toBe(5);
    expect((await full()).told).toEqual(told);
    put(array(A, { ...B, status: 2 }, onNext(C), good('N'), good('E')));
    const changed = await short();
    expect(changed.unparsed).toBe(3);
    expect(changed.told).toEqual((await full()).told);
    expect(changed.told.missing).toMatchObject([{ key: 'D' }]);
  });

  it.each<[string, string[], string]>([
    ['a rejected one beside a good one', [array(bad('A'), B)], array(bad('A'))],
    ['the second one gone', [array(A, B, onNext(C))], array(A, onNext(C))],
    ['both gone', [array(A, B, onNext(C))], array(C)],
    ['one that was first and one that was second', [array(B, C), array(good('Z'), B)], array(B)],
  ])('are never taken for each other: %s', async (_what, nights, last) => {
    const { put, sync, short, full } = aFile();
    for (const night of nights) {
      put(night);
      await sync();
    }
    put(last);
    expect((await short()).told).toEqual((await full()).told);
  });

  it.each([
    ['on its line', '{"id":"甲","app":}'],
    ['below another', '\n {"id":"甲",\n"app":}'],
  ])(
    'are read once where one cannot be read, which is named by line and column: %s',
    async (_what, broken) => {
      const { put, sync, short, full } = aFile();
      put(array(A, onNext(B), C));
      await sync();
      put(array(A, broken, onNext(B), C, broken));
      const { told, unparsed, readings } = await short();
      expect([unparsed, readings]).toEqual([3, [2]]);
      expect(told).toEqual((await full()).told);
      expect(told.changes).toMatchObject([
        { kind: 'rejected', problems: [{ code: 'RECORD_UNREADABLE' }] },
        { kind: 'rejected', problems: [{ code: 'RECORD_UNREADABLE' }] },
      ]);
    },
  );

  it('tell the same of random nights, whichever way they are read', { timeout: 60_000 }, async () => {
    const element = fc.record({
      name: fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F'),
      app: fc.constantFrom('6960663240925956410', '6960663240925956410', 'bad'),
      status: fc.constantFrom<(1 | 2)[]>(1, 2),
      breaks: fc.boolean(),
    });
    const night = fc.uniqueArray(element, { selector: ({ name }) => name, maxLength: 6 });
    const property = fc.asyncProperty(fc.array(night, { minLength: 2, maxLength: 4 }), async (nights) => {
      const { put, sync, short, full } = aFile();
      for (const rows of nights) {
        put(
          array(
            ...rows.map(
              ({ name, app, status, breaks }) =>
                `${breaks ? '\n' : ''}${JSON.stringify({ id: name, app, status })}`,
            ),
          ),
        );
        expect((await short()).told).toEqual((await full()).told);
        await sync();
        const settled = rows.filter(({ app }) => app !== 'bad').length;
        const again = await short();
        expect(again.unparsed).toBe(settled);
        expect(again.told).toEqual((await full()).told);
      }
    });
    await fc.assert(property, { numRuns: 40 });
  });
});
