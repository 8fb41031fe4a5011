import { HireSyncError } from '../errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type AbsentMember, createMembers, type Members } from '../mapping/members.ts';
import { leavesOf, type Source } from '../readers/source.ts';

/** Watches which members the records of a source have; undefined where all its records have columns. */
export function membersOf(source: Source<unknown>): Members | undefined {
  const optional = leavesOf(source).flatMap(({ files, optional: names }) =>
    names === undefined ? [] : files.map((file) => [file, names] as const),
  );
  return optional.length === 0 ? undefined : createMembers(new Map(optional));
}

/**
 * The members that the pipeline reads and no record has ever had. To be asked when all records have been mapped.
 * @param isWhole whether all records of the export were parsed: what nobody looked at may have any member
 * @throws HireSyncError SOURCE_INVALID where one of them looks misspelt
 */
export function absentMembers(
  members: Members | undefined,
  pipeline: string,
  { ledger, isWhole }: { readonly ledger: Pick<Ledger, 'membersSeen'>; readonly isWhole: boolean },
): readonly AbsentMember[] {
  if (members === undefined || !isWhole) return [];
  const absent = members.absent(ledger.membersSeen.of(pipeline));
  const misspelt = absent.filter(({ isMisspelt }) => isMisspelt);
  if (misspelt.length === 0) return absent;
  throw new HireSyncError('SOURCE_INVALID', misspelt.map(explain).join('\n'), { fault: 'member' });
}

function explain({ file, member, nearest }: AbsentMember): string {
  return `${file}: no record has "${member}", which the pipeline reads, but there is "${nearest}", which it never reads: correct the name in the pipeline, or declare optional: ['${member}'] if it may be absent.`;
}
