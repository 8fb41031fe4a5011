import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { HireSyncError } from '../../errors.ts';
import { readHead } from '../../ledger/head.ts';
import { HEARTBEAT_MS } from '../../ledger/lease.ts';
import { type Ledger, openLedger } from '../../ledger/ledger.ts';
import {
  discard,
  isOpenElsewhere,
  putInPlace,
  type Restorable,
  readyToRestore,
} from '../../ledger/restore.ts';
import { isSameTenant, type Tenant } from '../../ledger/tenant.ts';
import type { Bilingual } from '../../plan/shape.ts';
import { w } from '../../report/sentences.ts';
import { zonedTime } from '../../report/times.ts';
import { EXIT } from '../../result/exit.ts';
import { command } from '../command.ts';
import { confirm } from '../confirm.ts';
import { type Values, YES } from '../flag.ts';
import { localZone } from '../local-time.ts';
import { say } from '../output.ts';
import { newRunId } from '../prepare.ts';
import { settings } from '../settings.ts';
import { listenToSignals } from '../signals.ts';

const FLAGS = { ...settings('ledger'), ...YES };

export const commands = [
  command({
    name: 'ledger restore',
    summary: w(
      '用一份副本替换同步台账，原台账留在旁边；不发送任何请求',
      'put a copy in the place of the ledger, which is kept beside it; sends nothing',
    ),
    arguments: [['<file>', 'a copy of the ledger: `hire-sync status` names them']],
    flags: FLAGS,
    run: restore,
  }),
];

/** Checks the copy, asks, and puts it in place. Exit 2 when nobody said yes. */
async function restore({ ledger: file, yes }: Values<typeof FLAGS>, named: string): Promise<number> {
  const copy = resolve(named);
  refuseItself(copy, file);
  const signals = listenToSignals(say);
  let ready: string | undefined;
  try {
    const present = hold(file);
    try {
      const found = await readyToRestore(copy, file);
      ready = found.ready;
      refuseOtherApp(found, present, file);
      const aside = existsSync(file) ? `${file}.before-restore-${newRunId()}` : null;
      const question = questionAbout(found, { copy, file, present, aside });
      if (!yes && !(await confirm(question, process.stdin, process.stderr, signals.stopping))) {
        say(w('没有任何改动。', 'Nothing was changed.'));
        return EXIT.usage;
      }
      if (signals.stopping.aborted)
        throw new HireSyncError(
          'INTERRUPTED',
          w('已中断：没有任何改动。', 'Interrupted: nothing was changed.'),
        );
      present?.closeHeld();
      if (present !== null && isOpenElsewhere(file))
        throw new HireSyncError(
          'LEDGER_BUSY',
          w(
            `另一个程序正打开着同步台账 ${file}。没有任何改动：关闭它以后再恢复。`,
            `Another program has the ledger ${file} open. Nothing was changed: close it, then restore again.`,
          ),
        );
      putInPlace(found.ready, file, aside);
      const before =
        aside === null ? w('', '') : w(`原来的台账：${aside}`, ` The ledger as it was: ${aside}`);
      const see = 'hire-sync plan PIPELINE --remote --allow restored';
      say(
        w(
          `已用 ${copy} 恢复 ${file}。${before.zh}\n在有一次运行把所有记录与飞书比较之前，运行都会停下（检查 restored）。先看看会做什么：${see}`,
          `Restored ${file} from ${copy}.${before.en}\nRuns stop now (guard restored) until one compares all records with Feishu. See what it would do: ${see}`,
        ),
      );
      return EXIT.done;
    } finally {
      present?.release();
    }
  } catch (error) {
    return signals.told(error);
  } finally {
    if (ready !== undefined) discard(ready);
    signals.dispose();
  }
}

/** @throws HireSyncError CONFIG_INVALID */
function refuseItself(copy: string, file: string): void {
  const [one, other] = [copy, file].map((path) => statSync(path, { throwIfNoEntry: false }));
  if (one === undefined || one.dev !== other?.dev || one.ino !== other.ino) return;
  const what = w(
    `${copy} 就是同步台账本身：请指定它的一份副本。`,
    `${copy} is the ledger itself: name a copy of it.`,
  );
  throw new HireSyncError('CONFIG_INVALID', what);
}

/** The ledger as it is, on which nobody may run from now on. */
interface Held {
  readonly ledger: Ledger;
  /** Closes it. The lease stays in it: who opens the old ledger in the very moment in which it is replaced must find it held. */
  closeHeld(): void;
  /** Gives it free, unless it is closed. */
  release(): void;
}

/** Null where there is no ledger, or none that can be read. @throws HireSyncError LEDGER_BUSY, LEDGER_UNWRITABLE */
function hold(file: string): Held | null {
  const ledger = openPresent(file);
  if (ledger === null) return null;
  const owner = `restore-${process.pid}`;
  let lost: { readonly error: unknown } | undefined;
  try {
    ledger.leases.acquire(owner);
  } catch (error) {
    ledger.close();
    throw error;
  }
  const beat = setInterval(() => {
    try {
      ledger.leases.heartbeat(owner);
    } catch (error) {
      lost ??= { error };
    }
  }, HEARTBEAT_MS).unref();
  let isClosed = false;
  const close = (): void => {
    clearInterval(beat);
    isClosed = true;
    ledger.close();
  };
  return {
    ledger,
    closeHeld() {
      if (lost !== undefined) throw lost.error;
      close();
    },
    release() {
      if (isClosed) return;
      if (lost === undefined) ledger.leases.release(owner);
      close();
    },
  };
}

function openPresent(file: string): Ledger | null {
  if (!existsSync(file)) return null;
  try {
    return openLedger({ file, mode: 'write', now: Date.now });
  } catch (error) {
    // That is what copies are for.
    if (HireSyncError.is(error) && error.code === 'LEDGER_INVALID') return null;
    throw error;
  }
}

/** @throws HireSyncError CONFIG_INVALID: ids of one tenant mean nothing in another */
function refuseOtherApp({ owner }: Restorable, present: Held | null, file: string): void {
  const head = readHead(file);
  const beside = head === null || head === 'unreadable' ? null : head.app;
  const ours = present === null ? beside : present.ledger.owner();
  if (owner === null || ours === null) return;
  if (isSameTenant(owner, ours)) return;
  const name = ({ appId, baseUrl }: Tenant) => w(`应用 ${appId}（${baseUrl}）`, `app ${appId} at ${baseUrl}`);
  const [theirs, own] = [name(owner), name(ours)];
  throw new HireSyncError(
    'CONFIG_INVALID',
    w(
      `副本属于${theirs.zh}，同步台账 ${file} 属于${own.zh}。没有任何改动：请恢复成它自己的台账（--ledger FILE）。`,
      `The copy belongs to ${theirs.en}, and the ledger ${file} to ${own.en}. Nothing was changed: restore it to a ledger of its own (--ledger FILE).`,
    ),
  );
}

function questionAbout(
  { copiedAt, records, newestRun, ledger }: Restorable,
  {
    copy,
    file,
    present,
    aside,
  }: {
    readonly copy: string;
    readonly file: string;
    readonly present: Held | null;
    readonly aside: string | null;
  },
): Bilingual {
  const made = zonedTime(copiedAt, localZone());
  const parts = [
    w(
      `用 ${copy} 替换 ${file} 吗？它于 ${made} 生成，有 ${records} 条记录，${newestRun === null ? '没有运行' : `最近的运行是 ${newestRun}`}。`,
      `Put ${copy} in the place of ${file}? It was made ${made} and knows ${records} records, ${newestRun === null ? 'of no run' : `after run ${newestRun}`}.`,
    ),
  ];
  if (present !== null) {
    const entries = present.ledger.upkeep.tally().reduce((sum, tally) => sum + tally.entries, 0);
    const last = present.ledger.runs.list(1)[0]?.id ?? null;
    parts.push(
      w(
        `现在的台账有 ${entries} 条记录，最近的运行：${last ?? '没有'}。`,
        `The ledger there knows ${entries}; its newest run is ${last ?? 'none'}.`,
      ),
    );
    if (present.ledger.restoration.position().ledger !== ledger)
      parts.push(
        w(
          '它是另一个台账，不是这份副本后来的样子。',
          'It is another ledger, not a later state of this copy.',
        ),
      );
  } else if (aside !== null)
    parts.push(
      w(
        '现在的台账读不出来，请自行确认没有运行正在进行。',
        'The ledger there cannot be read, so make sure yourself that no run is going on.',
      ),
    );
  if (aside !== null) parts.push(w(`它会保留为 ${aside}。`, `It is kept as ${aside}.`));
  return w(parts.map(({ zh }) => zh).join(''), parts.map(({ en }) => en).join(' '));
}
