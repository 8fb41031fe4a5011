import { openLedger } from '../../ledger/ledger.ts';
import { validateJob } from '../../pipeline/validating.ts';
import { openPlanStore, type PlanStore } from '../../plan/plan-store.ts';
import type { Shape } from '../../plan/shape.ts';
import { openRows } from '../../report/json.ts';
import { sumProblems, validationText } from '../../report/validation.ts';
import { EXIT } from '../../result/exit.ts';
import type { Validation } from '../../result/validation.ts';
import { readEnvironment } from '../environment.ts';
import { inTurn, prepareAll } from '../in-turn.ts';
import { openSource } from '../open-source.ts';
import { lines, print } from '../output.ts';
import type { PipelineFlags, Prepared } from '../run-pipeline.ts';

/**
 * `hire-sync validate PIPELINE…`: every problem of every row in one pass, without ledger and credentials. Exit 0 or 3:
 * a refused file is something it found, too; 4 where a verdict is mapped the other way.
 */
export async function validate(files: readonly string[], flags: PipelineFlags): Promise<number> {
  const jobs = await prepareAll(files, flags);
  return inTurn(jobs, (job) => validateOne(job, flags), { json: flags.json });
}

async function validateOne(prepared: Prepared, flags: PipelineFlags): Promise<Validation> {
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
    const found = await validateJob(prepared, deps);
    through = true;
    const { read, unchecked, orphans, files, absent, eyes, refused, complaints, verdicts } = found;
    const [rejected, held] = [store.count('rejected'), store.count('held')];
    const open = rejected + held + orphans + refused.length + complaints.length;
    const result: Validation = {
      pipeline: pipeline.name,
      exitCode: endOf(open, complaints),
      rows: {
        read,
        valid: store.count('create'),
        unchecked,
        skipped: store.count('skipped'),
        rejected,
        held,
      },
      orphans,
      files,
      absent,
      eyes,
      refused,
      complaints,
      verdicts,
    };
    const { shape } = pipeline.target;
    await print(
      flags.json
        ? jsonOf(result, store, shape)
        : lines(validationText(result, store, { shape, limit: config.limit })),
    );
    return result;
  } finally {
    await source.end(through);
    store.close();
    ledger.close();
  }
}

/** What a person can correct row by row is no reason to stop; a pass that would arrive as a fail is. */
function endOf(open: number, complaints: Validation['complaints']): number {
  if (complaints.some(({ guard }) => guard === 'reversed')) return EXIT.guard;
  return open > 0 ? EXIT.leftOpen : EXIT.done;
}

function* jsonOf(result: Validation, store: PlanStore, shape: Shape): Generator<string> {
  yield JSON.stringify({ ...result, problems: sumProblems(store) }).slice(0, -1);
  yield* openRows(store, { shape, language: 'en', redact: false });
  yield '}\n';
}
