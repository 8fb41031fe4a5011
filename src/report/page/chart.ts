import { oneOf } from '../kinds.ts';
import { type ReportModel, zoneOf } from '../report-model.ts';
import { w } from '../sentences.ts';
import { zonedParts } from '../times.ts';
import { number, section, table } from './shell.ts';
import { html, type Markup, t } from './tag.ts';

const SERIES = ['update', 'create', 'record'] as const;
type Counts = Record<(typeof SERIES)[number], number>;

const NAMES = {
  update: w('更新', 'update'),
  create: w('新建', 'create'),
  record: w('其他', 'other'),
} as const;

/** With fewer bars than this the list says as much. */
const FEWEST = 3;
// Nobody looks at single months of ten years.
const MOST_MONTHS = 24;

const sumOf = (counts: Counts): number => SERIES.reduce((sum, series) => sum + counts[series], 0);

/** Changes by month of the interview, or by year where they are many: a table with a bar a row; nothing where that says nothing. */
export function chart(model: ReportModel): Markup {
  const months = new Map<string, Counts>();
  let undated = 0;
  for (const { kind, payload } of model.entries(['create', 'update', 'adopt', 'record'])) {
    const at = dateOf(payload?.json ?? '{}', model.target.dateField);
    if (at === null) undated++;
    else
      add(months, zonedParts(at, zoneOf(model)).day.slice(0, 7), {
        ...NONE,
        [kind === 'create' || kind === 'update' ? kind : 'record']: 1,
      });
  }
  const byYear = months.size > MOST_MONTHS;
  const bars = new Map<string, Counts>();
  for (const name of [...months.keys()].sort())
    add(bars, byYear ? name.slice(0, 4) : name, months.get(name) ?? NONE);
  if (bars.size < FEWEST) return html``;
  const highest = Math.max(...bars.values().map(sumOf));
  const [[most = ''] = []] = [...bars].filter(([, counts]) => sumOf(counts) === highest);
  const [from, to] = [[...bars.keys()][0], [...bars.keys()].at(-1)];
  const used = SERIES.filter((series) => bars.values().some((counts) => counts[series] > 0));
  const one = oneOf(model.target);
  return section(
    'months',
    byYear ? t(`按${one.zh}年份`, `By year of ${one.en}`) : t(`按${one.zh}月份`, `By month of ${one.en}`),
    html`${table(
      [
        { name: byYear ? w('年份', 'Year') : w('月份', 'Month') },
        { name: w('', '') },
        ...used.map((series) => ({ name: NAMES[series], number: true })),
      ],
      [...bars].map(([name, counts]) => [
        name,
        bar(counts, highest),
        ...used.map((series) => number(counts[series])),
      ]),
      'chart',
    )}${
      undated === 0
        ? null
        : html`<p class="faint">${t(`另有 ${number(undated)} 条没有日期。`, `${number(undated)} more have no date.`)}</p>`
    }`,
    t(
      `从 ${from} 到 ${to}，最多的是 ${most}（${number(highest)} 条）。如果日期不在预期的范围内，多半是日期格式或时区有误。`,
      `From ${from} to ${to}, most of them in ${most} (${number(highest)}). Dates outside what you expect point to a wrong format or time zone.`,
    ),
  );
}

const NONE: Counts = { update: 0, create: 0, record: 0 };

function add(bars: Map<string, Counts>, name: string, more: Counts): void {
  const bar = bars.get(name) ?? { ...NONE };
  for (const series of SERIES) bar[series] += more[series];
  bars.set(name, bar);
}

/** The numbers beside it say the same. */
function bar(counts: Counts, highest: number): Markup {
  let x = 0;
  const parts = SERIES.map((series) => {
    const width = (counts[series] / highest) * 100;
    x += width;
    return html`<rect class="k-${series}" x="${(x - width).toFixed(2)}" width="${width.toFixed(2)}" height="1"/>`;
  });
  return html`<svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" focusable="false">${parts}</svg>`;
}

function dateOf(json: string, field: string): number | null {
  const value = (JSON.parse(json) as Readonly<Record<string, unknown>>)[field];
  return typeof value === 'number' ? value : null;
}
