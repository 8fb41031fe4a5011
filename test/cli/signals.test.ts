import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXPECTED } from './exports.ts';
import { aPlace, PIPELINE, type Place } from './place.ts';

/** Without the look at a sample of applications that comes before a first sync. */
const AT_ONCE = ['--allow', 'existing-content'];

/** Every interview is in Feishu once, and the ledger knows each. */
function expectComplete(place: Place): void {
  const objects = place.sandbox.interviews();
  expect(objects.map(({ externalId }) => externalId).sort()).toEqual(
    EXPECTED.create.map((key) => `legacy-ats:${key}`).sort(),
  );
  const ids = new Map(objects.map(({ id, externalId }) => [externalId, id]));
  const entries = place.entries();
  expect(entries).toHaveLength(EXPECTED.create.length);
  for (const { external_id, remote_id, state } of entries)
    expect([state, remote_id]).toEqual(['settled', ids.get(external_id)]);
}

describe.concurrent('a signal during a sync', () => {
  it.for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 143],
  ] as const)(
    '%s lets nothing new start, settles what was begun and exits %i',
    async ([signal, exitCode], context) => {
      // Longer than the pace: several requests are under way when the signal comes.
      const place = await aPlace({ latency: { meanMs: 700, jitter: 0 } }, context);
      const sync = place.start(['sync', PIPELINE, '--rate', '9', '--limit', '1', ...AT_ONCE]);
      await place.arrived(12);
      sync.child.kill(signal);
      await sync.printed('stderr', /Stopping: nothing new is sent/);
      const sentByThen = place.writes().length;
      const { code, stdout, stderr } = await sync.ended;

      expect(code).toBe(exitCode);
      const sent = place.writes();
      // A request that left just before may be read here just after. Without the stop six more would have come.
      expect(sent.length).toBeLessThanOrEqual(sentByThen + 1);
      expect(sent.map(({ status }) => status)).toEqual(sent.map(() => 200));
      const entries = place.entries();
      expect(entries.map(({ state }) => state)).toEqual(sent.map(() => 'settled'));
      expect(entries.map(({ remote_id }) => remote_id).sort()).toEqual(
        place.sandbox
          .interviews()
          .map(({ id }) => id)
          .sort(),
      );
      expect(stdout).toContain(
        `Sync: ${sent.length} created, 0 updated, 0 unchanged, 9 skipped, 8 rejected,`,
      );
      expect(stdout).toContain(`${EXPECTED.create.length - sent.length} not begun`);
      expect(stderr).toContain('The next run goes on where this one stopped.');
      expect(stdout + stderr).not.toMatch(/^\s+at /m);

      place.sandbox.setRules({ latency: { meanMs: 0, jitter: 0 } });
      const { report } = await place.sync();
      expect(report.rows).toMatchObject({
        created: EXPECTED.create.length - sent.length,
        unchanged: sent.length,
      });
      expect(place.writes()).toHaveLength(EXPECTED.create.length);
      expectComplete(place);
    },
  );

  it('a second one gives up what is under way, and the next sync finds out what became of it', async (context) => {
    const place = await aPlace(
      {
        faults: [
          {
            match: { endpoint: 'external_interview.create', nth: 5 },
            fault: { kind: 'black-hole', committed: true },
          },
        ],
      },
      context,
    );
    const sync = place.start(['sync', PIPELINE, '--rate', '9', '--limit', '1', ...AT_ONCE]);
    await place.arrived(6);
    sync.child.kill('SIGINT');
    await sync.printed('stderr', /Stopping/);
    sync.child.kill('SIGINT');
    await sync.printed('stderr', /in doubt, and recorded so/);
    const { code, stdout } = await sync.ended;
    expect(code).toBe(130);
    expect(stdout).toMatch(/, 1 in doubt = 132 rows read/);
    const open = place.entries().filter(({ state }) => state !== 'settled');
    expect(open).toMatchObject([{ state: 'creating', remote_id: null }]);

    const { report } = await place.sync();
    expect(report.rows).toMatchObject({ inDoubt: 0, held: 0, failed: 0 });
    expectComplete(place);
  });

  it('while nobody answers the sign-in ends the waiting', async (context) => {
    const place = await aPlace(
      { faults: [{ match: { endpoint: 'token' }, fault: { kind: 'html' } }] },
      context,
    );
    const sync = place.start(['sync', PIPELINE, '--log-level', 'debug']);
    await sync.printed('stderr', /"endpoint":"token"/);
    sync.child.kill('SIGINT');
    expect((await sync.ended).code).toBe(130);
    expect(place.writes()).toEqual([]);
  });
});

describe.concurrent('two syncs on one ledger', () => {
  it('started together: one works, the other ends with 5, names it and sends nothing', async (context) => {
    // So slow that neither can be through before the other has begun.
    const place = await aPlace({ latency: { meanMs: 1500, jitter: 0 } }, context);
    const both = [1, 2].map(() => {
      const sync = place.start(['sync', PIPELINE, '--json', '--rate', '200', ...AT_ONCE]);
      return sync.ended.then((ended) => ({ ...ended, pid: sync.child.pid, endedAtMs: performance.now() }));
    });
    const [loser, winner] = (await Promise.all(both)).sort((a, b) => b.code! - a.code!);
    expect([winner!.code, loser!.code]).toEqual([3, 5]);
    expect(loser!.endedAtMs).toBeLessThan(winner!.endedAtMs);
    expect(loser!.stdout).toBe('');
    const { run } = JSON.parse(winner!.stdout) as { run: string };
    expect(loser!.stderr).toContain(`run ${run}, process ${winner!.pid} on `);
    expect(loser!.stderr).toContain(place.ledgerFile);
    // Whichever of them made the ledger says so.
    const said = (ended: typeof loser) => ended!.stderr.trimEnd().split('\n');
    const isNew = (line: string): boolean => line === `New ledger: ${place.ledgerFile}`;
    expect([...said(loser), ...said(winner)].filter(isNew)).toHaveLength(1);
    expect(said(loser).filter((line) => !isNew(line))).toHaveLength(1);
    expect(place.writes()).toHaveLength(EXPECTED.create.length);
    expect(place.sandbox.arrivals().filter(({ endpoint }) => endpoint === 'token')).toHaveLength(1);
    expectComplete(place);
  });

  it('a later one ends while the first goes on', async (context) => {
    const place = await aPlace({ latency: { meanMs: 300, jitter: 0 } }, context);
    const first = place.start(['sync', PIPELINE, '--rate', '9', ...AT_ONCE]);
    await place.arrived(1);
    const files = readdirSync(dirname(place.ledgerFile)).filter((name) => name.startsWith('ledger.db'));
    expect(files.sort()).toEqual(['ledger.db', 'ledger.db-shm', 'ledger.db-wal']);
    for (const file of files)
      expect(statSync(join(dirname(place.ledgerFile), file)).mode & 0o777, file).toBe(0o600);
    const second = await place.run(['sync', PIPELINE, '--rate', '9']);
    expect(second.code).toBe(5);
    // That it takes less than 2 s is looked at by test/crash/full.ts, which has the machine to itself.
    expect(first.child.exitCode).toBeNull();
    expect(place.sandbox.arrivals().filter(({ endpoint }) => endpoint === 'token')).toHaveLength(1);
    expect(second.stderr).toMatch(
      /Another run holds the ledger .* a run that died frees the ledger by itself\.\n$/,
    );
    // Killed without a word, it leaves a ledger that the next run takes over by itself.
    first.child.kill('SIGKILL');
    await first.ended;
    place.sandbox.setRules({ latency: { meanMs: 0, jitter: 0 } });
    expect((await place.sync()).report.rows).toMatchObject({ held: 0, inDoubt: 0, failed: 0 });
    expectComplete(place);
    expect((await place.run(['runs'])).stdout).toMatch(/ stopped +– +\n/);
  });
});
