import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'vitest';
import { TARGETS } from '../../src/feishu/targets.ts';
import type { Intent } from '../../src/ledger/entries.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { createCheck } from '../../src/plan/canonical.ts';
import { openFindings } from '../../src/plan/findings.ts';
import { GUARDS } from '../../src/plan/guard.ts';
import { eachChange } from '../../src/plan/plan-store.ts';
import type { Reason } from '../../src/reason.ts';
import { UNDO_DONE, UNDO_PLANNED, type UndoKind } from '../../src/result/undo.ts';
import { applyUndo } from '../../src/undo/apply-undo.ts';
import { planUndo } from '../../src/undo/plan-undo.ts';
import { openState } from '../../src/verify/state.ts';
import { verify } from '../../src/verify/verify.ts';
import { runCli } from '../faults/cli.ts';
import { type HereOptions, openHere, runHere } from '../faults/in-process.ts';
import { bodyOf, type Row, someRows } from '../faults/rows.ts';
import { aStage, type Stage, type StageOptions } from '../faults/stage.ts';

/** The record that all these stories are about. */
export const KEY = 'R-001';
export const ROWS = someRows(3);
export const [ROW] = ROWS as [Row, ...Row[]];
/** Longer than the time in which what is missing, or odd, is looked at several times. */
const STEP_MS = 2 * 60_000;
const QUICK = { attempts: 2, baseMs: 1, capMs: 5 };

/** A record with a reason, and what can be done about it. */
export interface Scene {
  readonly stage: Stage;
  /** The reason why the record is not as it should be, looked for in the way a user would meet it. */
  readonly look: () => Promise<Reason | null>;
  /** The event by which the catalogue says that it ends. */
  readonly happens?: () => unknown;
  /** What has to be so before a command of the catalogue can help. */
  readonly before?: () => unknown;
  /** An object in Feishu that may be named as the record's. */
  readonly object?: () => Promise<string>;
}

export type Arrange = (context: TestContext) => Promise<Scene>;

/** A stage with runs in this process, each two minutes after the one before. */
export async function aPlace(
  context: TestContext,
  options: Partial<StageOptions> & { readonly edit?: (pipeline: string) => string } = {},
) {
  const { edit, ...over } = options;
  const stage = await aStage(context, { rows: ROWS, ...over });
  if (edit !== undefined) writeFileSync(stage.pipelineFile, edit(readFileSync(stage.pipelineFile, 'utf8')));
  let passedMs = 0;
  const now = (): number => Date.now() + passedMs;
  const here = (): HereOptions => {
    passedMs += STEP_MS;
    return { now, policy: QUICK, allowed: GUARDS, readBackWaitsMs: [50, 100, 200] };
  };

  /** A run; the reason of the record in its plan as the run leaves it. */
  const run = async (given: HereOptions = {}) => {
    let reason: Reason | null = null;
    const report = await runHere(stage, {
      ...here(),
      ...given,
      onEnd: (store) => {
        for (const { change } of eachChange(store, ['held', 'in-doubt', 'skipped']))
          if (change.key === KEY && 'reason' in change) reason = change.reason;
      },
    });
    return { report, reason: reason as Reason | null };
  };
  /** A run that must end well; its id. */
  const night = async (rows: readonly Row[], given: HereOptions = {}): Promise<string> => {
    stage.write(rows);
    const { report } = await run(given);
    if (report.exitCode !== 0) throw new Error(`exit ${report.exitCode}: ${JSON.stringify(report.rows)}`);
    return report.run;
  };
  const withLedger = async (work: (ledger: Ledger, owner: string) => unknown): Promise<void> => {
    const { id, ledger, close } = openHere(stage, here());
    try {
      ledger.leases.acquire(id);
      await work(ledger, id);
    } finally {
      await close();
    }
  };
  /** The record as one whose create was sent and got no answer. */
  const openCreate = (held?: Reason): Promise<void> =>
    withLedger((ledger, owner) => {
      ledger.runs.start({ id: owner, pipeline: 'faults', mode: 'sync', startedAt: now() });
      const intent = intentOf(ROW, owner);
      ledger.doubt(ledger.begin(intent), { outcome: 'in-doubt', code: null, logId: '' });
      if (held !== undefined) ledger.doubts.hold('faults', KEY, held);
    });
  /** What an undo finds of the record, or makes of it. */
  const undo = async (undoes: string, how: 'plan' | 'apply', given: HereOptions = {}) => {
    const { id, ledger, writer, close } = openHere(stage, { ...here(), ...given });
    const findings = openFindings<UndoKind>();
    try {
      ledger.leases.acquire(id);
      const job = { run: id, undoes, pipeline: 'faults' };
      const deps = { ledger, findings, reading: { ...writer, target: TARGETS.external_interview, now } };
      await planUndo(job, deps);
      if (how === 'apply') {
        ledger.runs.start({ id, pipeline: 'faults', mode: 'undo', startedAt: now() });
        await applyUndo(job, writer, deps, () => {});
      }
      const page = findings.page([...UNDO_PLANNED, ...UNDO_DONE], '', 100);
      return page.find(({ finding: { key } }) => key === KEY)?.finding ?? null;
    } finally {
      findings.close();
      await close();
    }
  };
  /** What a verify says of the record, or of an object that belongs to none. */
  const verified = async (): Promise<Reason | null> => {
    const { ledger, writer, close } = openHere(stage, here());
    const state = openState(`${stage.ledgerFile}.verify`, { pipeline: 'faults', ...writer.tenant }, now());
    try {
      const reading = { ...writer, target: TARGETS.external_interview, now };
      const onProgress = () => {};
      await verify({ pipeline: 'faults', ledger, state, knownOnly: false, reading, onProgress });
      const found = (['unknown', 'open'] as const).flatMap((kind) => state.page([kind], '', 1));
      state.finish();
      return found[0]?.finding.reason ?? null;
    } finally {
      await close();
    }
  };
  return { stage, run, night, withLedger, openCreate, undo, verified };
}

export type Place = Awaited<ReturnType<typeof aPlace>>;

function intentOf(row: Row, run: string): Intent {
  const checked = createCheck(TARGETS.external_interview)(bodyOf(row));
  if (!checked.ok) throw new Error('A row of these tests is no payload.');
  const target = 'external_interview';
  return {
    run,
    pipeline: 'faults',
    key: row.id,
    target,
    action: 'create',
    externalId: `faults:${row.id}`,
    payload: checked.payload,
  };
}

/** Runs a command of the catalogue as it is written there. */
export async function typed(command: string, { stage }: Pick<Scene, 'stage'>): Promise<void> {
  const folder = dirname(stage.ledgerFile);
  const [program, verb = '', ...rest] = command.split(' ');
  if (program !== 'hire-sync') throw new Error(`Not a command of ours: ${command}`);
  const places: Readonly<Record<string, string>> = {
    PIPELINE: stage.pipelineFile,
    FILE: join(folder, 'new.plan'),
  };
  const usual: Readonly<Record<string, readonly string[]>> = {
    undo: ['--yes', '--rate', '200', '--json'],
    verify: ['--rate', '200', '--json'],
    rekey: ['--yes', '--source', stage.source, '--json'],
    ledger: [],
  };
  const more = usual[verb] ?? ['--source', stage.source, '--rate', '200', '--json'];
  const args = [verb, ...rest.map((word) => places[word] ?? word), ...more];
  const ran = await runCli([...args, '--ledger', stage.ledgerFile], {
    cwd: folder,
    url: stage.url,
  });
  // 10: verify found what was changed meanwhile.
  if (![0, 3, 10].includes(ran.exitCode ?? -1)) throw new Error(`${command}: ${ran.exitCode} ${ran.stderr}`);
}
