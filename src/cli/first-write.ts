import { HireSyncError } from '../errors.ts';
import { isLoopback } from '../feishu/base-url.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Writer } from '../pipeline/job.ts';
import type { PlanStore } from '../plan/plan-store.ts';
import { w } from '../report/sentences.ts';
import { confirm } from './confirm.ts';
import { told } from './output.ts';
import type { Progress } from './progress.ts';

/** What `firstWrite` needs. */
interface Parts {
  readonly writer: Writer;
  readonly ledger: Pick<Ledger, 'file' | 'bind' | 'upkeep'>;
  readonly store: Pick<PlanStore, 'count'>;
  readonly canary: number | undefined;
  /** `--yes` */
  readonly yes: boolean;
  readonly progress: Pick<Progress, 'aside'>;
  /** stdin and stderr. */
  readonly terminal: { readonly input: Input; readonly output: Output };
}

type Input = Parameters<typeof confirm>[1];
type Output = NodeJS.WritableStream & { readonly isTTY?: boolean };

/**
 * Watches over a run's first write to an app of which the ledger has no record: says which app it is and how much goes
 * there, and asks where somebody sits at a terminal. Until then the ledger is not bound to the app, so that a no leaves it
 * free for the right one.
 */
export function firstWrite(parts: Parts): {
  /** In place of the writer's own: signs in, and binds a ledger that has records. */
  readonly ready: Writer['ready'];
  /** @throws HireSyncError CONFIG_INVALID when somebody was asked and did not say yes, INTERRUPTED */
  readonly beforeWriting: () => Promise<void>;
} {
  const { writer, ledger } = parts;
  const isFirst = ledger.upkeep.isEmpty();
  let isSignedIn = false;
  return {
    async ready() {
      await writer.ready();
      isSignedIn = true;
      if (!isFirst) ledger.bind(writer.tenant);
    },
    async beforeWriting() {
      if (!isFirst) return;
      await announce(parts);
      // A plan that asks Feishu nothing may be for an app that was misspelt.
      if (isSignedIn) ledger.bind(writer.tenant);
    },
  };
}

async function announce({
  writer,
  ledger,
  store,
  canary,
  yes,
  progress,
  terminal: { input, output },
}: Parts): Promise<void> {
  const [creates, updates] = [store.count('create'), store.count('update')];
  if (creates + updates === 0) return;
  const { appId, baseUrl } = writer.tenant;
  const now = canary === undefined ? w('', '') : w(`，其中本次 ${canary}`, `, ${canary} of them now`);
  const text = w(
    `首次写入应用 ${appId}（${baseUrl}）：将新建 ${creates}，更新 ${updates}${now.zh}。台账 ${ledger.file} 中还没有任何记录。`,
    `First write to app ${appId} at ${baseUrl}: ${creates} to create, ${updates} to update${now.en}. The ledger ${ledger.file} has no record yet.`,
  );
  // A cron's first night must not fail for want of somebody to ask.
  const asks = !yes && input.isTTY && output.isTTY === true && !isLoopback(new URL(baseUrl).hostname);
  await progress.aside(async () => {
    if (!asks) output.write(`${told(text)}\n`);
    else if (!(await confirm(text, input, output, writer.stopping)))
      throw new HireSyncError(
        'CONFIG_INVALID',
        w('没有得到 yes：没有发出任何请求。', 'Nobody said yes: nothing was sent.'),
      );
  });
}
