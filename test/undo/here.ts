import { TARGETS } from '../../src/feishu/targets.ts';
import { openFindings } from '../../src/plan/findings.ts';
import { jsonReport } from '../../src/report/json.ts';
import { modelOfFindings } from '../../src/report/models.ts';
import type { UndoKind } from '../../src/result/undo.ts';
import { applyUndo, closeLeft } from '../../src/undo/apply-undo.ts';
import { planUndo } from '../../src/undo/plan-undo.ts';
import { reportOf as undoReportOf } from '../../src/undo/summary.ts';
import { openState } from '../../src/verify/state.ts';
import { before, reportOf as verifyReportOf } from '../../src/verify/summary.ts';
import { verify } from '../../src/verify/verify.ts';
import { openHere } from '../faults/in-process.ts';
import type { Stage } from '../faults/stage.ts';
import { TARGET } from '../target.ts';

const OPTIONS = { language: 'en', redact: false, limit: 0 } as const;

/** `hire-sync undo --run RUN --yes --json` in this process: a child for each of many costs too much. */
export async function undoHere(stage: Stage, undoes: string): Promise<string> {
  const { id, ledger, writer, close } = openHere(stage);
  const findings = openFindings<UndoKind>();
  try {
    ledger.leases.acquire(id);
    const job = { run: id, undoes, pipeline: 'faults' };
    const reading = { ...writer, target: TARGETS[TARGET], now: Date.now };
    const deps = { ledger, findings, reading };
    await planUndo(job, deps);
    await closeLeft(job, deps);
    ledger.runs.start({ id, pipeline: job.pipeline, mode: 'undo', startedAt: Date.now() });
    await applyUndo(job, writer, deps, () => {});
    const took = { startedAt: Date.now(), now: Date.now(), rate: 200, writer, stopped: null };
    const report = undoReportOf('undo', job, findings, took);
    return [...jsonReport(modelOfFindings(report, findings, TARGETS[TARGET]), OPTIONS)].join('');
  } finally {
    findings.close();
    await close();
  }
}

/** `hire-sync verify faults --json` in this process. */
export async function verifyHere(stage: Stage, knownOnly: boolean): Promise<string> {
  const { ledger, writer, close } = openHere(stage);
  const pipeline = 'faults';
  const state = openState(
    `${stage.ledgerFile}.verify-${pipeline}`,
    { pipeline, ...writer.tenant },
    Date.now(),
  );
  try {
    const started = before(ledger, Date.now());
    const reading = { ...writer, target: TARGETS[TARGET], now: Date.now };
    await verify({ pipeline, ledger, state, knownOnly, reading, onProgress: () => {} });
    const requests = writer.requests();
    const report = verifyReportOf(started, { pipeline, ledger, state, knownOnly, requests, now: Date.now() });
    const text = [...jsonReport(modelOfFindings(report, state, TARGETS[TARGET]), OPTIONS)].join('');
    state.finish();
    return text;
  } finally {
    await close();
  }
}
