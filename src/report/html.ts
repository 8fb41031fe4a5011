import { readFileSync } from 'node:fs';
import type { Bilingual } from '../plan/shape.ts';
import { ALL_KINDS, kindName } from './kinds.ts';
import { attention } from './page/attention.ts';
import { chart } from './page/chart.ts';
import { distinctSection } from './page/distinct.ts';
import { costSection, sources } from './page/facts.ts';
import { createLabels, itemsOf, quotas } from './page/items.ts';
import { list } from './page/list.ts';
import { overwriting, overwritten } from './page/overwritten.ts';
import { sampleSection } from './page/sample.ts';
import { masthead, pageHead } from './page/shell.ts';
import { signOff } from './page/sign.ts';
import { headline, notices } from './page/summary.ts';
import { html, type Markup, scriptJson } from './page/tag.ts';
import { verdictSection } from './page/verdicts.ts';
import { PAGE_WORDS } from './page/words.ts';
import type { RenderOptions, ReportModel } from './report-model.ts';
import { w } from './sentences.ts';

/** The page's own script: two modules, in `src/` and in `dist/`, as one without import and export. */
const SCRIPT = ['entries', 'client']
  .map((name) => readFileSync(new URL(`../report/page/${name}.js`, import.meta.url), 'utf8'))
  .join('\n')
  // A browser would change these line ends before it takes the hash.
  .replaceAll('\r\n', '\n')
  .replaceAll(/^import [^;]*;\n|^export (?=const |function )/gm, '');

/** Sections that the head leads to, where they are there. */
const LINKS: readonly (readonly [string, Bilingual])[] = [
  ['verdicts', w('结论', 'Verdicts')],
  ['sign', w('签字', 'Sign-off')],
  ['sample', w('样本', 'Sample')],
  ['overwritten', w('覆盖', 'Overwritten')],
  ['open', w('需要处理', 'Attention')],
  ['changes', w('明细', 'List')],
  ['months', w('按月', 'By month')],
  ['cost', w('耗时', 'Time')],
  ['sources', w('数据来源', 'Made from')],
];

/**
 * A report as one self-contained HTML page in pieces: its script and style are allowed by their hashes and nothing
 * else is, neither from the network nor from the data. Up to 10,000 changes are in it, beyond that a sample.
 */
export function* htmlReport(model: ReportModel, options: RenderOptions): Generator<string> {
  const figures = overwritten(model);
  const sections: readonly Markup[] = [
    notices(model, options),
    // What happens and what to be afraid of, on the sheet that is signed.
    headline(model, figures),
    verdictSection(model),
    signOff(model),
    sampleSection(model),
    overwriting(model, figures),
    distinctSection(model, options),
    attention(model, options),
    list(model),
    chart(model),
    costSection(model),
    sources(model),
  ];
  const there = LINKS.filter(([id]) =>
    sections.some(({ markup }) => markup.startsWith(`<section id="${id}"`)),
  );
  yield `<!doctype html>\n${pageHead(model, SCRIPT, options.language).markup}\n`;
  yield html`<body>${masthead(model, there)}<main id="main" tabindex="-1">`.markup;
  for (const { markup } of sections) yield markup;
  yield `</main>\n`;
  yield* data(model, options);
  yield `<script type="module">${SCRIPT}</script>\n</body>\n</html>\n`;
}

/** What the list is made of: data, never markup. */
function* data(model: ReportModel, options: RenderOptions): Generator<string> {
  const { target } = model;
  const labels = createLabels(target.shape);
  yield '<script type="application/json" id="data">{"items":[';
  let first = true;
  for (const item of itemsOf(model, options, labels)) {
    yield `${first ? '' : ',\n'}${scriptJson(item)}`;
    first = false;
  }
  const meant = [...quotas(model).values()].reduce((sum, n) => sum + n, 0);
  const kinds = Object.fromEntries(ALL_KINDS.map((kind) => [kind, kindName(kind, target)]));
  const rest = { labels: labels.list, kinds, date: target.dateField, meant, words: PAGE_WORDS };
  yield `],${scriptJson(rest).slice(1)}</script>\n`;
}
