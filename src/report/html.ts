import { readFileSync } from 'node:fs';
import type { Report } from '../result/report.ts';
import { zonedTime } from './cost.ts';
import type { Changes, RenderOptions } from './options.ts';
import { chart } from './page/chart.ts';
import { costSection, sources } from './page/facts.ts';
import { timeline } from './page/figures.ts';
import { pageHead } from './page/head.ts';
import { createLabels, itemsOf, quotas } from './page/items.ts';
import { list } from './page/list.ts';
import { openRows } from './page/open-rows.ts';
import { headline, notices, overwriting } from './page/sections.ts';
import { html, type Markup, scriptJson, t } from './page/tag.ts';
import { verdictSection } from './page/verdicts.ts';
import { KIND_WORDS } from './words.ts';

/** The page's own script: two modules beside this file, in `src/` and in `dist/`, as one without import and export. */
const SCRIPT = ['entries', 'client']
  .map((name) => readFileSync(new URL(`./page/${name}.js`, import.meta.url), 'utf8'))
  .join('\n')
  // A browser would change these line ends before it takes the hash.
  .replaceAll('\r\n', '\n')
  .replaceAll(/^import [^;]*;\n|^export (?=const |function )|^\/\/# sourceMappingURL=.*\n?/gm, '');

/**
 * A report as one self-contained HTML page in pieces: its script and style are allowed by their hashes and nothing
 * else is, neither from the network nor from the data. Up to 10,000 changes are in it, beyond that a sample.
 */
export function* htmlReport(report: Report, store: Changes, options: RenderOptions): Generator<string> {
  const zone = report.cost?.zone ?? 'UTC';
  yield `<!doctype html>\n${head(report, options).markup}\n`;
  yield html`<body>${masthead(report, zone)}<main id="main" tabindex="-1">`.markup;
  yield notices(report, options).markup;
  yield headline(report, store).markup;
  yield verdictSection(report.verdicts, options.shape)?.markup ?? '';
  yield overwriting(report, store, options).markup;
  yield openRows(store, options).markup;
  yield list(store).markup;
  yield chart(timeline(store, options, zone)).markup;
  yield costSection(report).markup;
  yield sources(report).markup;
  yield `</main>\n`;
  yield* data(report, store, options);
  yield `<script type="module">${SCRIPT}</script>\n</body>\n</html>\n`;
}

function head({ pipeline, run, mode }: Report, { language }: RenderOptions): Markup {
  const titles = {
    zh: `${mode === 'plan' ? '同步计划' : '同步报告'} · ${pipeline} · ${run}`,
    en: `${mode === 'plan' ? 'Sync plan' : 'Sync report'} · ${pipeline} · ${run}`,
  };
  return pageHead(titles, SCRIPT, language);
}

function masthead({ pipeline, run, mode, startedAt }: Report, zone: string): Markup {
  const links = [
    ['overwritten', t('覆盖', 'Overwritten')],
    ['open', t('待处理', 'Attention')],
    ['changes', t('全部变更', 'All changes')],
    ['months', t('按月', 'By month')],
    ['cost', t('成本', 'Cost')],
    ['sources', t('依据', 'Made from')],
  ] as const;
  return html`<a class="skip" href="#main">${t('跳到内容', 'Skip to the content')}</a>
<header><div class="top"><div><p class="what">${mode === 'plan' ? t('同步计划', 'Sync plan') : t('同步报告', 'Sync report')}</p><h1>${pipeline}</h1><p class="meta">${zonedTime(startedAt, zone)} · <code>${run}</code></p></div>
<div class="languages" role="group" data-label-zh="语言" data-label-en="Language"><button type="button" lang="zh-CN" data-language="zh">中文</button><button type="button" lang="en-US" data-language="en">English</button></div></div>
<nav data-label-zh="本页内容" data-label-en="On this page"><ul>${links.map(([id, words]) => html`<li><a href="#${id}">${words}</a></li>`)}</ul></nav></header>`;
}

/** What the list is made of: data, never markup. */
function* data(report: Report, store: Changes, options: RenderOptions): Generator<string> {
  const labels = createLabels(options.shape);
  yield '<script type="application/json" id="data">{"items":[';
  let first = true;
  for (const item of itemsOf(report, store, options, labels)) {
    yield `${first ? '' : ',\n'}${scriptJson(item)}`;
    first = false;
  }
  const meant = [...quotas(store).values()].reduce((sum, n) => sum + n, 0);
  yield `],"labels":${scriptJson(labels.list)},"kinds":${scriptJson(KIND_WORDS)},"date":${scriptJson(options.dateField)},"meant":${meant}}</script>\n`;
}
