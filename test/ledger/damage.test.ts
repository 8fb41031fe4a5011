import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { HireSyncError } from '../../src/errors.ts';
import { headFile } from '../../src/ledger/head.ts';
import { openLedger } from '../../src/ledger/ledger.ts';
import { aFolder, anIntent, aPayload } from '../builders.ts';
import { someRows } from '../faults/rows.ts';
import { aStage } from '../faults/stage.ts';
import { CREATE } from '../target.ts';
import { command } from './command.ts';

const SEEDS = 40;
const RECORDS = 400;

/** 0 ≤ n < below, the same for the same seed: mulberry32. */
function randomOf(seed: number): (below: number) => number {
  let state = seed * 0x9e3779b9;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** A ledger of some hundred pages, closed as a run closes it. */
function fill(file: string): void {
  const ledger = openLedger({ file, mode: 'write', now: () => 1_700_000_000_000 });
  ledger.leases.acquire('run-1');
  ledger.runs.start({ id: 'run-1', pipeline: 'legacy-ats', mode: 'sync', startedAt: 1 });
  for (let i = 0; i < RECORDS; i++) {
    const payload = aPayload({
      interview_assessments: [{ username: '王强', conclusion: 2, content: '好'.repeat(i * 3) }],
    });
    const intent = anIntent({ key: `IV-${i}`, payload });
    ledger.settle(ledger.begin(intent), intent, String(7e15 + i), { outcome: 'done', code: 0, logId: '' });
  }
  const summary = JSON.stringify({ rows: 'x'.repeat(5000) });
  ledger.runs.finish({ id: 'run-1', state: 'finished', finishedAt: 2, exitCode: 0, summary });
  ledger.leases.release('run-1');
  ledger.close();
}

/** What becomes of a ledger file, by a random number. */
const DAMAGES: Readonly<Record<string, (file: string, random: (below: number) => number) => void>> = {
  empty: (file) => truncateSync(file, 0),
  'cut between two pages': (file, random) => {
    const pages = readFileSync(file).length / 4096;
    truncateSync(file, 4096 * (1 + random(pages - 1)));
  },
  'cut anywhere': (file, random) => truncateSync(file, 1 + random(readFileSync(file).length - 1)),
  'zeroed whole': (file) => writeFileSync(file, Buffer.alloc(readFileSync(file).length)),
  'zeroed in part': (file, random) => {
    const bytes = readFileSync(file);
    const from = 512 * random(bytes.length / 512);
    writeFileSync(file, bytes.fill(0, from, from + 512 * (1 + random(16))));
  },
  'overwritten in part': (file, random) => {
    const bytes = readFileSync(file);
    const from = random(bytes.length);
    const text = 'somebody else wrote here. '.repeat(1 + random(200));
    bytes.write(text, from);
    writeFileSync(file, bytes);
  },
  'overwritten by a text': (file) => writeFileSync(file, 'id,begin\n1,2\n'.repeat(500)),
  'overwritten by another database': (file) => {
    rmSync(file);
    const other = new Database(file);
    other.exec(
      'CREATE TABLE customer (id INTEGER); INSERT INTO customer VALUES (1); PRAGMA user_version = 3',
    );
    other.close();
  },
  'half copied from a running ledger': (file, random) => {
    const { folder, live } = running(file);
    const bytes = readFileSync(live);
    writeFileSync(file, bytes.subarray(0, 4096 * (1 + random(bytes.length / 4096))));
    if (random(2) === 0) copyFileSync(`${live}-wal`, `${file}-wal`);
    rmSync(folder, { recursive: true });
  },
  'copied without its log': (file) => {
    const { folder, live } = running(file);
    copyFileSync(live, file);
    rmSync(folder, { recursive: true });
  },
  'only its log is left': (file) => {
    const { folder, live } = running(file);
    copyFileSync(`${live}-wal`, `${file}-wal`);
    rmSync(file);
    rmSync(folder, { recursive: true });
  },
};

/** A copy of the ledger in which a run writes, with half of its changes still in the log. */
function running(file: string): { readonly folder: string; readonly live: string } {
  const folder = join(dirname(file), 'running');
  mkdirSync(folder);
  const live = join(folder, 'ledger.db');
  const now = join(folder, 'now.db');
  copyFileSync(file, live);
  const ledger = new Database(live);
  ledger.pragma('wal_autocheckpoint = 60');
  for (let i = 0; i < 120; i++)
    ledger.prepare('UPDATE entry SET source_payload = applied_payload WHERE key = ?').run(`IV-${i * 3}`);
  copyFileSync(live, now);
  copyFileSync(`${live}-wal`, `${now}-wal`);
  ledger.close();
  return { folder, live: now };
}

/** Everything a command may ask of the ledger. */
function useAll(file: string, mode: 'read' | 'write'): { readonly sound: boolean; readonly entries: string } {
  const ledger = openLedger({ file, mode, now: Date.now });
  try {
    const entries: unknown[] = [];
    for (let after = ''; ; ) {
      const page = ledger.page('legacy-ats', after, 100);
      entries.push(...page.map(({ key, remoteId, applied }) => [key, remoteId, applied?.json]));
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.key;
    }
    ledger.runs.lastFinished('legacy-ats');
    if (mode === 'write') {
      ledger.leases.acquire('run-2');
      ledger.runs.start({ id: 'run-2', pipeline: 'legacy-ats', mode: 'sync', startedAt: 1 });
      const intent = anIntent({ run: 'run-2', key: 'NEW' });
      ledger.settle(ledger.begin(intent), intent, '9', { outcome: 'done', code: 0, logId: '' });
      ledger.leases.release('run-2');
    }
    return { sound: ledger.upkeep.check().length === 0, entries: JSON.stringify(entries) };
  } finally {
    ledger.close();
  }
}

function outcomeOf(file: string, mode: 'read' | 'write'): { code: string; entries: string } {
  try {
    const { sound, entries } = useAll(file, mode);
    return { code: sound ? 'sound' : 'LEDGER_INVALID', entries };
  } catch (error) {
    if (!HireSyncError.is(error)) throw error;
    expect(error.message).toContain(file);
    return { code: error.code, entries: '' };
  }
}

describe('a damaged ledger', () => {
  const names = Object.keys(DAMAGES);
  const seeds = Array.from({ length: SEEDS }, (_, seed) => ({
    seed,
    name: names[seed % names.length] ?? '',
  }));
  let whole: string | undefined;
  const wholeLedger = (): string => {
    if (whole !== undefined) return whole;
    const file = join(aFolder(), 'whole.db');
    fill(file);
    whole = JSON.stringify([readFileSync(file, 'base64'), readFileSync(headFile(file), 'utf8')]);
    return whole;
  };

  it.each(seeds)(
    'is LEDGER_INVALID, never a new one and never a crash: $name, seed $seed',
    ({ seed, name }) => {
      const [bytes, head] = JSON.parse(wholeLedger()) as [string, string];
      const outcomes = (['read', 'write'] as const).map((mode) => {
        const file = join(aFolder(), 'ledger.db');
        writeFileSync(file, Buffer.from(bytes, 'base64'));
        writeFileSync(headFile(file), head);
        const before = useAll(file, 'read');
        DAMAGES[name]?.(file, randomOf(seed + 1));
        const { code, entries } = outcomeOf(file, mode);
        // What hits bytes that nobody uses, or leaves an older state whole, has not damaged it.
        if (code === 'sound') expect(entries).toBe(before.entries);
        return code;
      });
      for (const code of outcomes) expect(['LEDGER_INVALID', 'sound']).toContain(code);
      if (/^(empty|cut|zeroed whole|overwritten by|only)/.test(name))
        expect(outcomes).toEqual(['LEDGER_INVALID', 'LEDGER_INVALID']);
    },
  );

  it('is one whose payloads are not what was written, which SQLite cannot know', () => {
    const file = join(aFolder(), 'ledger.db');
    fill(file);
    const bytes = readFileSync(file);
    for (let at = bytes.indexOf('好好好好'); at >= 0; at = bytes.indexOf('好好好好', at + 1))
      bytes.write('坏', at);
    writeFileSync(file, bytes);
    expect(outcomeOf(file, 'read').code).toBe('LEDGER_INVALID');
  });
});

it('every command says so, exit 1, and makes no ledger in its place', async (context) => {
  const rows = someRows(6);
  const stage = await aStage(context, { rows });
  stage.write(rows);
  expect((await stage.sync()).exitCode).toBe(0);
  const { pipelineFile, ledgerFile, source } = stage;
  const other = join(source, 'other.db');
  const commands = [
    ['plan', pipelineFile, '--source', source],
    ['plan', pipelineFile, '--source', source, '--remote'],
    ['sync', pipelineFile, '--source', source],
    ['verify', pipelineFile],
    ['undo', '--run', 'x'],
    ['runs'],
    ['resolve', 'faults', 'R-001', '--create'],
    ['ledger', 'check'],
    ['ledger', 'backup', other],
    ['ledger', 'export'],
    ['ledger', 'rename-pipeline', 'faults', 'other'],
    ['ledger', 'rebuild', pipelineFile, '--source', source],
  ];
  const sent = stage.sandbox.arrivals().length;
  const damages = ['empty', 'zeroed whole', 'overwritten by another database'];
  for (const [n, args] of commands.entries()) {
    const name = damages[n % damages.length] ?? '';
    DAMAGES[name]?.(ledgerFile, randomOf(1));
    const size = readFileSync(ledgerFile).length;
    const { code, err } = await command(stage, ...args);
    expect([args[0], code, err]).toEqual([
      args[0],
      1,
      expect.stringContaining(`LEDGER_INVALID: the ledger ${ledgerFile} is damaged`),
    ]);
    expect(err).not.toContain('New ledger');
    expect(readFileSync(ledgerFile)).toHaveLength(size);
  }
  expect(existsSync(other)).toBe(false);
  expect(
    stage.sandbox
      .arrivals()
      .slice(sent)
      .map(({ endpoint }) => endpoint),
  ).not.toContain(CREATE);
});
