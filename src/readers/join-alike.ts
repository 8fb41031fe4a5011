import { randomUUID } from 'node:crypto';
import { keyOf } from './join-key.ts';
import type { Stage } from './join-stage.ts';
import { foldOf } from './look-alike.ts';
import { isOnDisk, leavesOf, type ReadContext, type Source } from './source.ts';

/** The other spelling of an orphan's key that a parent has, and where. */
export interface AlikeParent {
  readonly key: string;
  readonly line: number;
}

const NOBODY = (): undefined => undefined;

/**
 * Finds parents whose keys are other spellings of those of a stage's orphans. The parents are read once more for that, and
 * only if there are orphans: keeping all their keys on every night would cost more.
 * @param parents the source whose records are the parents of this stage
 */
export async function findAlike(
  stage: Stage,
  parents: Source<unknown>,
  context: ReadContext,
): Promise<(key: string) => AlikeParent | undefined> {
  const [parent] = leavesOf(parents);
  // A corrected reject file has few of the parents of an export: it says nothing of orphans.
  if (parent === undefined || !isOnDisk(parent)) return NOBODY;
  const orphans = context.staging.table(`orphans of ${stage.name} ${randomUUID()}`);
  let last: string | undefined;
  for (const { key } of stage.table.untaken()) {
    if (key !== last) orphans.add(foldOf(key), JSON.stringify(key));
    last = key;
  }
  if (last === undefined) return NOBODY;
  const found = context.staging.table(`parents of ${stage.name} ${randomUUID()}`);
  const again = { folder: context.folder, staging: context.staging, onFile() {}, onOrphan() {} };
  for await (const record of parent.read(again)) {
    const key = keyOf(record, stage.many.key.parent);
    if (key === undefined) continue;
    for (const json of orphans.take(foldOf(key))) {
      const orphan = JSON.parse(json) as string;
      if (orphan !== key) found.add(orphan, JSON.stringify({ key, line: record.origin.line }));
    }
  }
  return (key) => {
    const [json] = found.take(key);
    return json === undefined ? undefined : (JSON.parse(json) as AlikeParent);
  };
}
