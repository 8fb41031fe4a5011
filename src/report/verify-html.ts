import { eachFinding, type Finding, type Findings } from '../plan/findings.ts';
import { labelOf, shapeAt } from '../plan/labels.ts';
import type { Bilingual } from '../plan/shape.ts';
import type { VerifyKind, VerifyReport } from '../result/verify.ts';
import type { RenderOptions } from './options.ts';
import { pageHead } from './page/head.ts';
import { number, section } from './page/sections.ts';
import { both, html, type Markup, t } from './page/tag.ts';
import { reasonText } from './reason-words.ts';
import { leavesOf, wholeValue } from './values.ts';
import { VERIFY_LISTED, VERIFY_WORDS } from './verify-words.ts';

type Options = Pick<RenderOptions, 'shape' | 'language' | 'redact'>;

// Of each kind; what a browser opens without a freeze. The CSV has all.
const MAX_OF_A_KIND = 2_500;

/** Switches the language; nothing else on this page moves. */
const SCRIPT = `
const root = document.documentElement;
function speak(chosen) {
  root.lang = chosen;
  document.title = chosen === 'zh' ? root.dataset.titleZh : root.dataset.titleEn;
  for (const button of document.querySelectorAll('[data-language]'))
    button.setAttribute('aria-pressed', String(button.dataset.language === chosen));
}
for (const button of document.querySelectorAll('[data-language]'))
  button.addEventListener('click', () => speak(button.dataset.language));
speak(root.lang);
root.dataset.ready = '';
`;

/** A verify as one self-contained HTML page in pieces, with the style and the content policy of the other reports. */
export function* verifyHtml(
  report: VerifyReport,
  findings: Pick<Findings<VerifyKind>, 'page' | 'count'>,
  options: Options,
): Generator<string> {
  yield `<!doctype html>\n${head(report, options).markup}\n`;
  yield html`<body>${masthead(report)}<main id="main" tabindex="-1">`.markup;
  yield summary(report, options).markup;
  for (const kind of VERIFY_LISTED) {
    const count = findings.count(kind);
    if (count > 0) yield* kindSection(kind, count, findings, options);
  }
  yield requests(report).markup;
  yield `</main>\n<script type="module">${SCRIPT}</script>\n</body>\n</html>\n`;
}

function head({ pipeline }: VerifyReport, { language }: Options): Markup {
  const titles = { zh: `核对报告 · ${pipeline}`, en: `Verify · ${pipeline}` };
  return pageHead(titles, SCRIPT, language);
}

function masthead({ pipeline, startedAt }: VerifyReport): Markup {
  return html`<a class="skip" href="#main">${t('跳到内容', 'Skip to the content')}</a>
<header><div class="top"><div><p class="what">${t('核对报告', 'Verify')}</p><h1>${pipeline}</h1><p class="meta">${startedAt}</p></div>
<div class="languages" role="group" aria-label="语言 / Language"><button type="button" lang="zh-CN" data-language="zh">中文</button><button type="button" lang="en-US" data-language="en">English</button></div></div></header>`;
}

function summary({ records, unknown, applications, meanwhile }: VerifyReport, { redact }: Options): Markup {
  const { read, ...kinds } = records;
  const facts: (readonly [Bilingual, string | Markup])[] = [
    [{ zh: '已读取的记录', en: 'Records read' }, number(read)],
    ...Object.entries(kinds).map(([kind, n]) => [VERIFY_WORDS[kind as VerifyKind], number(n)] as const),
    [
      VERIFY_WORDS.unknown,
      unknown === null
        ? t('未查找（--known-only）', 'not looked for (--known-only)')
        : t(
            `${number(unknown)}（${number(applications)} 个投递之下）`,
            `${number(unknown)} under ${number(applications)} applications`,
          ),
    ],
  ];
  return section(
    'summary',
    t('结果', 'The result'),
    html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${both(name)}</dt><dd>${value}</dd></div>`)}</dl>${
      meanwhile === null
        ? null
        : html`<p class="notice">${t(`期间有运行 ${meanwhile}；它写入的已重新读取。`, `Run ${meanwhile} was going on meanwhile; what it wrote was read again.`)}</p>`
    }${redact ? html`<p class="notice">${t('姓名和评语未列出。', 'Names and notes are left out.')}</p>` : null}`,
  );
}

function* kindSection(
  kind: VerifyKind,
  count: number,
  findings: Pick<Findings<VerifyKind>, 'page'>,
  options: Options,
): Generator<string> {
  const columns: readonly Markup[] = [
    t('主键', 'Key'),
    t('飞书 ID', 'Feishu id'),
    ...(kind === 'changed'
      ? [t('字段', 'Field'), t('上次写入', 'Last written'), t('飞书现在', 'Feishu now')]
      : [t('投递', 'Application'), t('说明', 'Note')]),
  ];
  const more =
    count > MAX_OF_A_KIND
      ? html`<p class="notice warn">${t(
          `本页只含前 ${number(MAX_OF_A_KIND)} 条；完整清单见 CSV：--report verify.csv`,
          `This page holds the first ${number(MAX_OF_A_KIND)}; the CSV has them all: --report verify.csv`,
        )}</p>`
      : html``;
  yield html`<section id="${kind}" aria-labelledby="${kind}-h"><h2 id="${kind}-h">${both(VERIFY_WORDS[kind])} <small>${number(count)}</small></h2>${more}<div class="scroll"><table><thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>`
    .markup;
  for (const finding of eachFinding(findings, [kind]).take(MAX_OF_A_KIND))
    for (const row of rowsOf(finding, options)) yield row.markup;
  yield '</tbody></table></div></section>\n';
}

function* rowsOf(finding: Finding<VerifyKind>, { shape, redact }: Options): Generator<Markup> {
  const { kind, key, remoteId, application, reason, fields } = finding;
  const start = html`<th scope="row" class="v">${key ?? '–'}</th><td><code>${remoteId ?? '–'}</code></td>`;
  if (kind !== 'changed') {
    const note =
      reason === null
        ? null
        : t(reasonText(reason, { language: 'zh', redact }), reasonText(reason, { language: 'en', redact }));
    yield html`<tr>${start}<td><code>${application}</code></td><td class="v">${note}</td></tr>\n`;
    return;
  }
  for (const field of fields) {
    for (const { path, before, after } of leavesOf(shape, field)) {
      const inner = shapeAt(shape, path);
      const shown = (value: typeof before): Markup =>
        value === undefined
          ? t('无', 'absent')
          : t(
              wholeValue(inner, value, { language: 'zh', redact }),
              wholeValue(inner, value, { language: 'en', redact }),
            );
      const label = t(labelOf(shape, path, 'zh'), labelOf(shape, path, 'en'));
      yield html`<tr>${start}<td>${label}</td><td class="v">${shown(before)}</td><td class="v">${shown(after)}</td></tr>\n`;
    }
  }
}

function requests({ requests: sent }: VerifyReport): Markup {
  return section(
    'cost',
    t('请求', 'Requests'),
    html`<div class="scroll"><table><thead><tr><th scope="col">${t('接口', 'Endpoint')}</th><th scope="col" class="num">${t('实际发出', 'Sent')}</th><th scope="col" class="num">${t('其中重试', 'Retries')}</th><th scope="col" class="num">${t('被限流', 'Rate limited')}</th></tr></thead><tbody>${Object.entries(
      sent,
    ).map(
      ([endpoint, { sent: all, retried, limited }]) =>
        html`<tr><th scope="row"><code>${endpoint}</code></th><td class="num">${number(all)}</td><td class="num">${number(retried)}</td><td class="num">${number(limited)}</td></tr>`,
    )}</tbody></table></div>`,
    t('没有写入任何内容。', 'Nothing was written.'),
  );
}
