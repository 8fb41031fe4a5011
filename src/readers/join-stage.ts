import type { FileCount } from '../model.ts';
import type { Many } from './many.ts';
import type { Merging } from './merge.ts';
import type { StagingTable } from './source.ts';

/** One kind of child, read completely and staged on disk, to be looked up parent by parent. */
export interface Stage {
  readonly name: string;
  /** The names of the joins that lead to it, its own last. */
  readonly path: readonly string[];
  readonly many: Many<unknown>;
  readonly parentFiles: string;
  readonly table: StagingTable;
  readonly nested: readonly Stage[];
  readonly counts: FileCount[];
  /** Children without a parent by file, and those of them whose key is empty. */
  readonly orphaned: Map<string, number>;
  readonly unnamed: Map<string, number>;
  /** Set where the children are read along with their parents; the table then holds the orphans. */
  readonly merging: Merging | undefined;
}
