import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { firstWrite } from '../../src/cli/first-write.ts';
import { speak } from '../../src/cli/output.ts';
import { createProgress } from '../../src/cli/progress.ts';
import { openLedger } from '../../src/ledger/ledger.ts';
import type { Change } from '../../src/model.ts';
import type { Writer } from '../../src/pipeline/job.ts';
import { aFolder, anIntent, aPayload } from '../builders.ts';
import { at, planOf } from '../report/plan-of.ts';

const FEISHU = 'https://open.feishu.cn';
const create: Change = { kind: 'create', key: 'IV-1', origin: at(1), payload: aPayload() };

interface Given {
  readonly baseUrl?: string;
  /** What is typed; undefined: there is no terminal. */
  readonly typed?: string;
  readonly yes?: boolean;
  readonly knows?: boolean;
  readonly changes?: readonly Change[];
  readonly language?: 'zh' | 'en';
}

/** The first write of a run, as somebody at a terminal meets it: what was shown, whether it goes on, whose the ledger is. */
async function met({
  baseUrl = FEISHU,
  typed,
  yes = false,
  knows = false,
  changes = [create],
  language = 'en',
}: Given) {
  const ledger = openLedger({ file: join(aFolder(), 'ledger.db'), mode: 'write', now: Date.now });
  onTestFinished(() => ledger.close());
  ledger.leases.acquire('run-1');
  const intent = anIntent();
  if (knows) ledger.settle(ledger.begin(intent), intent, '1', { outcome: 'done', code: 0, logId: '' });
  const isTTY = typed !== undefined;
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = Object.assign(new PassThrough(), { isTTY });
  const shown: string[] = [];
  output.on('data', (piece: Buffer) => shown.push(piece.toString()));
  if (isTTY) input.write(typed);
  const tenant = { baseUrl, appId: 'cli_a1' };
  const writer = {
    tenant,
    ready: async () => {},
    stopping: new AbortController().signal,
  } as Partial<Writer> as Writer;
  const store = planOf(changes);
  const progress = createProgress(output, Date.now);
  const watch = firstWrite({
    writer,
    ledger,
    store,
    canary: undefined,
    yes,
    progress,
    terminal: { input, output },
  });
  speak(language);
  onTestFinished(() => speak('en'));
  await watch.ready();
  const went = await watch.beforeWriting().then(
    () => 'on',
    ({ code }: { code: string }) => code,
  );
  progress.end();
  const text = shown.join('').replace(ledger.file, 'ledger.db');
  return { went, text, owner: ledger.owner()?.appId ?? null };
}

const NAMED =
  'First write to app cli_a1 at https://open.feishu.cn: 1 to create, 0 to update. The ledger ledger.db has no record yet.';

it('names app, address and counts, and asks at a terminal; a no leaves the ledger free for the right app', async () => {
  expect(await met({ typed: 'yes\n' })).toEqual({
    went: 'on',
    text: `${NAMED} Type yes to go on: `,
    owner: 'cli_a1',
  });
  expect(await met({ typed: 'no\n' })).toMatchObject({ went: 'CONFIG_INVALID', owner: null });
  expect((await met({ typed: 'yes\n', language: 'zh' })).text).toBe(
    '首次写入应用 cli_a1（https://open.feishu.cn）：将新建 1，更新 0。台账 ledger.db 中还没有任何记录。 输入 yes 继续：',
  );
});

it('asks nobody where nobody sits, where it was told not to, and where the address is this machine', async () => {
  const told = { went: 'on', text: `${NAMED}\n`, owner: 'cli_a1' };
  expect(await met({})).toEqual(told);
  expect(await met({ typed: '', yes: true })).toEqual(told);
  for (const baseUrl of ['http://127.0.0.1:4010', 'http://localhost:4010', 'http://[::1]:4010'])
    expect(await met({ typed: '', baseUrl })).toEqual({
      ...told,
      text: `${NAMED}\n`.replace(FEISHU, baseUrl),
    });
});

it('says nothing of an app that the ledger knows, nor where nothing is to be written', async () => {
  expect(await met({ typed: '', knows: true })).toEqual({ went: 'on', text: '', owner: 'cli_a1' });
  expect(await met({ typed: '', changes: [] })).toEqual({ went: 'on', text: '', owner: 'cli_a1' });
});
