import { basename, dirname, join } from 'node:path';
import { HireSyncError } from '../errors.ts';
import type { Target } from '../feishu/target.ts';
import { TARGETS } from '../feishu/targets.ts';
import { backupPlace, isShared } from '../keeping/backups.ts';
import { completeForgetting, type ForgetDeps } from '../keeping/forget.ts';
import { rejectPlace } from '../keeping/rejects.ts';
import { runDataPlace } from '../keeping/run-data.ts';
import { savedPlanPlace } from '../keeping/saved-plans.ts';
import { SPOOLS, spoolPlace } from '../keeping/spools.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { w } from '../report/sentences.ts';
import { countErased, eraseStored } from '../report/stored.ts';
import type { Certificate, ForgetReport } from '../result/certificate.ts';
import { EXIT } from '../result/exit.ts';
import { deleteRecord } from '../undo/delete-record.ts';
import type { OpenWriter } from './open-writer.ts';
import { say } from './output.ts';
import { newRunId } from './prepare.ts';
import { runsFolder, STORED } from './run-folder.ts';
import { besideOf, leaveTrail } from './trail.ts';

/** The folders in which saved plans are looked for: the ledger's, `plans/` in it, and the working folder. */
export function planFolders(ledgerFile: string): readonly string[] {
  const home = dirname(ledgerFile);
  return [...new Set([home, join(home, 'plans'), process.cwd()])];
}

/** Whether a run's folder is the ledger's. Of a plan, which the ledger does not note, it is where nobody else's ledger lies. */
export function belongsTo(ledger: Pick<Ledger, 'file' | 'runs' | 'owner'>): (folder: string) => boolean {
  const shared = isShared(ledger.file, dirname(ledger.file), ledger.owner());
  return (folder) => !shared || ledger.runs.find(basename(folder)) !== undefined;
}

/**
 * Where text about records may lie, and how it is erased there. `writerFor`: the way to Feishu, for one kind of object.
 * `leaveInFeishu`: what is there stays, and is named.
 */
export function forgetDeps(
  ledger: Ledger,
  run: string,
  writerFor: (target: Target) => OpenWriter,
  leaveInFeishu = false,
): ForgetDeps & { readonly requests: () => ForgetReport['requests'] } {
  const folder = dirname(ledger.file);
  const runs = runsFolder(ledger.file);
  const owner = ledger.owner();
  const belongs = belongsTo(ledger);
  const plans: { was: string; is: string }[] = [];
  const { ledger: name } = ledger.restoration.position();
  const about = { ledger: name, owner, stones: ledger.forgotten.all };
  const backups = backupPlace(ledger.file, folder, about);
  const writers = new Map<Target, OpenWriter>();
  const opened = async (target: Target, pipeline: string): Promise<OpenWriter> => {
    const known = writers.get(target);
    if (known !== undefined) return known;
    const writer = writerFor(target);
    writers.set(target, writer);
    ledger.checkTenant(writer.tenant);
    await writer.ready();
    // As any run that writes: a ledger that is older than this is told from one that is not.
    ledger.restoration.note([pipeline], besideOf(ledger.file), writer.tenant);
    leaveTrail(ledger, { run, pipeline, tenant: writer.tenant });
    return writer;
  };
  return {
    ledger,
    folder,
    plans,
    now: Date.now,
    places: [
      runDataPlace(runs, belongs, { name: STORED, count: countErased, erase: eraseStored }),
      rejectPlace(runs, belongs),
      savedPlanPlace(planFolders(ledger.file), owner, (was, is) => {
        ledger.planUses.renamed(was, is);
        plans.push({ was, is });
      }),
      spoolPlace(join(folder, SPOOLS)),
      backups,
    ],
    others: backups.others,
    async deleteInFeishu(record) {
      const entry = ledger.find(record.pipeline, record.key);
      if (entry === undefined) return { kind: 'none' };
      const { remoteId } = entry;
      if (leaveInFeishu) return { kind: 'not-deleted', ids: remoteId === null ? [] : [remoteId], code: null };
      const target = Object.values(TARGETS).find(({ name: kind }) => kind === entry.target);
      if (target === undefined)
        throw new HireSyncError(
          'LEDGER_INVALID',
          `A record that is being forgotten is of the kind ${entry.target}, which this hire-sync does not know. Use the one that wrote it.`,
        );
      const writer = await opened(target, record.pipeline);
      return deleteRecord(run, record, writer, { ledger, reading: { ...writer, target, now: Date.now } });
    },
    requests: () => Object.assign({}, ...[...writers.values()].map((writer) => writer.requests())),
  };
}

/**
 * Carries out what was begun, as a run of its own that the ledger notes, under the lease of `run`. The exit code is 3 where
 * something is left for a person.
 */
export async function carryOutForgetting(
  ledger: Ledger,
  run: string,
  deps: ReturnType<typeof forgetDeps>,
): Promise<readonly Certificate[]> {
  const [pipeline = ''] = ledger.forgotten.begun().map((record) => record.pipeline);
  ledger.runs.start({ id: run, pipeline, mode: 'forget', startedAt: Date.now() });
  const end = (state: 'finished' | 'stopped', exitCode: number, forgotten: number): void => {
    const summary = JSON.stringify({
      mode: 'forget',
      rows: { read: forgotten, forgotten },
      requests: deps.requests(),
    });
    ledger.runs.finish({ id: run, state, finishedAt: Date.now(), exitCode, summary });
  };
  try {
    const certificates = await completeForgetting(deps);
    end('finished', exitCodeOf(certificates), certificates.length);
    return certificates;
  } catch (error) {
    try {
      end('stopped', EXIT.error, 0);
    } catch {
      // A ledger that takes nothing any more is why it stopped.
    }
    throw error;
  }
}

export function exitCodeOf(certificates: readonly Certificate[]): number {
  const open = certificates.some(({ left, feishu }) => left.length + feishu.notDeleted.length > 0);
  return open ? EXIT.leftOpen : EXIT.done;
}

/**
 * Completes, before a run does anything else, what a command that was killed has begun; or what an older copy of the ledger,
 * put in its place, has brought back. It is a run of its own; `owner` is the one that holds the lease before and after.
 */
export async function completeBegun(
  ledger: Ledger,
  owner: string,
  way: {
    readonly writerFor: (target: Target) => OpenWriter;
    readonly passTo: (run: string) => void;
  },
): Promise<void> {
  if (ledger.forgotten.begun().length === 0) return;
  const run = newRunId();
  way.passTo(run);
  const certificates = await carryOutForgetting(ledger, run, forgetDeps(ledger, run, way.writerFor)).catch(
    (error) => {
      say(
        w(
          '有记录正在遗忘，尚未完成，这要先做完。`hire-sync forget … --leave-in-feishu` 只在本机抹除。',
          'Records are being forgotten, and that comes first. `hire-sync forget … --leave-in-feishu` erases them here only.',
        ),
      );
      throw error;
    },
  );
  way.passTo(owner);
  say(
    w(
      `已完成先前开始的遗忘（${certificates.length} 条）；\`hire-sync forget\` 再次给出证明。`,
      `Completed what was begun: ${certificates.length} forgotten. \`hire-sync forget\` with the same words gives the certificate again.`,
    ),
  );
}

/** @throws HireSyncError CONFIG_INVALID while records are being forgotten */
export function refuseBegun(ledger: Ledger): void {
  const pipelines = new Set(ledger.forgotten.begun().map(({ pipeline }) => pipeline));
  if (pipelines.size === 0) return;
  throw new HireSyncError(
    'CONFIG_INVALID',
    w(
      `${[...pipelines].join('、')} 有记录正在遗忘，尚未完成。下一次同步或 \`hire-sync forget\` 会做完；然后再执行本命令。`,
      `Records of ${[...pipelines].join(', ')} are being forgotten, and not all of it is done. The next sync, or \`hire-sync forget\`, completes it; then run this again.`,
    ),
  );
}

/** @throws HireSyncError CONFIG_INVALID for a run that forgot records: it cannot be taken back */
export function refuseForgetRun({ id, mode }: { readonly id: string; readonly mode: string }): void {
  if (mode !== 'forget') return;
  throw new HireSyncError(
    'CONFIG_INVALID',
    w(
      `运行 ${id} 遗忘了记录：抹除的内容已不存在。\`hire-sync forget … --revoke\` 让下一次同步重新新建。`,
      `Run ${id} forgot a record: what it erased is nowhere any more. \`hire-sync forget … --revoke\` lets the next sync create it anew.`,
    ),
  );
}
