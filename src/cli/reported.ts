import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Ledger } from '../ledger/ledger.ts';
import { openPlanStore, type PlanStore } from '../plan/plan-store.ts';
import { settledState } from '../plan/settled-state.ts';
import type { Bilingual } from '../plan/shape.ts';
import { writeWhole } from '../pull/write-whole.ts';
import { childTables, PARENT_TABLE } from '../readers/reject-tables.ts';
import { modelOfRun } from '../report/models.ts';
import { type RejectFile, rejectFiles } from '../report/rejects.ts';
import { toldIn } from '../report/report-model.ts';
import { w } from '../report/sentences.ts';
import { stopText, stopTold } from '../report/stops.ts';
import { storeRun } from '../report/stored.ts';
import { EXIT } from '../result/exit.ts';
import { endedWith, type Report } from '../result/report.ts';
import { say, sayWhy } from './output.ts';
import type { Prepared } from './prepare.ts';
import { allWritten, type Failure, giveOut, tryTo } from './reports.ts';
import { forgetOldRuns, STORED } from './run-folder.ts';

/** As `reportedOn`; closes the ledger as well. */
export async function reported(
  prepared: Prepared,
  ledger: Ledger,
  work: (store: PlanStore) => Promise<Report>,
): Promise<Report> {
  try {
    return await reportedOn(prepared, ledger, work);
  } finally {
    ledger.close();
  }
}

/** Opens a plan, lets `work` fill it and report, gives out the report, and closes the plan. */
export async function reportedOn(
  { pipeline, run, runs, wishes }: Prepared,
  ledger: Pick<Ledger, 'find'>,
  work: (store: PlanStore) => Promise<Report>,
): Promise<Report> {
  const store = openPlanStore();
  try {
    const made = await work(store);
    const folder = join(runs, run);
    const rejects = join(folder, PARENT_TABLE.name);
    const failures: Failure[] = [];
    const { name, source } = pipeline;
    const isFedBack = source.withRecords !== undefined;
    const stateOf = (key: string) => settledState(ledger.find(name, key));
    let written: readonly RejectFile[] = [];
    if (made.rows.rejected > 0)
      failures.push(
        ...tryTo(w('数据有误的行', 'the rejected rows'), rejects, () => {
          const tables = childTables(source);
          written = rejectFiles(store, {
            ...{ run, pipeline: name, tables, isFedBack, stateOf },
            language: wishes.language,
          });
          writeRejects(folder, written);
        }),
      );
    if (made.mode === 'sync') {
      const data = join(folder, STORED);
      const kept = failures.length === 0 ? made : endedWith(made, EXIT.error);
      failures.push(
        ...tryTo(w('运行的数据', 'the data of the run'), data, () =>
          storeRun(data, modelOfRun(kept, store, pipeline.target)),
        ),
      );
      forgetOldRuns(runs);
    }
    // A plan is what was asked for: that it has no reject file is a remark.
    const report = failures.length === 0 || made.mode === 'plan' ? made : endedWith(made, EXIT.error);
    const model = modelOfRun(report, store, pipeline.target);
    const unwritten = await giveOut(model, wishes);
    // Why a run stopped is why it ends as it does; what could not be written as well is a remark then.
    allWritten(failures, report.stopped !== null || report.mode === 'plan');
    allWritten(unwritten, report.stopped !== null);
    if (report.mode === 'plan' && failures.length > 0) say(WITHOUT_REJECTS);
    if (report.rows.rejected > 0 && failures.every(({ file }) => file !== rejects))
      say(whereRejectsAre(relative(process.cwd(), folder), written, isFedBack));
    // A terminal that shows the report has just shown why.
    const isSeen = wishes.format === 'text' && process.stdout.isTTY && process.stderr.isTTY;
    if (report.stopped !== null)
      sayWhy(isSeen ? stopText(report.stopped) : stopTold(report.stopped, toldIn(model)));
    return unwritten.length === 0 ? report : endedWith(report, EXIT.error);
  } finally {
    store.close();
  }
}

const WITHOUT_REJECTS = w(
  '计划照常完成。数据有误的行写在同步台账旁边的文件夹中：请以可写入该文件夹的用户运行；或加 --report FILE.csv（写到别处），其中列出每一行及其问题。',
  'The plan is made all the same. Rejected rows go into the folder beside the ledger: run it as a user who may write there, or say --report FILE.csv (written elsewhere), which names each row and what is wrong with it.',
);

function whereRejectsAre(folder: string, files: readonly RejectFile[], isFedBack: boolean): Bilingual {
  const [own = '', ...others] = files.map(({ name }) => name);
  const place = join(folder, own);
  // Records of JSON cannot be made from a table's rows.
  if (!isFedBack)
    return w(
      `数据有误的行，请在导出中改正：${place}`,
      `Rejected rows, to be corrected in the export: ${place}`,
    );
  const names = others.join(', ');
  const children = names === '' ? w('', '') : w(`（其明细行：${names}）`, ` (of their children: ${names})`);
  return w(
    `数据有误的行，请改正：${place}${children.zh}`,
    `Rejected rows, to be corrected: ${place}${children.en}`,
  );
}

/** Each once to be corrected, and once to compare the corrected file with. */
function writeRejects(folder: string, files: readonly RejectFile[]): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const { name, original, pieces } of files)
    for (const copy of [name, original]) writeWhole(join(folder, copy), pieces());
}
