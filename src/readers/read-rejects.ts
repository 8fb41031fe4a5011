import { existsSync } from 'node:fs';
import path from 'node:path';
import { HireSyncError } from '../errors.ts';
import type { Origin, RejectMark } from '../model.ts';
import type { Correction, Corrections } from './corrections.ts';
import { csv } from './csv.ts';
import { splitRow } from './originals.ts';
import { checkOf, rowHash } from './reject-check.ts';
import { callsIn, type RejectColumn } from './reject-columns.ts';
import { rejectFile } from './reject-file.ts';
import { type ChildTable, childTables, PARENT_TABLE, type RejectTable } from './reject-tables.ts';
import type { ReadContext, Source } from './source.ts';
import { holdsEveryCharacter } from './text-file.ts';

/** What a person gives back. */
export interface CorrectedRejects {
  /** The rejected records, for `Source.withRecords`. */
  readonly rows: Source<unknown>;
  /** Corrected children by the file of the export in which their rows stand. */
  readonly children: ReadonlyMap<string, Corrections>;
  /** All of them, in the order of their files. */
  readonly corrections: readonly Correction[];
  /** Corrections of a record's children that have not gone in; to be asked for when the children have been read. */
  leftOf(record: string): readonly LeftCorrection[];
  /** How the file calls our columns. */
  readonly calls: (column: RejectColumn) => string;
}

/** The export no longer has its row as it was, nor as it says; or another correction, `rival`, is of the same row. */
export interface LeftCorrection extends Correction {
  readonly rival: Correction | undefined;
}

/**
 * Reads the files of children that belong to a reject file: those with their run's own names that lie beside it. The
 * file itself may be one of them; the records whose children it has are then taken from the `rejects.csv` beside it, or
 * from what the run wrote.
 * @param file absolute path of a reject file of the source's rows or of its children's
 * @throws HireSyncError SOURCE_MISSING, SOURCE_INVALID
 */
export async function readRejects(
  source: Source<unknown>,
  file: string,
  { runs, context: given }: { readonly runs: string | undefined; readonly context: ReadContext },
): Promise<CorrectedRejects> {
  // What is read here is not part of the export, and only the rows of the records themselves are counted.
  const context: ReadContext = { ...given, picture: undefined, onFile() {}, onOrphan() {} };
  const tables = childTables(source);
  const rejects = await lookInto(file, context);
  const own = tables.find((table) => table.file === rejects.file) ?? PARENT_TABLE;
  const beside = async ({ name }: RejectTable): Promise<string | undefined> => {
    const other = path.join(path.dirname(file), name);
    if (path.basename(file) !== own.name || !existsSync(other)) return undefined;
    return (await lookInto(other, context)).run === rejects.run ? other : undefined;
  };
  const all: Correction[] = [];
  const waiting = new Set<Correction>();
  const children = new Map<string, Corrections>();
  for (const table of tables) {
    const at = table === own ? file : await beside(table);
    if (at === undefined) continue;
    const found = await correctionsIn(at, table, { runs, context, calls: rejects.calls });
    children.set(table.file, queueOf(found, waiting));
    all.push(...found);
  }
  for (const one of all) waiting.add(one);
  const byRecord = Map.groupBy(all, ({ mark }) => mark.record);
  const byRow = Map.groupBy(all, ({ mark }) => rowOf(mark));
  return {
    rows: await parentRows(),
    children,
    corrections: all,
    leftOf: (record) => (byRecord.get(record) ?? []).flatMap(left),
    calls: rejects.calls,
  };

  function left(one: Correction): readonly LeftCorrection[] {
    const others = (byRow.get(rowOf(one.mark)) ?? []).filter((other) => other !== one);
    // The export may have several rows with the same cells.
    const twin = others.find(({ mark }) => isSamePlace(mark.origin, one.mark.origin));
    const isLeft = one.isEdited ? waiting.has(one) || twin !== undefined : twin?.isEdited === true;
    return isLeft ? [{ ...one, rival: twin ?? others.find((other) => !waiting.has(other)) }] : [];
  }

  async function parentRows(): Promise<Source<unknown>> {
    if (own === PARENT_TABLE) return rejectFile(file, { runs });
    const records = new Set(byRecord.keys());
    const { original } = PARENT_TABLE;
    const kept = runs === undefined ? undefined : path.join(runs, rejects.run, original);
    const at = [await beside(PARENT_TABLE), kept].find((place) => place !== undefined && existsSync(place));
    if (at !== undefined) return rejectFile(at, { runs, records });
    throw new HireSyncError('SOURCE_MISSING', {
      zh: `${file} 中是 ${rejects.file} 的行，而它们所属记录的 rejects.csv 既不在它旁边，${original} 也不在该次运行的文件夹${kept === undefined ? '' : `（${kept}）`}：请把两个文件用原来的名字放在同一个文件夹中。`,
      en: `${file} has rows of ${rejects.file}, and the rejects.csv of their records is neither beside it nor in ${kept}: put both files into one folder, with the names they had.`,
    });
  }
}

/** The run of a reject file, and the file of the export that its rows are from. */
async function lookInto(file: string, context: ReadContext) {
  // Refuses an encoding for which nobody can have declared anything.
  await holdsEveryCharacter(context.folder, file);
  for await (const { values } of csv(file, { fieldLimit: Number.MAX_SAFE_INTEGER }).read(context)) {
    const { ours, calls } = splitRow(values);
    if (Object.keys(ours).length === 0) throw noRejects(file);
    const { _run = '', _file = '' } = ours;
    // The name comes from a file that anybody may have written.
    if (_file !== '') return { run: /^[\w-]+$/.test(_run) ? _run : '', file: _file, calls };
  }
  return { run: '', file: '', calls: callsIn([]) };
}

function noRejects(file: string): HireSyncError {
  return new HireSyncError('CONFIG_INVALID', {
    zh: `${file} 不是拒绝文件：其中没有 hire-sync 添加的列（_文件、_记录序号、_校验码 …）。--only-rejects 接受一次运行的 rejects.csv：改正其中的格子，保留这些列；导出文件请不带它同步。`,
    en: `${file} is no reject file: it has none of the columns that hire-sync adds (_file, _record, _check …). --only-rejects takes the rejects.csv of a run with its cells corrected and these columns left in; an export is taken by a sync without it.`,
  });
}

async function correctionsIn(
  file: string,
  { source, original, file: exported }: ChildTable,
  {
    runs,
    context,
    calls,
  }: Pick<CorrectedRejects, 'calls'> & { readonly runs: string | undefined; readonly context: ReadContext },
): Promise<readonly Correction[]> {
  const found: Correction[] = [];
  const rows = source.withRecords?.(rejectFile(file, { runs, original })) ?? source;
  for await (const record of rows.read(context)) {
    const { rejected: mark } = record;
    if (mark === undefined) continue;
    const check = checkOf(mark.check);
    if (check === undefined || mark.record === '') {
      const { line } = record.origin;
      const [id, number] = [calls('_check'), calls('_record')];
      throw new HireSyncError('SOURCE_INVALID', {
        zh: `${file} 第 ${line} 行：“${id}”和“${number}”说明它是 ${exported} 的哪一行，现在没有了。请恢复它们，或在导出中改正。`,
        en: `${file}, row ${line}: "${id}" and "${number}" are what tells which row of ${exported} this is, and they are gone. Restore them, or correct the row in the export.`,
      });
    }
    found.push({ record, mark, isEdited: rowHash(record.values) !== check.row });
  }
  return found;
}

function queueOf(corrections: readonly Correction[], waiting: Set<Correction>): Corrections {
  const byRow = Map.groupBy(corrections, ({ mark }) => rowOf(mark));
  const bySaid = Map.groupBy(corrections, ({ record }) => rowHash(record.values));
  return {
    take(values) {
      const row = rowHash(values);
      // The export says by itself what they say.
      for (const one of bySaid.get(row) ?? []) waiting.delete(one);
      const found = byRow.get(row)?.shift();
      if (found !== undefined) waiting.delete(found);
      return found;
    },
  };
}

const rowOf = ({ check }: RejectMark): string => checkOf(check)?.row ?? '';

const isSamePlace = (one: Origin, other: Origin): boolean =>
  one.file === other.file && one.line === other.line;
