import type { SourceRecord } from '../model.ts';
import type { Footer } from './table.ts';

const FOOTER =
  /^(合计|总计|小计|共计|汇总|总数|导出|制表|打印|填表|审核|共(?=\s*[0-9])|备注：|注：|grand total|total|sum|exported|generated|printed|page)/i;
/** So many rows at the end may be footers. */
const MOST = 3;

/** Holds back the last rows of a file: only the end tells whether they are footers. */
export interface FooterWatch {
  /** A row that is surely none, when its turn has come. */
  push(record: SourceRecord): SourceRecord | undefined;
  end(): { readonly rows: readonly SourceRecord[]; readonly footer: Footer | undefined };
}

export function createFooterWatch(): FooterWatch {
  const held: SourceRecord[] = [];
  return {
    push(record) {
      held.push(record);
      return held.length > MOST ? held.shift() : undefined;
    },
    end() {
      let from = held.length;
      while (from > 0 && footerIn(held[from - 1]) !== undefined) from--;
      const footers = held.slice(from).flatMap((record) => footerIn(record) ?? []);
      const last = footers.at(-1);
      if (last === undefined) return { rows: held, footer: undefined };
      const begins = [...new Set(footers.map(({ begin }) => begin))];
      // A number or a name in it is another one the next night.
      const isFixed = last.text === last.begin && footers.length === 1;
      const footer = { column: last.column, total: isFixed ? last.text : undefined, begins };
      return { rows: held.slice(0, from), footer: { ...footer, rows: footers.length } };
    },
  };
}

/** The first cell with something in it, if that is what a footer begins with and most others are empty. */
function footerIn(record: SourceRecord | undefined) {
  const cells = Object.entries(record?.values ?? {});
  const filled = cells.filter(([, cell]) => cell !== '');
  const [column = '', cell] = filled[0] ?? [];
  const text = String(cell ?? '').trim();
  const begin = FOOTER.exec(text)?.[0];
  if (begin === undefined || filled.length * 2 > cells.length + 1) return undefined;
  return { column, text, begin };
}
