import { openLedger } from '../../ledger/ledger.ts';
import { planJob } from '../../pipeline/planning.ts';
import { complaintsAbout } from '../../plan/guard.ts';
import { openPlanStore } from '../../plan/plan-store.ts';
import { rejectList } from '../../report/json.ts';
import { EXIT } from '../../report/report.ts';
import { sumProblems, type Validation, validationText } from '../../report/validation.ts';
import { inTurn, prepareAll } from '../in-turn.ts';
import { lines, print } from '../output.ts';
import type { PipelineFlags, Prepared } from '../run-pipeline.ts';

/** `hire-sync validate PIPELINE…`: every problem of every row in one pass, without ledger and credentials. Exit 0 or 3. */
export async function validate(files: readonly string[], flags: PipelineFlags): Promise<number> {
  const jobs = await prepareAll(files, flags);
  return inTurn(jobs, (job) => validateOne(job, flags), { json: flags.json });
}

async function validateOne(prepared: Prepared, flags: PipelineFlags): Promise<Validation> {
  const { config, pipeline } = prepared;
  // No file: an empty ledger in memory, against which every valid row is new.
  const ledger = openLedger({ file: '', mode: 'read', now: Date.now });
  const store = openPlanStore({ lean: true });
  try {
    const plan = await planJob(prepared, { ledger, store, writer: null, rate: config.rate, now: Date.now });
    const rejected = store.count('rejected');
    const night = { ...plan, rows: plan.read, rejected, known: 0, changed: 0 };
    const complaints = complaintsAbout(night, null, pipeline.guards);
    const held = store.count('held');
    const open = rejected + held + plan.orphans + complaints.length;
    const result: Validation = {
      pipeline: pipeline.name,
      exitCode: open > 0 ? EXIT.leftOpen : EXIT.done,
      rows: {
        read: plan.read,
        valid: store.count('create'),
        skipped: store.count('skipped'),
        rejected,
        held,
      },
      orphans: plan.orphans,
      files: plan.files,
      complaints,
    };
    await print(flags.json ? jsonOf(result, store) : lines(validationText(result, store, config.limit)));
    return result;
  } finally {
    store.close();
    ledger.close();
  }
}

function* jsonOf(result: Validation, store: Parameters<typeof sumProblems>[0]): Generator<string> {
  yield JSON.stringify({ ...result, problems: sumProblems(store) }).slice(0, -1);
  yield* rejectList(store);
  yield '}\n';
}
