import { type ReportModel, zoneOf } from '../report-model.ts';
import { zonedParts } from '../times.ts';

/** Kinds that carry a payload, and so a date. */
const DATED = ['create', 'update', 'adopt', 'record'] as const;
// Wider than that the months' names do not fit, and nobody looks at single months of ten years.
const MAX_MONTHS = 36;

/** Changes by month of the interview (by year where there are many), oldest first; empty ones in between included. */
export interface Timeline {
  readonly unit: 'month' | 'year';
  readonly bars: readonly {
    readonly name: string;
    readonly create: number;
    readonly update: number;
    readonly other: number;
  }[];
  readonly undated: number;
}

export function timeline(model: ReportModel): Timeline {
  const zone = zoneOf(model);
  const months = new Map<string, { create: number; update: number; other: number }>();
  let undated = 0;
  for (const { kind, payload } of model.entries(DATED)) {
    const at = dateOf(payload?.json ?? '{}', model.target.dateField);
    if (at === null) {
      undated++;
      continue;
    }
    const month = zonedParts(at, zone).day.slice(0, 7);
    const bar = months.get(month) ?? { create: 0, update: 0, other: 0 };
    bar[kind === 'create' || kind === 'update' ? kind : 'other']++;
    months.set(month, bar);
  }
  const names = [...months.keys()].sort();
  const [first, last] = [names[0], names.at(-1)];
  if (first === undefined || last === undefined) return { unit: 'month', bars: [], undated };
  const all = monthsFrom(first, last);
  const bars = all.map((name) => ({ name, ...(months.get(name) ?? { create: 0, update: 0, other: 0 }) }));
  if (bars.length <= MAX_MONTHS) return { unit: 'month', bars, undated };
  const years = Map.groupBy(bars, ({ name }) => name.slice(0, 4));
  const sum = (of: typeof bars, kind: 'create' | 'update' | 'other') =>
    of.reduce((n, bar) => n + bar[kind], 0);
  return {
    unit: 'year',
    bars: [...years].map(([name, of]) => ({
      name,
      create: sum(of, 'create'),
      update: sum(of, 'update'),
      other: sum(of, 'other'),
    })),
    undated,
  };
}

function monthsFrom(first: string, last: string): string[] {
  const months: string[] = [];
  let [year = 0, month = 0] = first.split('-').map(Number);
  for (let name = first; name <= last; ) {
    months.push(name);
    [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1];
    name = `${year}-${String(month).padStart(2, '0')}`;
  }
  return months;
}

function dateOf(json: string, field: string): number | null {
  const value = (JSON.parse(json) as Readonly<Record<string, unknown>>)[field];
  return typeof value === 'number' ? value : null;
}
