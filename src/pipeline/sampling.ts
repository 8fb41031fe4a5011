import { drawSample, type Sample } from '../plan/acceptance.ts';
import type { Verdicts } from '../plan/verdicts.ts';
import type { Deps, Job } from './job.ts';

/** Nobody asked for it: what a person looks through, and what takes no time to draw. */
const UNASKED = { most: 20, among: 5_000 } as const;
/** Kinds of rows of a pipeline that the ledger knows. */
const KNOWN = ['update', 'unchanged', 'record', 'drifted', 'adopt'] as const;

/** The sample for acceptance: where it is asked for, and of a first run, which somebody will want to sign. */
export function sampleFor(
  { pipeline, sample: most }: Job,
  { store }: Pick<Deps, 'store'>,
  verdicts: Verdicts | null,
): Sample | null {
  const isFirst = KNOWN.every((kind) => store.count(kind) === 0) && store.count('create') > 0;
  if (most === undefined && !isFirst) return null;
  const { seqs: _, ...sample } = drawSample({
    ...{ store, shape: pipeline.target.shape, verdicts, kinds: ['create', 'update'] },
    ...(most === undefined ? UNASKED : { most }),
  });
  return { ...sample, asked: most !== undefined };
}
