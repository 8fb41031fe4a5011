import { HireSyncError } from '../errors.ts';
import type { Origin, Problem, SourceRecord } from '../model.ts';
import { createControlCount } from './controls.ts';
import { checkedHeader } from './csv-header.ts';
import type { CsvOptions } from './csv-options.ts';
import type { CsvBatch, CsvFailure, StrayQuote } from './csv-parser.ts';
import { createCellEmptier } from './empty-words.ts';
import { looksLikeRow } from './header-or-row.ts';
import { createCellNormaliser, withoutSpaces } from './normalise.ts';
import { damageIn, FIELD_LIMIT, longIn, NO_CHILDREN } from './records.ts';
import { createTears, type Piece } from './tears.ts';
import type { ReaderCounts } from './text-file.ts';
import { tornRecord } from './torn-record.ts';

const BYTE_ORDER_MARK = 0xfeff;

/** Batches of cells → records by column name. */
export interface RowReader {
  /** Sees every chunk before it is parsed: counts control characters; cells are searched for damage only in a file that has some. */
  watch(chunk: string): void;
  /** Up to the first record that cannot be trusted: see `failure`. */
  read(batch: CsvBatch): readonly SourceRecord[];
  /** A stray quote after which the rest of the file cannot be trusted. */
  failure(): CsvFailure | undefined;
  /** Settles, at the end of the file, whether its last row is the total row. @throws HireSyncError SOURCE_INVALID */
  end(): void;
  counts(): ReaderCounts;
}

/** @param options `delimiter` is the one in use */
export function createRowReader(
  file: string,
  options: CsvOptions & { readonly delimiter: string },
): RowReader {
  const { fieldLimit = FIELD_LIMIT, totalRow, emptyLines = 'skip', header = true } = options;
  const cellsOf = createCellNormaliser(options.normalise);
  const words = createCellEmptier(options.empty);
  const controlsIn = createControlCount(options.delimiter);
  let names: readonly string[] | undefined;
  // The names of the columns in messages: where nothing says that they are names, their places.
  let told: readonly string[] = [];
  let toSkip = options.skipRows ?? 0;
  let mayBeDamaged = false;
  // The last row, when it may be the total row: only the end of the file can tell.
  let held: SourceRecord | undefined;
  let rows = 0;
  let blank = 0;
  let ignored = 0;
  let controls = 0;
  let sheetRow = 0;
  let failure: CsvFailure | undefined;
  // The records of the batch being read.
  let out: SourceRecord[] = [];

  if (!header) {
    names = options.columns ?? [];
    told = names;
    cellsOf.begin(names);
    words.begin(names);
  }

  const recordOf = (
    cells: readonly string[],
    line: number,
    columns: readonly string[],
    row: number,
    stray?: StrayQuote,
  ): SourceRecord => {
    const values: Record<string, string> = {};
    const known = Math.min(cells.length, columns.length);
    for (let index = 0; index < known; index++) values[columns[index] ?? ''] = cells[index] ?? '';
    const origin: Origin = { file, line };
    let isLong = false;
    for (const cell of cells) isLong ||= cell.length >= fieldLimit;
    const isOdd = mayBeDamaged || isLong || stray !== undefined || cells.length !== columns.length;
    const record: SourceRecord =
      row === line
        ? { origin, values, children: NO_CHILDREN }
        : { origin, values, children: NO_CHILDREN, row };
    // Nearly all rows.
    if (!isOdd && cells[0]?.charCodeAt(0) !== BYTE_ORDER_MARK) return record;
    const problems: Problem[] = [];
    if (cells.length !== columns.length) problems.push(cellCount(cells, columns, told, options));
    if (stray !== undefined) problems.push(...strayQuotes(cells, told, stray));
    if (mayBeDamaged) problems.push(...damageIn(values));
    if (cells[0]?.startsWith('\uFEFF')) problems.push(strayMark(told[0] ?? '', cells[0]));
    if (isLong) problems.push(...longIn(values, fieldLimit));
    return problems.length === 0 ? record : { ...record, problems };
  };

  const isTotal = (cell: unknown) =>
    totalRow !== undefined && withoutSpaces(String(cell ?? '')) === totalRow.text;

  const emit = (record: SourceRecord, mayBeTotal: boolean) => {
    rows++;
    if (held !== undefined) out.push(held);
    held = undefined;
    if (mayBeTotal && totalRow !== undefined && isTotal(record.values[totalRow.column])) held = record;
    else out.push(record);
  };

  const emptyLine = (line: number, values: SourceRecord['values']) => {
    if (emptyLines === 'skip' || names === undefined) {
      blank++;
      return;
    }
    const message = `The line holds nothing, and the pipeline declares emptyLines: 'reject'.`;
    const zh = "这一行是空的，而同步规则写明 emptyLines: 'reject'";
    const problem: Problem = { code: 'VALUE_MISSING', field: names[0] ?? '', value: '', zh, message };
    emit({ origin: { file, line }, values, children: NO_CHILDREN, problems: [problem] }, false);
  };

  /** Empty lines above `line`, which the parser leaves out. */
  const emptyLinesAbove = (line: number, count: number) => {
    for (let above = count; above > 0; above--) emptyLine(line - above, {});
  };

  /** How many of so many empty lines are none of the title rows. */
  const belowTitles = (blanks: number): number => {
    const skipped = Math.min(toSkip, blanks);
    toSkip -= skipped;
    return blanks - skipped;
  };

  const take = ({ cells: raw, line, row, blanks, stray: found }: Piece) => {
    if (failure !== undefined) return;
    emptyLinesAbove(line, blanks);
    if (toSkip > 0) {
      toSkip--;
      return;
    }
    const stray = options.quotes === 'literal' ? undefined : found;
    if (stray !== undefined && !isRowOf(raw, names, stray)) {
      failure = stray.failure;
      return;
    }
    const isRow = names !== undefined;
    const cells = isRow ? cellsOf.row(raw) : cellsOf.header(raw);
    // A single empty cell is a quoted one: an empty line never gets here.
    if (cells.length > 1 && cells[0] === '' && cells.every((cell) => cell === '')) {
      emptyLine(line, names === undefined ? {} : recordOf(cells, line, names, row).values);
    } else if (names === undefined) {
      names = checkedHeader(file, cells, line, options);
      const mayBeRow = options.columns === undefined && looksLikeRow(names);
      told = mayBeRow ? names.map((_, index) => `column ${index + 1}`) : names;
      cellsOf.begin(names);
      words.begin(names);
      // Only now: a row of nothing but words for nothing is a row, not an empty line.
    } else emit(recordOf(words.row(cells), line, names, row, stray), true);
  };

  const tears = createTears(
    () => names?.length ?? 0,
    // The total row of an export often has cells of its own, and its text says what it is.
    (cells) => cells.length === names?.length || isTotal(cells[names?.indexOf(totalRow?.column ?? '') ?? -1]),
    {
      row: take,
      torn: (pieces) => {
        const [first] = pieces;
        const odd = pieces.find(
          ({ cells, stray }) =>
            stray !== undefined && options.quotes !== 'literal' && !isRowOf(cells, names, stray),
        );
        failure ??= odd?.stray?.failure;
        if (failure !== undefined || first === undefined) return;
        emptyLinesAbove(first.line, first.blanks);
        emit(tornRecord(file, pieces, names ?? [], told), false);
        for (const { line, blanks } of pieces.slice(1)) emptyLinesAbove(line, blanks);
      },
    },
  );

  return {
    watch(chunk) {
      mayBeDamaged ||= chunk.includes('\uFFFD') || chunk.includes('\0');
      controls += controlsIn(chunk);
    },
    read(batch) {
      out = [];
      for (const [index, cells] of batch.records.entries()) {
        const ended = batch.ended?.[index];
        sheetRow += 1 + (batch.blanks[index] ?? 0);
        const piece: Piece = {
          cells,
          line: batch.lines[index] ?? 0,
          row: batch.rows?.[index] ?? sheetRow,
          blanks: belowTitles(batch.blanks[index] ?? 0),
          stray: batch.stray.get(index),
          ended: ended ?? 'none',
        };
        if (names !== undefined && toSkip === 0) tears.push(piece);
        else {
          tears.above(piece.ended);
          take(piece);
        }
        if (failure !== undefined) return out;
      }
      if (batch.end !== undefined || batch.failure !== undefined) tears.flush();
      if (batch.end !== undefined) emptyLinesAbove(batch.end.line, belowTitles(batch.end.blanks));
      return out;
    },
    failure: () => failure,
    end() {
      if (names === undefined || (!header && rows === 0)) throw isEmpty(file, options);
      if (held === undefined) return;
      held = undefined;
      rows--;
      ignored++;
    },
    counts: () => ({
      ...{ rows, blank, ignored, controls },
      normalised: cellsOf.changed(),
      emptied: words.emptied(),
      delimiter: options.delimiter,
    }),
  };
}

function cellCount(
  cells: readonly string[],
  names: readonly string[],
  told: readonly string[],
  options: CsvOptions,
): Problem {
  const declared = options.header === false ? 'the pipeline declares' : 'the header';
  const counts = `${cells.length} cell${cells.length === 1 ? '' : 's'}, ${declared} ${names.length} columns`;
  const lines = cells.join('').split(/\r\n|\n|\r/).length;
  const span =
    lines === 1 ? '' : ` It spans ${lines} lines: a quote may be missing, or lines end in different ways.`;
  const short = cells.length < names.length;
  const field = short ? (told[cells.length] ?? '') : '';
  const which = short
    ? `the first missing one is "${field}"`
    : 'the cells beyond the last column have no name';
  // The surplus is kept here: the values of a record go by column.
  const surplus = cells.slice(names.length);
  const value = surplus.join(options.delimiter);
  const absent = names.slice(cells.length);
  const unread = short ? `missing: ${absent.join(', ')}` : `surplus: ${JSON.stringify(surplus)}`;
  const message = `The record has ${counts}: ${which}.${span}`;
  const zh =
    `这一行有 ${cells.length} 个单元格，而${options.header === false ? '同步规则声明了' : '表头有'} ${names.length} 列：` +
    (short ? `从“${field}”列起缺少` : '超出最后一列的单元格没有列名') +
    (lines === 1 ? '' : `；它占了 ${lines} 行：可能少了引号，或各行的换行符不同`);
  return { code: 'CELL_COUNT', field, value, zh, message, unread, ...(short ? { absent } : {}) };
}

/**
 * Whether a record with quotes inside cells that do not begin with one is a row by itself. A row of several columns
 * that has just its cells is; one whose cell ends with a single quote may be the end of a cell of several lines that
 * lost its opening quote, and then the row above it is cut short without looking so.
 */
function isRowOf(cells: readonly string[], names: readonly string[] | undefined, { cells: odd }: StrayQuote) {
  if (names === undefined || names.length < 2 || cells.length !== names.length) return false;
  return odd.every((index) => {
    const cell = cells[index] ?? '';
    return !cell.endsWith('"') || cell.split('"').length % 2 === 1;
  });
}

function strayQuotes(
  cells: readonly string[],
  names: readonly string[],
  { cells: odd }: StrayQuote,
): Problem[] {
  return odd.map((index) => {
    const field = names[index] ?? '';
    const message = `"${field}" has a quote (") inside, but does not begin with one: quote such a cell and double the quote (""), or declare quotes: 'literal' if this export never quotes.`;
    const unread = `a quote inside: ${field}`;
    const zh = `“${field}”中有引号（"），而开头不是引号：请给该格加引号并把其中的引号写成两个（""）；如果这种导出从不加引号，请技术人员声明 quotes: 'literal'`;
    return { code: 'CELL_INVALID', field, value: cells[index] ?? '', zh, message, unread };
  });
}

function strayMark(field: string, value: string): Problem {
  const message = `The row begins with a byte order mark (U+FEFF), which belongs at the beginning of a file: was this file put together from several?`;
  const zh = '这一行以字节顺序标记（U+FEFF）开头，它只应在文件开头：这个文件是几个拼成的吗？';
  return { code: 'CELL_INVALID', field, value, zh, message };
}

function isEmpty(file: string, { header = true, skipRows = 0 }: CsvOptions): HireSyncError {
  const behind = skipRows === 0 ? '' : ` behind the ${skipRows} skipped rows`;
  const needed = header ? 'it must have at least a header line' : 'it has no row';
  const text = `${file} is empty${behind}: ${needed}. Was the export finished?`;
  return new HireSyncError('SOURCE_INVALID', text, { fault: 'empty' });
}
