import type { Complaint } from '../complaint.ts';
import type { Bilingual } from '../plan/shape.ts';
import type { Canary, Report } from '../result/report.ts';
import type { UndoReport } from '../result/undo.ts';
import type { Validation } from '../result/validation.ts';
import type { VerifyReport } from '../result/verify.ts';
import { pad } from './columns.ts';
import { costNotes, deadlineWarning } from './cost.ts';
import { counted, rareTallies, tallies, tally } from './counts.ts';
import { KINDS, ofTarget } from './kinds.ts';
import { madeNotes } from './made-notes.ts';
import { type Described, type ReportModel, toldIn } from './report-model.ts';
import { absentNotes, duration, eyeNote, fileNotes, joined, plural, requestNotes, w } from './sentences.ts';
import { shownNotes } from './shown.ts';
import { complaintText, stopNotes } from './stops.ts';
import type { Told } from './telling.ts';
import { verifyNext } from './verify-next.ts';
import { CANARY_WORDS, ROW_WORDS } from './words.ts';

/** The numbers of a report in sentences, those of one command after the other's rules: one sentence a line. */
export function* summaryOf(model: ReportModel): Generator<Bilingual> {
  const { result, target } = model;
  switch (result.mode) {
    case 'plan':
    case 'sync':
      yield* ofRun(result, target, toldIn(model));
      break;
    case 'validate':
      yield* ofValidation(result, target, toldIn(model));
      break;
    case 'verify':
      yield* ofVerify(result, target);
      break;
    case 'undo':
    case 'undo-plan':
      yield* ofUndo(result, toldIn(model));
  }
  if (result.made !== undefined) yield* madeNotes(result.made, result.startedAt);
}

function* ofRun(report: Report, target: Described, told: Told): Generator<Bilingual> {
  const { rows, mode, notAttempted: left } = report;
  const plan = mode === 'plan';
  const planned = (n: number, zh: string, en: string, d: string): Bilingual =>
    plan ? w(`将${zh} ${n}`, `${n} to ${en}`) : w(`已${zh} ${n}`, `${n} ${en}${d}`);
  const noted = notedOf(report);
  const parts = [
    planned(rows.created, '新建', 'create', 'd'),
    planned(rows.updated, '更新', 'update', 'd'),
    w(`未变 ${rows.unchanged}${noted.zh}`, `${rows.unchanged} unchanged${noted.en}`),
    tally(rows.skipped, ROW_WORDS.skipped),
    tally(rows.rejected, ROW_WORDS.rejected),
    tally(rows.held - left, w('待处理（暂不写入）', 'held')),
    ...rareTallies([left, ROW_WORDS.notBegun], rows),
    ...(plan && rows.inDoubt === 0 ? [] : unsure(rows)),
  ];
  const all = joined(parts);
  yield w(
    `${plan ? '计划' : '同步'}：${all.zh} = 读取 ${rows.read} 行。原系统中已不存在 ${report.missing} 条。`,
    `${plan ? 'Plan' : 'Sync'}: ${all.en} = ${plural(rows.read, 'row')} read. ${report.missing} missing in the source.`,
  );
  yield* byFile(report);
  yield* fileNotes(report.files);
  yield* absentNotes(report.absent);
  for (const eye of report.eyes) yield eyeNote(eye);
  yield* orphanNote(report.files, target);
  const fates = fatesOf(report);
  if (fates !== null)
    yield w(`以前运行遗留的结果未知：${fates.zh}。`, `Left in doubt by earlier runs: ${fates.en}.`);
  if (plan) {
    if (report.cost !== null) yield* costNotes(report.cost);
  } else yield* spent(report);
  yield* shownNotes(report);
  yield* canaryNotes(report.canary);
  if (left > 0)
    yield w('未开始的行由下一次运行继续。', 'Rows that were not begun are taken up by the next run.');
  yield* stopNotes(report.stopped, told);
}

const unsure = ({ failed, inDoubt }: { readonly failed: number; readonly inDoubt: number }) => [
  tally(failed, ROW_WORDS.failed),
  tally(inDoubt, ROW_WORDS.inDoubt),
];

/** What there was to note of rows for which nothing needs to be sent. */
function notedOf({ noted: { adopted, recorded, drifted } }: Report): Bilingual {
  const some = tallies([
    [adopted, w('飞书中已有', 'in Feishu already')],
    [recorded, w('已登记', 'recorded')],
    [drifted, w('飞书中被修改', 'changed in Feishu')],
  ]);
  const { zh, en } = joined(some);
  return some.length === 0 ? w('', '') : w(`（${zh}）`, ` (${en})`);
}

/** The rows of each file, where they come from more than one. */
function* byFile({ byFile: files }: Report): Generator<Bilingual> {
  if (files.length < 2) return;
  for (const { file, retried, rows } of files) {
    const { read, ...kinds } = rows;
    const { zh, en } = counted(kinds);
    const waited =
      retried > 0
        ? w(`，其中 ${retried} 行来自以前的晚上`, `, ${retried} of them from earlier nights`)
        : w('', '');
    yield w(
      `  ${file}：${zh} = ${read} 行${waited.zh}。`,
      `  of ${file}: ${en} = ${plural(read, 'row')}${waited.en}.`,
    );
  }
}

function* orphanNote(files: Report['files'], target: Described): Generator<Bilingual> {
  const some = files.filter(({ orphaned }) => orphaned > 0);
  if (some.length === 0) return;
  const { zh, en } = joined(
    some.map(({ file, orphaned }) => w(`${file} ${orphaned} 行`, `${orphaned} in ${file}`)),
  );
  yield ofTarget(
    w(`找不到所属{one}的明细行：${zh}（未导入）。`, `Child rows without a parent: ${en} (not imported).`),
    target,
  );
}

function fatesOf({ recovered }: Report): Bilingual | null {
  const { adopted = 0, created = 0, held = 0, open = 0 } = recovered ?? {};
  const some = tallies([
    [adopted, w('在飞书中找到并关联', 'found in Feishu and adopted')],
    [created, w('重发同一请求后建成', 'created by the same request again')],
    [held, ROW_WORDS.held],
    [open, w('仍然未知', 'still in doubt')],
  ]);
  return some.length === 0 ? null : joined(some);
}

/** What a sync took. */
function* spent(report: Report): Generator<Bilingual> {
  yield* requestNotes(report.requests);
  const { rows, maxWritesPer1000ms: busiest, cost } = report;
  const took = duration(report.durationMs);
  if (busiest + rows.created + rows.updated === 0)
    yield w(`没有写入。用时 ${took.zh}。`, `Nothing was written. Took ${took.en}.`);
  else yield busiestNote(busiest, report.durationMs);
  const warning = cost === null ? null : deadlineWarning(cost);
  if (warning !== null) yield warning;
}

function busiestNote(busiest: number, durationMs: number): Bilingual {
  const took = duration(durationMs);
  return w(
    `任意一秒内最多发出 ${busiest} 次写入。用时 ${took.zh}。`,
    `At most ${busiest} writes started within any second. Took ${took.en}.`,
  );
}

function* canaryNotes(canary: Canary | null): Generator<Bilingual> {
  if (canary === null) return;
  const { rows, equal } = canary;
  for (const { key, is, fields } of rows) {
    const { zh, en } = CANARY_WORDS[is];
    const paths = fields.length > 0 ? `  ${fields.join(', ')}` : '';
    yield w(`  ${pad(zh, 10)} ${key}${paths}`, `  ${pad(en, 10)} ${key}${paths}`);
  }
  yield canaryNote(rows.length, equal);
}

/** What became of a canary run, in one sentence. */
export function canaryNote(rows: number, equal: number): Bilingual {
  return w(
    `小批试写：已写入并读回 ${rows} 条，其中 ${equal} 条与发送的一致。`,
    `Canary: ${plural(rows, 'change')} written and read back, ${equal} of them equal to what was sent.`,
  );
}

function* ofValidation(result: Validation, target: Described, told: Told): Generator<Bilingual> {
  const { rows, refused } = result;
  yield* fileNotes(result.files);
  yield* absentNotes(result.absent);
  for (const eye of result.eyes) yield eyeNote(eye);
  for (const complaint of result.complaints) yield complaintNote(complaint, told);
  if (result.orphans > 0)
    yield ofTarget(
      w(
        `${result.orphans} 个明细行找不到所属{one}。`,
        `${result.orphans === 1 ? '1 child row has' : `${result.orphans} child rows have`} no parent.`,
      ),
      target,
    );
  if (rows.unchecked > 0)
    yield w(
      `所有文件共 ${rows.unchecked} 行只读取、未检查：要先解决无法读取的文件。`,
      `${plural(rows.unchecked, 'row')}, of all files, ${rows.unchecked === 1 ? 'was' : 'were'} read and not mapped: the refused file comes first.`,
    );
  else if (refused.some(({ line, offset }) => line !== null || offset !== null))
    yield w('该位置之后的行未知。', 'The rows behind the place are unknown.');
  const { valid, skipped, rejected, held } = ROW_WORDS;
  const all = joined([
    tally(rows.valid, valid),
    tally(rows.skipped, skipped),
    tally(rows.rejected, rejected),
    tally(rows.held, held),
    ...rareTallies([rows.unchecked, ROW_WORDS.unchecked], rows),
  ]);
  yield w(`检查：${all.zh} = 读取 ${rows.read} 行。`, `${all.en} = ${plural(rows.read, 'row')} read.`);
}

function* ofVerify(report: VerifyReport, target: Described): Generator<Bilingual> {
  const { records, unknown, applications, resumed, meanwhile } = report;
  const kinds = ['equal', 'changed', 'missing', 'open'] as const;
  const all = joined(kinds.map((kind) => tally(records[kind], KINDS[kind].name)));
  const search =
    unknown === null
      ? w('未查找其他对象（--known-only）。', 'Other objects were not looked for (--known-only).')
      : w(
          `${applications} 个投递之下，飞书中多出的{one} ${unknown} 个。`,
          `${unknown} unknown among the objects of ${plural(applications, 'application')}.`,
        );
  yield ofTarget(
    w(
      `核对：${all.zh} = ${records.read} 条记录。${search.zh}`,
      `Verify: ${all.en} = ${plural(records.read, 'record')}. ${search.en}`,
    ),
    target,
  );
  if (resumed > 0)
    yield w(
      `${resumed} 条记录由先前中断的核对读取。`,
      `${plural(resumed, 'record')} had been read by an earlier verify that was interrupted.`,
    );
  if (meanwhile !== null) yield meanwhileNote(meanwhile);
  yield* verifyNext(report);
  yield* requestNotes(report.requests);
  const took = duration(report.durationMs);
  yield w(`没有写入任何内容。用时 ${took.zh}。`, `Nothing was written. Took ${took.en}.`);
}

/** That another run wrote while a verify read. */
export function meanwhileNote(run: string): Bilingual {
  return w(
    `期间有运行 ${run}；它写入的已重新读取。`,
    `Run ${run} was going on meanwhile; what it wrote was read again.`,
  );
}

function* ofUndo(report: UndoReport, told: Told): Generator<Bilingual> {
  const { mode, undoes, rows, cost } = report;
  if (rows.read === 0) {
    yield w(`撤销运行 ${undoes}：没有可撤销的。`, `Undo of run ${undoes}: there is nothing to take back.`);
    return;
  }
  const plan = mode === 'undo-plan';
  const parts = [
    w(`${plan ? '将' : '已'}改回 ${rows.restored}`, `${rows.restored} ${plan ? 'to restore' : 'restored'}`),
    w(`${plan ? '将' : '已'}删除 ${rows.deleted}`, `${rows.deleted} ${plan ? 'to delete' : 'deleted'}`),
    tally(rows.ledger, ROW_WORDS.ledger),
    tally(rows.left, ROW_WORDS.left),
    ...(plan ? [] : unsure(rows)),
    ...tallies([[rows.notBegun, ROW_WORDS.notBegun]]),
  ];
  const all = joined(parts);
  yield w(
    `撤销运行 ${undoes}：${all.zh} = ${rows.read} 条记录。`,
    `Undo of run ${undoes}: ${all.en} = ${plural(rows.read, 'record')}.`,
  );
  if (cost !== null) {
    const took = duration(cost.expectedMs);
    yield w(
      `预计耗时与请求量：写入请求 ${cost.requests} 次，按每秒 ${cost.ratePerSecond} 次约需 ${took.zh}。`,
      `Cost: ${cost.requests} write requests, about ${took.en} at ${cost.ratePerSecond} requests/s.`,
    );
    return;
  }
  yield* requestNotes(report.requests);
  yield busiestNote(report.maxWritesPer1000ms, report.durationMs);
  if (rows.failed + rows.inDoubt + rows.notBegun > 0)
    yield w(
      `\`hire-sync undo --run ${undoes}\` 会继续处理其余的。`,
      `\`hire-sync undo --run ${undoes}\` goes on with the rest.`,
    );
  yield* stopNotes(report.stopped, told);
}

/** What would stop a sync of this export. */
export function complaintNote(complaint: Complaint, told: Told): Bilingual {
  const { zh, en } = complaintText(complaint, told);
  return w(`同步会停止（检查 ${complaint.guard}）：${zh}。`, `A sync would stop: ${en}.`);
}
