import type { Problem, SourceRecord } from '../model.ts';
import { NO_CHILDREN } from './records.ts';
import type { Piece } from './tears.ts';

/**
 * The rejected record that the pieces of a torn row make. Where they have just the cells of a row together, its values
 * are those of the row as it was, the line feed in its cell included, so that whoever corrects the reject file has
 * nothing to put together; otherwise they are those of the first piece. What was torn off stands in `unread` only, and
 * nothing of it in the message.
 * @param told the names of the columns as a message may show them
 */
export function tornRecord(
  file: string,
  pieces: readonly Piece[],
  columns: readonly string[],
  told: readonly string[],
): SourceRecord {
  const [first, ...others] = pieces;
  const whole: string[] = [...(first?.cells ?? [])];
  for (const { cells, blanks } of others) {
    const [head = '', ...rest] = cells;
    whole.push(`${whole.pop() ?? ''}${'\n'.repeat(blanks + 1)}${head}`, ...rest);
  }
  const fits = whole.length === columns.length;
  const values: Record<string, string> = {};
  for (const [index, cell] of (fits ? whole : (first?.cells ?? [])).entries()) {
    const name = columns[index];
    if (name !== undefined) values[name] = cell;
  }
  const lines = pieces.map(({ line }) => line);
  const field = told[(first?.cells.length ?? 0) - 1] ?? '';
  const absent = columns.filter((name) => !Object.hasOwn(values, name));
  const where = `${lines.slice(0, -1).join(', ')} and ${lines.at(-1)}`;
  const problem: Problem = {
    code: 'RECORD_UNREADABLE',
    field,
    value: '',
    zh: `第 ${lines.join('、')} 行其实是一条记录，被拆开了：没有引号的单元格中有换行（LF），而本文件的行以 CRLF 结尾。请在导出中给该格加引号，或去掉其中的换行`,
    message: `The records at lines ${where} are one that was torn: it has a line feed (LF) in a cell without quotes, while the lines of this file end with CRLF. Quote such a cell in the export, or take the line feed out.`,
    unread: others.map(({ line, cells }) => `torn off, line ${line}: ${JSON.stringify(cells)}`).join('\n'),
    ...(absent.length > 0 ? { absent } : {}),
  };
  const line = lines[0] ?? 0;
  const row = first?.row ?? line;
  return {
    origin: { file, line },
    values,
    children: NO_CHILDREN,
    problems: [problem],
    ...(row === line ? {} : { row }),
  };
}
