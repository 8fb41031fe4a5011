import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { sandboxEnv } from '../child-env.ts';
import { start } from '../cli/child.ts';
import { expectExactlyOnce } from '../faults/expect.ts';
import { type Row, someRows } from '../faults/rows.ts';
import { aStage, type Stage } from '../faults/stage.ts';
import { CREATE, UPDATE } from '../target.ts';
import { command } from './command.ts';

/** Six rows of two applications, no two of them alike. */
const ROWS = someRows(12).slice(6);
const noted = (row: Row, n: number): Row => ({ ...row, comment: `night ${n}` });

/** The copies in `backups/`, oldest first. */
function copies(stage: Stage): string[] {
  const folder = join(dirname(stage.ledgerFile), 'backups');
  return existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .map((name) => join(folder, name))
    : [];
}

const inCopy = (file: string, sql: string): unknown => {
  const database = new Database(file, { readonly: true });
  try {
    return database.prepare(sql).pluck().get();
  } finally {
    database.close();
  }
};

describe.concurrent('a copy before a run that writes', () => {
  it('is of the ledger as it was, three are kept, and a run that writes nothing makes none', async (context) => {
    const stage = await aStage(context, { rows: ROWS });
    const [first, ...others] = ROWS as [Row, ...Row[]];
    // Nothing is known yet, so there is nothing to go back to.
    expect((await stage.sync()).exitCode).toBe(0);
    expect((await stage.sync()).exitCode).toBe(0);
    expect(copies(stage)).toEqual([]);

    const runs: string[] = [];
    for (const n of [1, 2]) {
      stage.write([noted(first, n), ...others]);
      runs.push((await stage.sync()).report?.run ?? '');
    }
    // Only asks; nothing is left to be written.
    expect((await stage.sync('--repair-drift')).exitCode).toBe(0);
    const name = (run: string) => join(dirname(stage.ledgerFile), 'backups', `ledger.before-${run}.db`);
    expect(copies(stage)).toEqual(runs.map(name));
    const [one = '', two = ''] = copies(stage);
    expect(statSync(dirname(one)).mode & 0o777).toBe(0o700);
    expect(statSync(one).mode & 0o777).toBe(0o600);
    const comment = `SELECT applied_payload FROM entry WHERE key = '${first.id}'`;
    expect(inCopy(one, comment)).not.toContain('night');
    expect(inCopy(two, comment)).toContain('night 1');
    expect(inCopy(two, "SELECT count(*) FROM entry WHERE state <> 'settled'")).toBe(0);
    expect(inCopy(two, 'SELECT count(*) FROM lease')).toBe(0);
    expect(inCopy(two, "SELECT why ->> 'kind' FROM restored")).toBe('copy');
    const status = await command(stage, 'status', '--json');
    expect(JSON.parse(status.out)).toMatchObject({ backups: [{ file: two }, { file: one }] });

    // An undo writes as well; what a killed run left goes, and what is not ours stays.
    const folder = dirname(one);
    writeFileSync(join(folder, 'ledger.before-20260101-000000-aaaaaa.db.part'), 'half');
    writeFileSync(join(folder, 'ledger.before-christmas.db'), 'mine');
    copyFileSync(one, join(folder, 'by hand.db'));
    const strangers = ['by hand.db', 'ledger.before-christmas.db'];
    expect((await command(stage, 'undo', '--run', runs[1] ?? '', '--yes')).code).toBe(0);
    expect(copies(stage)).toHaveLength(3 + strangers.length);
    stage.write([noted(first, 4), ...others]);
    const last = await stage.sync('--keep-backups', '2');
    expect(last.exitCode).toBe(0);
    const left = copies(stage).map((file) => basename(file));
    expect(left.filter((file) => strangers.includes(file))).toEqual(strangers);
    expect(left).toHaveLength(2 + strangers.length);
    expect(left).toContain(basename(name(last.report?.run ?? '')));
    stage.write([noted(first, 5), ...others]);
    expect((await stage.sync('--keep-backups', '0')).exitCode).toBe(0);
    expect(copies(stage)).toHaveLength(left.length);
  });

  it('is left out with a word where there is no room for it', async (context) => {
    const disk = mkdtempSync(join(tmpdir(), 'hire-sync-disk-'));
    context.onTestFinished(() => rmSync(disk, { recursive: true, force: true }));
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk]).status !== 0)
      return context.skip('this process may not mount a file system');
    context.onTestFinished(() => void spawnSync('umount', [disk]));
    const stage = await aStage(context, { rows: ROWS, ledgerFolder: disk });
    expect((await stage.sync()).exitCode).toBe(0);
    // What the run itself writes must fit into what is left.
    stage.sql("INSERT INTO meta (name, value) VALUES ('bulk', hex(zeroblob(1000000)))");
    const { bavail, bsize } = statfsSync(disk);
    const room = 1.7 * statSync(stage.ledgerFile).size;
    writeFileSync(join(disk, 'full'), Buffer.alloc(bavail * bsize - room));
    const rows = ROWS.map((row) => noted(row, 1));
    stage.write(rows);
    const full = await stage.sync('--allow', 'field', '--allow', 'changed');
    expect([full.exitCode, full.stderr]).toEqual([
      0,
      expect.stringMatching(
        /The ledger was not copied before this run: .*backups has .* free, and .* wanted \(twice/,
      ),
    ]);
    expect(copies(stage)).toEqual([]);
    expectExactlyOnce(stage, rows);
  });

  it('that is killed leaves no copy that counts, and the next run removes what it left', async (context) => {
    const stage = await aStage(context, { rows: ROWS });
    expect((await stage.sync()).exitCode).toBe(0);
    const rows = [...ROWS.slice(0, 5), noted(ROWS[5]!, 1)];
    stage.write(rows);
    const sent = stage.arrivals(UPDATE).length;
    const args = ['sync', stage.pipelineFile, '--source', stage.source, '--ledger', stage.ledgerFile];
    const options = {
      cwd: dirname(stage.pipelineFile),
      env: { ...sandboxEnv(stage.url), KILL_AT: 'linkSync ledger.before-' },
      preload: join(import.meta.dirname, 'kill-at.mjs'),
    };
    expect(await start(args, options).ended).toMatchObject({ signal: 'SIGKILL' });
    expect(copies(stage).map((file) => file.slice(-8))).toEqual(['.db.part']);
    expect(stage.arrivals(UPDATE)).toHaveLength(sent);
    expect(JSON.parse((await command(stage, 'status', '--json')).out)).toMatchObject({ backups: [] });
    expect((await stage.sync()).exitCode).toBe(0);
    expect(copies(stage).map((file) => file.slice(-3))).toEqual(['.db']);
    expectExactlyOnce(stage, rows);
  });
});

describe.concurrent('ledger restore', () => {
  it('puts a copy in place, keeps what was there, and ends in a ledger that is not trusted until it was compared', async (context) => {
    const stage = await aStage(context, { rows: ROWS.slice(0, 4) });
    expect((await stage.sync()).exitCode).toBe(0);
    stage.write(ROWS);
    expect((await stage.sync()).report?.rows).toMatchObject({ created: 2 });
    const [copy = ''] = copies(stage);
    const before = [...stage.entries()];
    const restore = (...args: string[]) => command(stage, 'ledger', 'restore', ...args);
    const untouched = () => {
      expect([...stage.entries()]).toEqual(before);
      expect(readdirSync(dirname(stage.ledgerFile)).filter((name) => name.includes('restor'))).toEqual([]);
    };

    // Nobody is there to be asked.
    const asked = await restore(copy);
    expect([asked.code, asked.err]).toEqual([
      2,
      expect.stringMatching(/Put .* knows 4 records, after run .*knows 6; its newest run is .*say --yes/),
    ]);
    untouched();
    const half = join(stage.source, 'half.db');
    copyFileSync(copy, half);
    truncateSync(half, 40_960);
    const odd = join(stage.source, 'odd.db');
    copyFileSync(copy, odd);
    const raw = new Database(odd);
    raw.exec("UPDATE entry SET applied_payload = '{}'");
    raw.close();
    const other = join(stage.source, 'other.db');
    copyFileSync(copy, other);
    const alien = new Database(other);
    alien.exec("UPDATE meta SET value = replace(value, 'cli_', 'cli_other_') WHERE name = 'tenant'");
    alien.close();
    for (const [file, code, what] of [
      [half, 1, /LEDGER_INVALID: it cannot be restored, and nothing was changed: .*half\.db is damaged/],
      [odd, 1, /odd\.db is damaged: a payload is not readable/],
      [other, 2, /belongs to app cli_other_.*, and the ledger .* to app cli_/],
      [stage.pipelineFile, 1, /pipeline\.ts is damaged: it does not begin as one/],
      [join(stage.source, 'none.db'), 2, /There is no file .*none\.db/],
      [stage.ledgerFile, 2, /is the ledger itself/],
    ] as const) {
      const refused = await restore(file, '--yes');
      expect([refused.code, refused.err]).toEqual([code, expect.stringMatching(what)]);
      untouched();
    }

    const done = await restore(copy, '--yes');
    expect([done.code, done.out, done.err]).toEqual([
      0,
      '',
      expect.stringMatching(/^Restored .*ledger\.db from .* The ledger as it was: .*\.before-restore-/),
    ]);
    const aside = /as it was: (\S+)/.exec(done.err)?.[1] ?? '';
    expect(inCopy(aside, 'SELECT count(*) FROM entry')).toBe(6);
    expect(stage.entries().size).toBe(4);
    expect(statSync(stage.ledgerFile).mode & 0o777).toBe(0o600);
    const writes = () => stage.arrivals(CREATE).length + stage.arrivals(UPDATE).length;
    const sent = writes();
    const stopped = await stage.sync();
    expect([stopped.exitCode, stopped.stderr]).toEqual([
      4,
      expect.stringMatching(/guard restored.*is a copy/),
    ]);
    expect((await stage.plan('--remote', '--allow', 'restored')).exitCode).toBe(0);
    expect(writes()).toBe(sent);
    const allowed = await stage.sync('--allow', 'restored');
    expect([allowed.exitCode, allowed.report?.noted, allowed.stderr]).toMatchObject([
      0,
      { adopted: 2 },
      expect.stringContaining('is trusted again'),
    ]);
    expect((await stage.sync()).exitCode).toBe(0);
    expectExactlyOnce(stage, ROWS);
    // And back again: what was kept is a copy as good as any.
    expect((await restore(aside, '--yes')).code).toBe(0);
    expect((await stage.sync()).exitCode).toBe(4);
    expect((await stage.sync('--allow', 'restored')).exitCode).toBe(0);
    expectExactlyOnce(stage, ROWS);
  });

  it('takes the place of a ledger that is lost or damaged, and of none that a run holds', async (context) => {
    const stage = await aStage(context, { rows: ROWS.slice(0, 5) });
    expect((await stage.sync()).exitCode).toBe(0);
    stage.write(ROWS);
    expect((await stage.sync()).exitCode).toBe(0);
    const [copy = ''] = copies(stage);
    const restore = () => command(stage, 'ledger', 'restore', copy, '--yes');
    const sound = readFileSync(stage.ledgerFile);
    // Emptied, with the log of a process that was killed beside it.
    truncateSync(stage.ledgerFile, 0);
    writeFileSync(`${stage.ledgerFile}-wal`, 'log');
    const asked = await command(stage, 'ledger', 'restore', copy);
    expect(asked.err).toContain('cannot be read, so make sure yourself that no run is going on');
    const { code, err } = await restore();
    expect([code, err]).toEqual([0, expect.stringContaining('as it was')]);
    const aside = /as it was: (\S+)/.exec(err)?.[1] ?? '';
    expect([statSync(aside).size, readFileSync(`${aside}-wal`, 'utf8')]).toEqual([0, 'log']);
    expect((await command(stage, 'ledger', 'check')).code).toBe(0);
    expect((await stage.sync()).exitCode).toBe(4);
    // Lost.
    rmSync(stage.ledgerFile);
    expect((await restore()).err).not.toContain('as it was');
    expect((await command(stage, 'ledger', 'check')).code).toBe(0);
    // A run holds it.
    writeFileSync(stage.ledgerFile, sound);
    stage.sandbox.setRules({ latency: { meanMs: 1_000, jitter: 0 } });
    stage.write(ROWS.map((row) => noted(row, 1)));
    const running = stage.start('--allow', 'changed', '--allow', 'field');
    await context.expect.poll(() => stage.arrivals(UPDATE).length, { timeout: 60_000 }).toBeGreaterThan(0);
    const busy = await restore();
    expect([busy.code, busy.err]).toEqual([5, expect.stringContaining('Another run holds the ledger')]);
    expect((await running.ended).exitCode).toBe(0);
    expect(stage.entries().size).toBe(6);
  });
});
