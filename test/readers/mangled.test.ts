import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import legacyAts from '../../pipelines/legacy-ats.ts';
import { HireSyncError } from '../../src/errors.ts';
import { type Ledger, openLedger } from '../../src/ledger/ledger.ts';
import type { ChangeKind, FileCount, Origin, SourceRecord } from '../../src/model.ts';
import { costOf } from '../../src/pipeline/cost.ts';
import { planJob } from '../../src/pipeline/planning.ts';
import { reportOf } from '../../src/pipeline/summary.ts';
import { openPlanStore } from '../../src/plan/plan-store.ts';
import { firstLineEnd } from '../../src/readers/lines.ts';
import type { ReadContext } from '../../src/readers/source.ts';
import { anExport, FILES, mangle, mangling } from './mangling.ts';

const KINDS: readonly ChangeKind[] = ['create', 'update', 'unchanged', 'skipped', 'held', 'rejected'];

let folder: string;
let ledger: Ledger;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hire-sync-mangled-'));
  ledger = openLedger({ file: path.join(folder, 'ledger.db'), mode: 'write', now: Date.now });
});
afterAll(() => {
  ledger.close();
  rmSync(folder, { recursive: true });
});

/**
 * The pipeline, with the place of every record noted that reaches the mapping (a child of two equal parents twice), and
 * of those among them that a bare LF has torn, of how many pieces they are.
 */
function counting() {
  const attached = new Map<string, Set<number>>(FILES.map((name) => [name, new Set()]));
  const torn = new Map<string, number>();
  const noteTorn = ({ file, line }: Origin, message: string) => {
    const lines = /^The records at lines ([\d, ]+) and \d+ are one/.exec(message)?.[1];
    if (lines !== undefined) torn.set(`${file}:${line}`, lines.split(',').length);
  };
  const count = (records: readonly SourceRecord[]) => {
    for (const { origin, children, problems = [] } of records) {
      attached.get(origin.file)?.add(origin.line);
      for (const { message } of problems) noteTorn(origin, message);
      count(Object.values(children).flat());
    }
  };
  const source = {
    ...legacyAts.source,
    async *read(context: ReadContext) {
      for await (const record of legacyAts.source.read(context)) {
        count([record]);
        yield record;
      }
    },
  };
  /** How many records of a file, as a parser sees them, were put to others. */
  const tornOff = (name: string) =>
    [...torn].reduce((sum, [place, pieces]) => sum + (place.startsWith(`${name}:`) ? pieces : 0), 0);
  return { attached, noteTorn, tornOff, pipeline: { ...legacyAts, source } };
}

/** Records of a CSV file, header and blank lines included, counted without the parser: line ends outside quotes. */
function recordsIn(bytes: Uint8Array, { encoding, delimiter }: FileCount): number {
  const raw = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  const lineEnd = firstLineEnd(raw, true) ?? (raw.endsWith('\r') ? '\r' : '\n');
  const text = raw.replaceAll('\r\n', lineEnd);
  // A quote opens a cell at its beginning only (or right behind the one that closed it: doubled); elsewhere it is text.
  let quoted = false;
  let records = 0;
  let before = delimiter ?? '';
  for (const char of text) {
    const opens = before === delimiter || before === lineEnd || before === 'closed' || before === 'guard';
    const closes = quoted && char === '"';
    if (char === '"') quoted = !quoted && opens;
    else if (char === lineEnd && !quoted) records++;
    // A guard (="007") opens like a quote.
    before = closes ? 'closed' : char === '=' && opens && !quoted && before !== 'closed' ? 'guard' : char;
  }
  return text.endsWith(lineEnd) || text === '' ? records : records + 1;
}

/** Plans the export; returns how it ended, after checking that every row is accounted for. */
async function plan(
  files: Readonly<Record<string, Uint8Array>>,
  encoding: 'utf-8' | 'gb18030',
): Promise<'planned' | 'refused'> {
  for (const [name, bytes] of Object.entries(files)) writeFileSync(path.join(folder, name), bytes);
  const store = openPlanStore();
  try {
    const { pipeline, attached, noteTorn, tornOff } = counting();
    const job = { run: 'run-1', pipeline, folder, allowed: [] };
    const deps = { ledger, store, writer: null, rate: 9, now: Date.now };
    const planned = await planJob(job, deps);

    for (const orphan of store.orphans(0, 1000)) noteTorn(orphan, orphan.message);
    const counted = new Map(planned.files.map((file) => [file.file, file]));
    expect([...counted.keys()].sort()).toEqual([...FILES].sort());
    for (const [name, bytes] of Object.entries(files)) {
      const count = counted.get(name);
      if (count === undefined) continue;
      expect(1 + count.rows + tornOff(name) + count.blank + count.ignored).toBe(recordsIn(bytes, count));
      // Damage may not turn Chinese text into other text. (Half a file of numbers says nothing of its encoding.)
      if (name !== 'applications.csv' && bytes.length > 1000) expect(count.encoding).toBe(encoding);
      // The lookup's rows are joined to nothing.
      if (name !== 'applications.csv') expect(attached.get(name)?.size).toBe(count.rows - count.orphaned);
    }
    expect(planned.files.reduce((sum, { orphaned }) => sum + orphaned, 0)).toBe(planned.orphans);
    expect(KINDS.reduce((sum, kind) => sum + store.count(kind), 0)).toBe(planned.read);
    const cost = costOf(job, deps);
    const ended = { startedAt: 0, recovered: null, plan: planned, cost, written: null, stopped: null };
    const { rows, byFile } = reportOf(job, deps, ended);
    // Throws where a file's rows do not add up; children and lookups have no outcomes of their own.
    expect(byFile).toEqual(rows.read === 0 ? [] : [{ file: 'interviews.csv', rows, retried: 0 }]);
    expect(rows.read).toBe(counted.get('interviews.csv')?.rows);
    for (const { change } of store.page(['create'], 0, 1000)) {
      if (change.kind !== 'create') continue;
      expect(change.payload.json).not.toMatch(/[\uFFFD\0]|\\u0000|\\ufffd/i);
      expect(change.payload.json.isWellFormed()).toBe(true);
    }
    return 'planned';
  } catch (error) {
    if (!HireSyncError.is(error)) throw error;
    expect(error.code).toBe('SOURCE_INVALID');
    expect(error.message).toMatch(/\.csv/);
    return 'refused';
  } finally {
    store.close();
  }
}

test('the export itself is planned, every row of it', async () => {
  for (const encoding of ['utf-8', 'gb18030'] as const)
    expect(await plan(anExport(encoding), encoding)).toBe('planned');
});

test.each(['utf-8', 'gb18030'] as const)(
  'a mangled %s export: refused by name, or every row accounted for',
  async (encoding) => {
    const ends = { planned: 0, refused: 0 };
    const whole = anExport(encoding);
    await fc.assert(
      fc.asyncProperty(fc.array(mangling, { minLength: 1, maxLength: 5 }), async (steps) => {
        ends[await plan(mangle(whole, steps), encoding)]++;
      }),
      { seed: 20_260_101, numRuns: 200 },
    );
    // The property would hold emptily if nothing, or everything, were refused.
    expect(Math.min(ends.planned, ends.refused)).toBeGreaterThan(30);
  },
);
