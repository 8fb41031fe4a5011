import { HireSyncError } from '../errors.ts';
import type { Target } from '../feishu/target.ts';
import { TARGETS } from '../feishu/targets.ts';
import type { Ledger } from '../ledger/ledger.ts';

/**
 * The target of a pipeline, from what its records are: no pipeline file is needed. Null when it has no records.
 * @throws HireSyncError LEDGER_INVALID when they are of several targets, or of one this hire-sync does not know
 */
export function targetOf(ledger: Pick<Ledger, 'upkeep'>, pipeline: string): Target | null {
  const [name, ...others] = ledger.upkeep.targets(pipeline);
  if (name === undefined) return null;
  const target = Object.values(TARGETS).find((known) => known.name === name);
  if (target !== undefined && others.length === 0) return target;
  throw new HireSyncError(
    'LEDGER_INVALID',
    `The records of pipeline "${pipeline}" are of the kind ${[name, ...others].join(' and ')}; ` +
      `each pipeline has one, of ${Object.keys(TARGETS).join(', ')}.`,
  );
}
