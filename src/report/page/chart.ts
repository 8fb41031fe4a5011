import { oneOf } from '../kinds.ts';
import type { ReportModel } from '../report-model.ts';
import { number, section } from './shell.ts';
import { html, type Markup, t } from './tag.ts';
import { type Timeline, timeline } from './timeline.ts';

const HEIGHT = 180;
const WIDTH = 960;
const LEFT = 44;
const BOTTOM = 26;
const SERIES = ['update', 'create', 'other'] as const;
const NAMES = {
  update: t('更新', 'update'),
  create: t('新建', 'create'),
  other: t('其他', 'other'),
} as const;

/** With fewer bars than this the list beside it says as much. */
const FEWEST = 3;

const sumOf = ({ create, update, other }: Timeline['bars'][number]): number => create + update + other;

/** Changes by month, as bars and, for those who do not see them, as a table; nothing where that says nothing. */
export function chart(model: ReportModel): Markup {
  const { unit, bars, undated } = timeline(model);
  const one = oneOf(model.target);
  const heading =
    unit === 'month'
      ? t(`按${one.zh}月份`, `By month of ${one.en}`)
      : t(`按${one.zh}年份`, `By year of ${one.en}`);
  if (bars.length < FEWEST) return html``;
  const highest = Math.max(...bars.map(sumOf));
  const top = niceTop(highest);
  const most = bars.find((bar) => sumOf(bar) === highest)?.name ?? '';
  const [from, to] = [bars[0]?.name, bars.at(-1)?.name];
  const used = SERIES.filter((series) => bars.some((bar) => bar[series] > 0));
  return section(
    'months',
    heading,
    html`<figure><ul class="legend line">${used.map(
      (series) => html`<li><span class="dot s-${series}" aria-hidden="true"></span>${NAMES[series]}</li>`,
    )}</ul><div class="scroll"><svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true" focusable="false">${grid(top)}${barsOf(bars, top, unit)}</svg></div>
<details class="plain"><summary>${t('以表格显示', 'As a table')}</summary><div class="scroll"><table><thead><tr><th scope="col">${unit === 'month' ? t('月份', 'Month') : t('年份', 'Year')}</th>${used.map((series) => html`<th scope="col" class="num">${NAMES[series]}</th>`)}</tr></thead><tbody>${bars.map(
      (bar) =>
        html`<tr><th scope="row">${bar.name}</th>${used.map((series) => html`<td class="num">${number(bar[series])}</td>`)}</tr>`,
    )}</tbody></table></div></details></figure>${
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

function grid(top: number): Markup[] {
  return [0, 0.5, 1].map((share) => {
    const y = (HEIGHT - BOTTOM) * (1 - share) + 8 * share;
    return html`<line class="grid" x1="${LEFT}" x2="${WIDTH}" y1="${y}" y2="${y}"/><text class="axis" x="${LEFT - 8}" y="${y + 4}" text-anchor="end">${number(top * share)}</text>`;
  });
}

function barsOf(bars: Timeline['bars'], top: number, unit: Timeline['unit']): Markup[] {
  const step = (WIDTH - LEFT) / bars.length;
  const width = Math.min(44, step * 0.7);
  const full = HEIGHT - BOTTOM - 8;
  // As many names as fit beside each other, the last one always among them.
  const every = Math.ceil(bars.length / 14);
  return bars.map((bar, i) => {
    const x = LEFT + i * step + (step - width) / 2;
    let y = HEIGHT - BOTTOM;
    const rects = SERIES.flatMap((series) => {
      if (bar[series] === 0) return [];
      const height = (bar[series] / top) * full;
      y -= height;
      return [
        html`<rect class="s-${series}" x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}"/>`,
      ];
    });
    const named = (bars.length - 1 - i) % every === 0;
    const name = named
      ? html`<text class="axis" x="${(x + width / 2).toFixed(1)}" y="${HEIGHT - 8}" text-anchor="middle">${unit === 'month' ? bar.name.slice(2).replace('-', '/') : bar.name}</text>`
      : null;
    return html`${rects}${name}`;
  });
}

/** The next even number of the form 2, 4, 10, 20, 40, 100, … so that the middle line has a whole number. */
function niceTop(highest: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, highest)));
  const steps = [1, 2, 4, 6, 8, 10].map((step) => step * power);
  return Math.max(2, steps.find((step) => step >= highest) ?? 10 * power);
}
