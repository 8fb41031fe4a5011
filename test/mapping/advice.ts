import { dateTimeRange } from '../../src/mapping/date-range.ts';
import { dateOnly, dateTime, epochMs } from '../../src/mapping/dates.ts';
import { excelDate } from '../../src/mapping/excel-date.ts';
import { inZone } from '../../src/mapping/instant.ts';

const HELPERS = { dateTime, dateOnly, dateTimeRange, epochMs, excelDate };

/** The calls of helpers that a message tells to write: `dateTime(…, zone, "d/M/yyyy")`. */
export function callsIn(message: string): readonly string[] {
  const names = Object.keys(HELPERS).join('|');
  return [...message.matchAll(new RegExp(`(?:${names})\\(`, 'g'))].map(({ index }) => {
    let depth = 0;
    let isText = false;
    for (let at = index; at < message.length; at++) {
      const letter = message[at];
      if (letter === '"') isText = !isText;
      if (isText) continue;
      if (letter === '(') depth++;
      if (letter === ')' && --depth === 0) return message.slice(index, at + 1);
    }
    throw new Error(`no call: ${message.slice(index)}`);
  });
}

/** What the code of a pipeline makes of a cell: the helpers are there, `cell` (or …) and `zone`. */
export function follow(call: string, cell: unknown, zone = 'Asia/Shanghai'): unknown {
  const code = `return ${call.replaceAll('…', 'cell')};`;
  const run = new Function('cell', 'zone', ...Object.keys(HELPERS), code);
  return inZone(zone, () => run(cell, zone, ...Object.values(HELPERS)))();
}
