import { TARGETS, type TargetName } from '../../src/feishu/targets.ts';
import { createCheck } from '../../src/plan/canonical.ts';
import { openFindings } from '../../src/plan/findings.ts';
import { guarded } from '../../src/plan/guard.ts';
import { modelOfFindings, modelOfRun } from '../../src/report/models.ts';
import type { Mode, ReportModel } from '../../src/report/report-model.ts';
import type { Made } from '../../src/result/made.ts';
import { stoppedBy } from '../../src/result/stopped.ts';
import type { UndoKind } from '../../src/result/undo.ts';
import type { VerifyKind } from '../../src/result/verify.ts';
import { everyKind } from './every-kind.ts';
import { aCost, aFile, aReport, at, planOf } from './plan-of.ts';

const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
export const MADE: Made = {
  version: '0.1.0',
  app: { baseUrl: 'https://open.feishu.cn', appId: 'cli_a1b2c3d4e5f6' },
  zone: 'Asia/Shanghai',
  zoneOf: 'pipeline',
  plan: sha256,
};
const startedAt = '2026-11-21T00:19:30.000Z';
const requests = { 'external_interview.batch_query': { sent: 5, retried: 1, limited: 0 } };

/** The report of every command, with something of every kind in it. */
export function sixModels(): Readonly<Record<Mode, ReportModel>> {
  const target = TARGETS.external_interview;
  const store = planOf(everyKind());
  store.addMissing([{ key: 'gone', remoteId: '9' }]);
  store.addOrphan({
    ...{ file: 'assessments.csv', line: 33, zh: 'interviews.csv 中没有“id”为“X”的行' },
    message: 'No row of interviews.csv has id "X"',
  });
  const files = [aFile({ rows: 132, bytes: 40_960, encoding: 'gb18030', blank: 2, sha256 })];
  const rows = { ...aReport().rows, read: 12, created: 2, unchanged: 4, skipped: 1, rejected: 1, held: 2 };
  const run = {
    made: MADE,
    rows,
    files,
    requests,
    orphans: 1,
    missing: 1,
    cost: aCost(),
    allowed: ['changed'],
  };
  const rejected = { guard: 'rejected', rejected: 20, rows: 72, allows: 0.05 } as const;
  const field = {
    guard: 'field',
    path: 'interview_assessments.content',
    emptied: true,
    records: 50,
    known: 80,
    allows: 0.5,
  } as const;
  const complaints = [rejected, field];
  const stopped = stoppedBy(guarded([rejected]));
  const absent = [{ file: 'interviews.csv', member: 'notes', nearest: 'note' }];
  const eyes = [
    { code: 'zeros-behind-15-digits', file: 'interviews.csv', column: 'id', rows: 3, lines: [2, 3] },
  ] as const;
  const record = { application: '6960663240925956437', against: '', reason: null, fields: [] };
  const verified = openFindings<VerifyKind>();
  const conclusion = { path: 'interview_assessments[0].conclusion', before: 2, after: 1 };
  const unanswered = { code: 'create-in-doubt', sentAtMs: 1_709_600_700_000 } as const;
  verified.put([
    { ...record, kind: 'changed', key: 'R-1', remoteId: '69000000001', fields: [conclusion] },
    { ...record, kind: 'missing', key: 'R-2', remoteId: '69000000002' },
    { ...record, kind: 'unknown', key: null, remoteId: '69000000003' },
    { ...record, kind: 'open', key: 'R-4', remoteId: null, reason: unanswered },
    { ...record, kind: 'equal', key: 'R-5', remoteId: '69000000005' },
  ]);
  const undone = openFindings<UndoKind>();
  undone.put([
    { ...record, kind: 'restore', key: 'R-1', remoteId: '69000000001', fields: [conclusion] },
    { ...record, kind: 'delete', key: 'R-2', remoteId: '69000000002' },
    {
      ...record,
      kind: 'left',
      key: 'R-3',
      remoteId: '6',
      reason: { code: 'undo-edited-since' },
      fields: [conclusion],
    },
    { ...record, kind: 'ledger', key: 'R-4', remoteId: '7', reason: { code: 'undo-recorded' } },
  ]);
  const undo = {
    run: '20261121-101930-3f9a2c',
    pipeline: 'legacy-ats',
    made: { ...MADE, plan: null },
    undoes: '20261121-001930-3f9a2c',
    exitCode: 3,
    files: [],
    requests,
    maxWritesPer1000ms: 9,
    startedAt,
    durationMs: 2000,
    stopped: null,
  };
  const taken = { read: 4, restored: 1, deleted: 1, ledger: 1, left: 1, failed: 0, inDoubt: 0, notBegun: 0 };
  return {
    plan: modelOfRun(aReport({ ...run, mode: 'plan', stopped }), store, target),
    sync: modelOfRun(aReport({ ...run, mode: 'sync' }), store, target),
    validate: modelOfRun(
      {
        pipeline: 'legacy-ats',
        mode: 'validate',
        made: { ...MADE, zoneOf: 'machine' },
        startedAt,
        exitCode: 3,
        rows: { read: 12, valid: 2, unchecked: 0, skipped: 1, rejected: 1, held: 2 },
        orphans: 1,
        files,
        absent,
        eyes,
        verdicts: null,
        refused: [],
        complaints,
      },
      store,
      target,
    ),
    verify: modelOfFindings(
      {
        pipeline: 'legacy-ats',
        mode: 'verify',
        made: MADE,
        exitCode: 10,
        records: { read: 4, equal: 1, changed: 1, missing: 1, open: 1 },
        unknown: 1,
        applications: 4,
        resumed: 0,
        meanwhile: null,
        requests,
        startedAt,
        durationMs: 2000,
      },
      verified,
      target,
    ),
    'undo-plan': modelOfFindings(
      {
        ...undo,
        mode: 'undo-plan',
        rows: taken,
        cost: { requests: 2, ratePerSecond: 9, expectedMs: 222 },
      },
      undone,
      target,
    ),
    undo: modelOfFindings(
      { ...undo, mode: 'undo', rows: { ...taken, notBegun: 2 }, cost: null },
      undone,
      target,
    ),
  };
}

/** A plan about background checks. */
function checksModel(): ReportModel {
  const target = TARGETS['external_background_check' satisfies TargetName];
  const body = { external_application_id: '69', date: 1_709_600_700_000, name: '学历核查', result: '无异常' };
  const checked = createCheck(target)(body);
  if (!checked.ok) throw new Error('no payload');
  const fields = [{ path: 'result', before: '待确认', after: '无异常' }];
  const { payload } = checked;
  const store = planOf([
    { kind: 'create', key: 'BG-1', origin: at(2), payload },
    { kind: 'update', key: 'BG-2', origin: at(3), remoteId: '1', payload, fields },
  ]);
  return modelOfRun(aReport({ mode: 'plan', made: MADE, cost: aCost() }), store, target);
}

/** Every command, and background checks instead of interviews. */
export const EVERY_MODEL = ['plan', 'sync', 'validate', 'verify', 'undo-plan', 'undo', 'checks'] as const;

export function modelNamed(name: (typeof EVERY_MODEL)[number]): ReportModel {
  return name === 'checks' ? checksModel() : sixModels()[name];
}
