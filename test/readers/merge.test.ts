import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileCount } from '../../src/model.ts';
import { csv } from '../../src/readers/csv.ts';
import { join } from '../../src/readers/join.ts';
import { many } from '../../src/readers/many.ts';
import { Disorder } from '../../src/readers/merge.ts';
import type { ReadContext } from '../../src/readers/source.ts';
import { openStaging } from '../../src/readers/staging.ts';
import { aFolder } from './reading.ts';

const source = join(csv('parents.csv'), {
  children: many(csv('children.csv'), 'id', { toys: many(csv('toys.csv'), 'child') }),
});

async function readAll(folder: string, merge: boolean) {
  const staging = openStaging();
  const files: FileCount[] = [];
  const orphans: Parameters<ReadContext['onOrphan']>[0][] = [];
  const records: unknown[] = [];
  const onFile = (file: FileCount) => void files.push(file);
  const onOrphan = (orphan: (typeof orphans)[number]) => void orphans.push(orphan);
  try {
    for await (const record of source.read({ folder, staging, merge, onFile, onOrphan }))
      records.push(record);
    return { records, files, orphans: orphans.map((one) => JSON.stringify(one)).sort() };
  } catch (error) {
    if (error instanceof Disorder) return undefined;
    throw error;
  } finally {
    staging.close();
  }
}

const text = (head: string, rows: readonly (readonly string[])[]) =>
  [head, ...rows.map((cells) => cells.join(','))].join('\n');

describe('children merged with their parents', () => {
  it('are those that staging gives them, or the files are out of order', async () => {
    const id = fc.constantFrom('1', '2', '3', '5', '8', '9', '10', '11', '', '?\uFFFD');
    const rows = <T>(row: fc.Arbitrary<T>) => fc.array(row, { maxLength: 7 });
    const night = fc.record({
      parents: rows(fc.tuple(id)),
      children: rows(fc.tuple(id, id)),
      toys: rows(fc.tuple(id, fc.constantFrom('a', 'b'))),
      sorted: fc.constantFrom(true, true, true, false),
    });
    const byLength = (a: string, b: string) => a.length - b.length || (a < b ? -1 : 1);
    let merged = 0;
    await fc.assert(
      fc.asyncProperty(night, async ({ parents, children, toys, sorted }) => {
        const inOrder = <T extends readonly string[]>(list: T[]) =>
          sorted ? [...list].sort(([a = ''], [b = '']) => byLength(a, b)) : list;
        // The same order by both keys, as an exporter's running numbers are.
        const kin = inOrder(children.map(([one]) => [one, one] as const));
        const folder = aFolder({
          'parents.csv': text(
            'id,x',
            inOrder(parents).map(([one]) => [one, 'x']),
          ),
          'children.csv': text('id,child', sorted ? kin : children),
          'toys.csv': text('child,toy', inOrder(toys)),
        });
        const along = await readAll(folder, true);
        if (along === undefined) return;
        merged++;
        expect(along).toEqual(await readAll(folder, false));
      }),
      { numRuns: 60 },
    );
    expect(merged).toBeGreaterThan(5);
  });
});
