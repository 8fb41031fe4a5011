import { openLedger } from '../../ledger/ledger.ts';
import { forgottenBeside } from '../../ledger/tombstones.ts';
import { madeBy } from '../../pipeline/made-by.ts';
import { validateJob } from '../../pipeline/validating.ts';
import { openPlanStore } from '../../plan/plan-store.ts';
import { modelOfRun } from '../../report/models.ts';
import { w } from '../../report/sentences.ts';
import { EXIT } from '../../result/exit.ts';
import type { Validation } from '../../result/validation.ts';
import { command } from '../command.ts';
import { readEnvironment } from '../environment.ts';
import { fileOnly, type Values } from '../flag.ts';
import { inTurn, PIPELINES, prepareAll } from '../in-turn.ts';
import { localZone } from '../local-time.ts';
import { openSource, SOURCE_FLAGS } from '../open-source.ts';
import { ALLOW_FLAG, type Prepared } from '../prepare.ts';
import { allWritten, giveOut, REPORT_FLAGS } from '../reports.ts';
import { settings } from '../settings.ts';

const FLAGS = {
  ...SOURCE_FLAGS,
  ...REPORT_FLAGS,
  ...ALLOW_FLAG,
  // Compiled pipelines are kept beside the ledger; the rate is for an estimate that is not shown.
  ...fileOnly(settings('ledger', 'pipelines', 'rate')),
};
type ValidateFlags = Values<typeof FLAGS>;

export const commands = [
  command({
    name: 'validate',
    summary: w(
      '一次列出每一行的所有问题；不需要台账和凭证',
      'every problem of every row in one pass; needs neither ledger nor credentials',
    ),
    arguments: PIPELINES,
    flags: FLAGS,
    prints: ['report'],
    run: validate,
  }),
];

/** Exit 0 or 3: a refused file is something it found, too; 4 where a verdict is mapped the other way. */
async function validate(flags: ValidateFlags, files: readonly string[]): Promise<number> {
  const jobs = await prepareAll(files, flags);
  return inTurn(jobs, (job) => validateOne(job, flags), { json: jobs[0]?.wishes.format === 'json' });
}

async function validateOne(prepared: Prepared, flags: ValidateFlags): Promise<Validation> {
  const { pipeline } = prepared;
  // No file: an empty ledger in memory, against which every valid row is new.
  const empty = openLedger({ file: '', mode: 'read', now: Date.now });
  const ledger = { ...empty, forgotten: { ...empty.forgotten, has: forgottenBeside(flags.ledger) } };
  const store = openPlanStore({ lean: true });
  const source = openSource({ ...prepared, environment: readEnvironment(), flags });
  const sourceTenant = source.tenant;
  const startedAt = new Date().toISOString();
  let through = false;
  try {
    const deps = { ledger, store, sourceTenant, writer: null, rate: flags.rate, now: Date.now };
    const found = await validateJob(prepared, deps);
    through = true;
    const { read, unchecked, orphans, files, absent, eyes, refused, complaints, verdicts } = found;
    const [rejected, held] = [store.count('rejected'), store.count('held')];
    const forgotten = store.count('forgotten');
    const open = rejected + held + orphans + refused.length + complaints.length;
    const result: Validation = {
      pipeline: pipeline.name,
      mode: 'validate',
      made: madeBy(prepared, { writer: null, zone: localZone() }),
      startedAt,
      exitCode: endOf(open, complaints),
      rows: {
        read,
        valid: store.count('create'),
        unchecked,
        skipped: store.count('skipped'),
        rejected,
        held,
        ...(forgotten > 0 && { forgotten }),
      },
      orphans,
      files,
      absent,
      eyes,
      refused,
      complaints,
      verdicts,
    };
    const written = allWritten(await giveOut(modelOfRun(result, store, pipeline.target), prepared.wishes));
    return written ? result : { ...result, exitCode: EXIT.error };
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
