import type { FileCount, OrphanRule } from '../model.ts';
import { takesAsItStands } from '../readers/empty-words.ts';
import { leavesOf, partsOf, type Source } from '../readers/source.ts';
import type { Pipeline } from './define.ts';

/** What the files of a pipeline are read as: see `FileCount.role`. */
export interface Roles {
  /** The count with its role. A file that is read as two things has both names. */
  named(count: FileCount): FileCount;
  /** What is made of children without a parent in this file; null where nothing in it has a parent. */
  orphansIn(file: string): OrphanRule | null;
}

/** Follows from the description alone: nothing is opened. */
export function rolesOf({ source, lookups }: Pick<Pipeline, 'source' | 'lookups'>): Roles {
  const parts = [
    ...partsOf(source).map((part) => ({ ...part, role: part.role === '' ? 'source' : part.role })),
    ...Object.entries(lookups).map(([name, { file }]) => ({ file, role: `lookups.${name}`, orphans: null })),
  ];
  const byFile = Map.groupBy(parts, ({ file }) => file);
  return {
    named: (count) => ({
      ...count,
      role:
        byFile
          .get(count.file)
          ?.map(({ role }) => role)
          .join(' + ') ?? count.file,
    }),
    orphansIn: (file) => byFile.get(file)?.find(({ orphans }) => orphans !== null)?.orphans ?? null,
  };
}

/** The counts of a night's files, with what is made of their orphans. */
export function ruledFiles(
  pipeline: Pick<Pipeline, 'source' | 'lookups'>,
  files: readonly FileCount[],
): readonly (FileCount & { readonly orphans: OrphanRule | null })[] {
  const roles = rolesOf(pipeline);
  return files.map((count) => ({ ...count, orphans: roles.orphansIn(count.file) }));
}

/** Whether words for nothing are values in a column of one of the source's files. */
export function takesWordsOf(source: Source<unknown>): (file: string, column: string) => boolean {
  const empty = new Map(leavesOf(source).flatMap((leaf) => leaf.files.map((file) => [file, leaf.empty])));
  return (file, column) => takesAsItStands(empty.get(file), column);
}
