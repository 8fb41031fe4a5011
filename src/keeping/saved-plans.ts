import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import type { PlanUses } from '../ledger/plan-uses.ts';
import { isSameTenant, type Tenant } from '../ledger/tenant.ts';
import { lookInPlan, type PlanLook, writePlanWithout } from '../pipeline/forget-in-plan.ts';
import { filesIn } from './folders.ts';
import type { Found, Place, RecordName } from './place.ts';
import { finishPart, PART, removeParts, startPart } from './replace-file.ts';

const HEAD = '{"format":"hire-sync plan ';

/** The saved plans in a folder, of any version. */
export function planFilesIn(folder: string): readonly string[] {
  return filesIn(folder).filter((file) => !file.endsWith(PART) && headOf(file) === HEAD);
}

/** The first bytes of a file; '' where it cannot be read. */
function headOf(file: string): string {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(HEAD.length);
      return bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, HEAD.length, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return '';
  }
}

/**
 * Saved plans in some folders; those for other apps are left alone.
 * @param onRewritten told of the hash of a plan that is about to be written anew, and of its new one
 */
export function savedPlanPlace(
  folders: readonly string[],
  owner: Tenant | null,
  onRewritten: PlanUses['renamed'],
): Place {
  const plansOf = async (record: RecordName) => {
    const found: (PlanLook & { readonly file: string })[] = [];
    for (const file of folders.flatMap(planFilesIn)) {
      const look = await lookInPlan(file, record);
      if (look !== null && look.lines > 0 && isFor(owner, look)) found.push({ ...look, file });
    }
    return found;
  };
  return {
    name: 'savedPlans',
    look: async (record) =>
      // What cannot be carried out is of no use without its rows.
      (await plansOf(record)).map(
        ({ file, lines, id }): Found => ({ file, rows: id === null ? null : lines }),
      ),
    async erase(record) {
      for (const file of folders.flatMap(planFilesIn)) removeParts(file);
      for (const { file, id } of await plansOf(record)) {
        if (id === null) {
          rmSync(file);
          continue;
        }
        const part = startPart(file);
        onRewritten(id, await writePlanWithout(file, part, record));
        finishPart(file, part);
      }
    },
  };
}

function isFor(owner: Tenant | null, { header }: PlanLook): boolean {
  const { tenant } = header.bound;
  return owner === null || (tenant != null && isSameTenant(tenant, owner));
}
