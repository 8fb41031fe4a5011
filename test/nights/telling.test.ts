import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.ts';
import { SANDBOX_APP } from '../../src/sandbox/index.ts';
import { sandboxEnv } from '../child-env.ts';
import { type Ended, hireSync, start } from '../cli/child.ts';
import { type Row, someRows } from '../faults/rows.ts';
import { aStage, type Cleanup, type Stage } from '../faults/stage.ts';
import { type Listeners, listeners } from './listeners.ts';

const rows = someRows(24);
const [first, ...others] = rows as [Row, ...Row[]];
const bad = { ...first, verdict: '好' } as unknown as Row;

interface Night {
  readonly stage: Stage;
  readonly ears: Listeners;
  readonly said: string[];
  readonly options: (over?: Record<string, string>) => { cwd: string; env: Record<string, string> };
  readonly args: (...more: string[]) => string[];
  sync(...flags: string[]): Promise<Ended>;
}

async function aNight(context: Cleanup, config: object = {}): Promise<Night> {
  const stage = await aStage(context, { rows });
  const ears = await listeners(context);
  const cwd = dirname(stage.pipelineFile);
  writeFileSync(join(cwd, 'hire-sync.config.json'), JSON.stringify({ lang: 'en', rate: 200, ...config }));
  const said: string[] = [];
  const options: Night['options'] = (over = {}) => ({
    cwd,
    env: {
      ...sandboxEnv(stage.url),
      ...ears.env,
      ...over,
    },
  });
  const args = (...more: string[]) => [
    'sync',
    stage.pipelineFile,
    ...['--source', stage.source, '--ledger', stage.ledgerFile, '--log-level', 'debug'],
    ...more,
  ];
  const sync: Night['sync'] = async (...flags) => {
    const ended = await hireSync(args(...flags), options());
    said.push(ended.stdout, ended.stderr);
    return ended;
  };
  return { stage, ears, said, options, args, sync };
}

it('tells the bot, the webhook and the dead-man switch just what happened', async (context) => {
  const { stage, ears, said, options, args, sync } = await aNight(context);
  const heard = () => {
    const { bot, webhook, pings } = ears.heard();
    expect(webhook.map(({ events }) => events[0])).toEqual(bot.map(({ title }) => eventIn(title)));
    return { titles: bot.map(({ title }) => title), texts: bot.map(({ text }) => text), pings, webhook };
  };
  const all: string[] = [];
  const nothing = { titles: [], texts: [], webhook: [] };

  // A good night.
  expect((await sync()).code).toBe(0);
  expect(heard()).toEqual({ ...nothing, pings: ['start', '0'] });

  // A guard stops it.
  stage.write([]);
  expect((await sync()).code).toBe(4);
  const guarded = heard();
  expect(guarded).toMatchObject({ titles: ['hire-sync sync: stopped (faults)'], pings: ['start', '4'] });
  expect(guarded.texts[0]?.split('\n')).toEqual([
    `App: ${SANDBOX_APP.appId} at ${stage.url}`,
    expect.stringMatching(/^faults: (no counts|nothing = 0 read); run \S+ \(4\)$/),
    expect.stringMatching(
      /^First reason: a check before the first write failed; nothing was written: .*\(empty\)/,
    ),
    'What to do: look at the export; `hire-sync plan` shows it in detail; if it is right, `--allow` lifts the guard for one run',
    'Exit code: 4',
  ]);

  // The whole export again, but for one row that is wrong.
  stage.write([bad, ...others]);
  const open = await sync();
  expect(open.code).toBe(3);
  const left = heard();
  expect(left).toMatchObject({
    titles: ['hire-sync sync: rows are left open (faults)'],
    pings: ['start', '3'],
  });
  expect(left.webhook[0]).toMatchObject({
    command: 'sync',
    events: ['open'],
    exitCode: 3,
    app: { appId: SANDBOX_APP.appId, baseUrl: stage.url },
    pipelines: [
      {
        pipeline: 'faults',
        rows: { read: 24, unchanged: 23, rejected: 1 },
        before: 4,
        reason: { code: 'VALUE_UNKNOWN' },
      },
    ],
  });
  expect(left.texts[0]).toContain(
    'First reason: the value is not one of the known words\nWhat to do: Use one of',
  );
  // What is not new fails nobody, and wakes nobody.
  expect((await sync('--fail-on', 'new')).code).toBe(0);
  expect(heard()).toEqual({ ...nothing, pings: ['start', '0'] });

  // It is corrected.
  stage.write(rows);
  expect((await sync()).code).toBe(0);
  expect(heard()).toMatchObject({ titles: ['hire-sync sync: recovered (faults)'], pings: ['start', '0'] });
  expect((await sync()).code).toBe(0);
  expect(heard()).toEqual({ ...nothing, pings: ['start', '0'] });

  // It is killed: the dead-man switch hears of no end. The next good night tells that all is well again.
  stage.sandbox.setRules({ latency: { meanMs: 3_000, jitter: 0 } });
  stage.write([...rows, { ...first, id: 'R-more', application: '6960663240912345678' }]);
  const before = stage.sandbox.arrivals().length;
  const killed = start(args('--allow', 'existing-content'), options());
  await expect.poll(() => stage.sandbox.arrivals().length, { timeout: 60_000 }).toBeGreaterThan(before);
  killed.child.kill('SIGKILL');
  await killed.ended;
  expect(heard()).toEqual({ ...nothing, pings: ['start'] });
  stage.sandbox.setRules({ latency: { meanMs: 0, jitter: 0 } });
  expect((await sync()).code).toBe(0);
  const after = heard();
  expect(after).toMatchObject({ titles: ['hire-sync sync: recovered (faults)'], pings: ['start', '0'] });
  expect(after.webhook[0]).toMatchObject({
    events: ['recovered', 'changed'],
    pipelines: [{ before: 'died' }],
  });

  // Another run holds the ledger.
  const ledger = openLedger({ file: stage.ledgerFile, mode: 'write', now: Date.now });
  ledger.leases.acquire('another');
  expect((await sync()).code).toBe(5);
  ledger.leases.release('another');
  ledger.close();
  const busy = heard();
  expect(busy).toMatchObject({ titles: ['hire-sync sync: stopped'], pings: ['start', '5'] });
  expect(busy.texts[0]).toContain(
    'First reason: another run holds the ledger\nWhat to do: nothing: the next run',
  );

  // The bot is away, or refuses: said once, without its address, and the exit code is that of the night.
  stage.write([]);
  ears.botAnswers(19021);
  const refused = await sync();
  expect([refused.code, refused.stderr.split('\n').filter((line) => /could not be told/.test(line))]).toEqual(
    [4, ['hire-sync: the Feishu bot could not be told (code 19021).']],
  );
  expect(ears.heard()).toMatchObject({ bot: [], pings: ['start', '4'] });
  // One that is limited is asked again.
  ears.botAnswers(11232);
  expect((await sync()).stderr).not.toContain('could not be told');
  expect(ears.heard().bot).toHaveLength(1);

  // No secret, and nobody's name, key or note, has gone where it must not.
  const files = filesBelow(dirname(stage.pipelineFile));
  for (const secret of ears.secrets) {
    expect(said.join('\n')).not.toContain(secret);
    for (const file of files) expect(readFileSync(file).includes(secret), file).toBe(false);
  }
  all.push(
    ...[guarded, left, after, busy].flatMap(({ texts, webhook }) => [...texts, JSON.stringify(webhook)]),
  );
  for (const text of all) expect(text).not.toMatch(/R-\d|R-more|王强|李娜|轮|好/);
}, 240_000);

it('tells that Feishu is away, and is not held up by a bot that does not answer', async (context) => {
  const { stage, ears, sync } = await aNight(context, { notify: { on: ['failed'] } });
  await stage.down();
  ears.botAnswers(null, null, null, null);
  const begun = Date.now();
  const { code, stderr } = await sync();
  expect(code).toBe(1);
  expect(stderr.match(/could not be told.*/g)).toEqual(['could not be told (no answer).']);
  const { webhook, pings } = ears.heard();
  expect(pings).toEqual(['start', '1']);
  expect(webhook).toMatchObject([
    {
      events: ['failed'],
      pipelines: [{ pipeline: 'faults', exitCode: 1, reason: { code: 'FEISHU_UNREACHABLE' } }],
    },
  ]);
  expect(Date.now() - begun).toBeLessThan(90_000);
}, 240_000);

/** `hire-sync sync: stopped (faults)` → `stopped` */
function eventIn(title: string): string {
  const words = {
    stopped: 'stopped',
    'rows are left open': 'open',
    recovered: 'recovered',
    changed: 'changed',
  };
  const found = Object.entries(words).find(([word]) => title.includes(`: ${word}`))?.[1] ?? title;
  return found;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
}
