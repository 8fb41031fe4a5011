import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anExport, aPlace, CODE, type Export, TABLES } from './nights.ts';

const COUNT = 12;

function set(rows: string[][], row: number, column: number, value: string): void {
  const cells = rows[row];
  if (cells === undefined) throw new Error(`There is no row ${row}.`);
  cells[column] = value;
}

/** The export of the night before, settled, and known by its bytes. */
async function settled() {
  const place = aPlace();
  const made = anExport(COUNT);
  place.put(made);
  await place.sync();
  return { ...place, made };
}

describe('a record whose bytes are known', () => {
  it('is unchanged without being parsed', async () => {
    const { plan } = await settled();
    const { told, unparsed } = await plan();
    expect(unparsed).toBe(COUNT);
    expect(told.counts).toMatchObject({ read: COUNT, unchanged: COUNT, update: 0 });
    expect((await plan({ full: true })).told).toEqual(told);
  });

  it('is not among those that are told before they are parsed', async () => {
    const { plan, put, made } = await settled();
    expect((await plan()).readings).toEqual([0]);
    set(made.interviews, 3, 4, 'x');
    set(made.scores, 2, 2, '9');
    put(made);
    expect((await plan()).readings).toEqual([2]);
    expect((await plan({ full: true })).readings).toEqual([null]);
  });

  it('stays known in another order of the files, written in another place', async () => {
    const { plan, put, made } = await settled();
    const order = (rows: string[][]) => [...rows].sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? 1 : -1));
    put({ ...made, interviews: order(made.interviews), applications: made.applications });
    expect((await plan()).unparsed).toBe(COUNT);
  });

  it.each<[string, (made: Export) => void, number]>([
    ['a cell', (made) => set(made.interviews, 3, 3, '2024-04-01 09:00'), 1],
    ['a cell that is not mapped', (made) => set(made.interviews, 3, 4, 'x'), 1],
    ['a cell of a child', (made) => set(made.assessments, 4, 3, '改'), 1],
    ['a cell of a grandchild', (made) => set(made.scores, 2, 2, '9'), 1],
    ['a child added', (made) => void made.assessments.push(['S999', 'I003', '通过', '新']), 1],
    ['a child removed', (made) => void made.assessments.splice(4, 1), 1],
    [
      'children in another order',
      (made) => void made.assessments.splice(1, 2, ...made.assessments.slice(1, 3).reverse()),
      1,
    ],
    ['a child that moved', (made) => set(made.assessments, 4, 1, 'I007'), 2],
    ['a parent removed', (made) => void made.interviews.splice(5, 1), 0],
    ['a parent twice', (made) => void made.interviews.push([...made.interviews[5]!]), 2],
    ['a lookup value', (made) => set(made.applications, 2, 1, '6960663240925999999'), COUNT],
    ['a blank line', (made) => void made.interviews.splice(2, 0, ['']), 0],
  ])('is told from one with %s', async (_what, edit, parsed) => {
    const { plan, put, made } = await settled();
    edit(made);
    put(made);
    const short = await plan();
    const full = await plan({ full: true });
    expect(full.unparsed).toBe(0);
    expect(short.told).toEqual(full.told);
    expect(Number(full.told.counts.read) - short.unparsed).toBe(parsed);
  });

  it('is told in a thread of its own, where the files are large', async () => {
    const place = aPlace();
    const made = anExport(COUNT);
    for (const row of made.interviews) row[4] = '备注，"长"\n'.repeat(20_000);
    place.put(made);
    await place.sync();
    set(made.assessments, 4, 3, '改');
    place.put(made);
    const short = await place.plan();
    expect(short.unparsed).toBe(COUNT - 1);
    expect(short.told).toEqual((await place.plan({ full: true })).told);
  });

  it('is told by two threads, where several files are large', async () => {
    const place = aPlace();
    const made = anExport(COUNT);
    for (const row of made.interviews) row[4] = '备注，"长"\n'.repeat(25_000);
    for (const row of made.assessments) row[3] = '评语，"长"\n'.repeat(15_000);
    place.put(made);
    await place.sync();
    set(made.assessments, 4, 3, '改');
    made.scores.push(['', '无主', '7'], ['S999', '无主', '7']);
    made.assessments.push(['S998', 'I999', '通过', '无主']);
    place.put(made);
    const short = await place.plan();
    expect(short.unparsed).toBe(COUNT - 1);
    expect(short.told).toEqual((await place.plan({ full: true })).told);
  });

  it('is parsed again under other code (settings are code), another version, another encoding, another header', async () => {
    const { plan, put, made, folder } = await settled();
    expect((await plan({ code: { ...CODE, sha256: 'b' } })).unparsed).toBe(0);
    expect((await plan({ code: { ...CODE, version: '1.0.1' } })).unparsed).toBe(0);
    put({ ...made, encoding: 'gb18030' });
    expect((await plan()).unparsed).toBe(0);
    put(made);
    expect((await plan()).unparsed).toBe(COUNT);
    const [first = '', ...rest] = readFileSync(join(folder, 'interviews.csv'), 'utf8').split('\n');
    writeFileSync(join(folder, 'interviews.csv'), [first.split(',').reverse().join(','), ...rest].join('\n'));
    expect((await plan()).unparsed).toBe(0);
  });

  it('is parsed when the same content comes back after another one was written', async () => {
    const { plan, sync, put, made } = await settled();
    const before = made.interviews[3]![3]!;
    made.interviews[3]![3] = '2024-04-01 09:00';
    put(made);
    await sync();
    made.interviews[3]![3] = before;
    put(made);
    const { told, unparsed } = await plan();
    expect(unparsed).toBe(COUNT - 1);
    expect(told.changes.map(({ kind, key }) => `${kind} ${key}`)).toEqual(['update I003']);
  });

  it('is no row of its own where a bare LF tore it off one', async () => {
    const { plan, sync, put, made } = await settled();
    put({ ...made, lineEnd: '\r\n', bare: true });
    await sync();
    // The first piece has the bytes of a row that is known.
    for (const table of ['interviews', 'assessments'] as const) {
      const torn = { ...made, [table]: made[table].map((cells) => [...cells]) };
      const last = torn[table][3]?.length ?? 0;
      set(torn[table], 3, last - 1, `${torn[table][3]?.at(-1) ?? ''}`.replaceAll('"', ''));
      put({ ...torn, lineEnd: '\r\n', bare: true });
      await sync();
      set(torn[table], 3, last - 1, `${torn[table][3]?.at(-1) ?? ''}\n续`);
      put({ ...torn, lineEnd: '\r\n', bare: true });
      const full = await plan({ full: true });
      expect((await plan()).told).toEqual(full.told);
      expect(full.told.counts).toMatchObject({ rejected: 1, read: COUNT });
    }
  });

  it('is not missing where its row cannot be read, although nobody is shown its key', async () => {
    const { plan, put, made } = await settled();
    made.interviews[3] = made.interviews[3]!.slice(0, -1);
    put(made);
    const { told } = await plan();
    expect(told).toEqual((await plan({ full: true })).told);
    expect(told).toMatchObject({ counts: { rejected: 1, unchanged: COUNT - 1 }, missing: [] });
    expect(told.changes).toMatchObject([{ kind: 'rejected', key: null }]);
    expect(JSON.stringify(told.changes)).not.toContain('I003');
  });

  it('is parsed after somebody held it, or decided about it', async () => {
    const { plan, ledger } = await settled();
    ledger.doubts.hold('nightly', 'I001', { code: 'refused-repeat' });
    const entry = ledger.find('nightly', 'I002');
    if (entry === undefined) throw new Error('I002 is not in the ledger');
    ledger.decisions.decide('nightly', [{ record: entry, decision: { kind: 'skip' } }]);
    const { told, unparsed } = await plan();
    expect(unparsed).toBe(COUNT - 2);
    expect(told).toEqual((await plan({ full: true })).told);
    expect(told.counts).toMatchObject({ held: 1, skipped: 1 });
  });

  it('gives way when a changed row takes its key', async () => {
    const { plan, put, made } = await settled();
    made.interviews[4]![0] = 'I005';
    put(made);
    const { told } = await plan();
    expect(told).toEqual((await plan({ full: true })).told);
    expect(told.counts.rejected).toBe(2);
    for (const cells of told.rejects) expect(cells).toContain('"I005"');
  });
});

/** One edit of an export, by numbers. */
type Edit = readonly [kind: number, table: number, row: number, other: number];

const CELLS = [
  '通过',
  '不通过',
  '取消',
  '完成',
  '',
  'A001',
  'I002',
  'S0010',
  '2024-03-05 10:00',
  '2024-03-05',
  'x,y',
  '行\n行',
  '"',
];

function edited(made: Export, [kind, table, row, other]: Edit): Export {
  const name = TABLES[table % TABLES.length] ?? 'interviews';
  const rows = made[name].map((cells) => [...cells]);
  const at = rows.length === 0 ? 0 : row % rows.length;
  const cells = rows[at] ?? [];
  switch (kind) {
    case 0:
    case 1:
      cells[other % Math.max(1, cells.length)] = CELLS[row % CELLS.length] ?? '';
      break;
    case 2:
      rows.splice(at, 1);
      break;
    case 3:
      rows.splice(other % (rows.length + 1), 0, [...cells]);
      break;
    case 4:
      rows.push(...rows.splice(at, 1));
      break;
    case 5:
      rows.push(cells.map((cell, index) => (index === 0 ? `${cell}${other}` : cell)));
      break;
    case 6:
      rows[at] = cells.slice(0, -1);
      break;
    case 7:
      rows.sort((a, b) => ((a[other % a.length] ?? '') < (b[other % b.length] ?? '') ? -1 : 1));
      break;
    case 8:
      return { ...made, lineEnd: other % 2 === 0 ? '\n' : '\r\n' };
    case 9:
      return { ...made, quoted: other % 2 === 0 };
    case 11:
      return { ...made, bare: true, lineEnd: '\r\n' };
    case 10:
      return { ...made, encoding: other % 3 === 0 ? 'gb18030' : 'utf-8' };
    default:
      rows.splice(at, 0, ['']);
  }
  return { ...made, [name]: rows };
}

describe('both ways', () => {
  it('tell the same of random nights', { timeout: 120_000 }, async () => {
    const edit = fc.tuple(fc.nat(12), fc.nat(3), fc.nat(60), fc.nat(9));
    let unparsed = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(edit, { maxLength: 3 }), { minLength: 1, maxLength: 4 }),
        async (nights) => {
          const place = aPlace();
          let made = anExport(6);
          place.put(made);
          await place.sync();
          for (const edits of nights) {
            made = edits.reduce(edited, made);
            place.put(made);
            const full = await outcome(() => place.plan({ full: true }));
            const short = await outcome(() => place.plan());
            expect(short.told).toEqual(full.told);
            unparsed += short.unparsed;
            await outcome(() => place.sync());
          }
        },
      ),
      { numRuns: 8 },
    );
    expect(unparsed).toBeGreaterThan(8);
  });
});

/** What a night comes to: its plan, or the message that stops it. */
async function outcome(work: () => Promise<{ told: unknown; unparsed: number }>) {
  try {
    return await work();
  } catch (error) {
    return { told: String(error), unparsed: 0 };
  }
}
