import { openLedger } from '../../ledger/ledger.ts';
import { planJob } from '../../pipeline/planning.ts';
import { complaintsAbout } from '../../plan/guard.ts';
import { openPlanStore } from '../../plan/plan-store.ts';
import { rejectList } from '../../report/json.ts';
import { EXIT } from '../../report/report.ts';
import { sumProblems, type Validation, validationText } from '../../report/validation.ts';
import { readEnvironment } from '../environment.ts';
import { openSource } from '../open-source.ts';
import { lines, print } from '../output.ts';
import { type PipelineFlags, prepare } from '../run-pipeline.ts';

/** `hire-sync validate PIPELINE`: every problem of every row in one pass, without ledger and credentials. Exit 0 or 3. */
export async function validate(file: string, flags: PipelineFlags): Promise<number> {
  const prepared = await prepare(file, flags);
  const { config, pipeline } = prepared;
  // No file: an empty ledger in memory, against which every valid row is new.
  const ledger = openLedger({ file: '', mode: 'read', now: Date.now });
  const store = openPlanStore({ lean: true });
  const { sourceAppId } = flags;
  const source = openSource({ ...prepared, environment: readEnvironment(), sourceAppId });
  const sourceTenant = source.tenant;
  let through = false;
  try {
    const deps = { ledger, store, sourceTenant, writer: null, rate: config.rate, now: Date.now };
    const plan = await planJob(prepared, deps);
    through = true;
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
    return result.exitCode;
  } finally {
    await source.end(through);
    store.close();
    ledger.close();
  }
}

function* jsonOf(result: Validation, store: Parameters<typeof sumProblems>[0]): Generator<string> {
  yield JSON.stringify({ ...result, problems: sumProblems(store) }).slice(0, -1);
  yield* rejectList(store);
  yield '}\n';
}
