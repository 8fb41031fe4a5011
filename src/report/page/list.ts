import { kindName, LISTED } from '../kinds.ts';
import type { Mode, ReportModel } from '../report-model.ts';
import { MAX_ITEMS, quotas } from './items.ts';
import { number, section } from './shell.ts';
import { both, html, type Markup, t } from './tag.ts';

const HEADINGS: Readonly<Partial<Record<Mode, Markup>>> = {
  validate: t('不会导入的行', 'Rows that would not be imported'),
  verify: t('不一致的记录', 'What differs'),
};

/** The frame of the searchable list; `client.js` fills it from the data. */
export function list(model: ReportModel): Markup {
  const kinds = LISTED.map((kind) => ({ kind, count: model.count(kind) })).filter(({ count }) => count > 0);
  const all = kinds.reduce((sum, { count }) => sum + count, 0);
  const heading = HEADINGS[model.result.mode] ?? t('全部变更', 'All changes');
  if (all === 0)
    return section('changes', heading, html`<p class="none">${t('没有变更。', 'There are none.')}</p>`);
  return section(
    'changes',
    heading,
    html`${all > MAX_ITEMS ? sample(model, all) : null}<div class="notice warn" role="note" id="cut" hidden>${t(
      '变更内容太多，本页只含其中',
      'The changes are too large for a page, which holds',
    )} <b id="cut-count"></b>${t('；完整清单见 CSV：hire-sync … --report changes.csv', '; the CSV has them all: hire-sync … --report changes.csv')}</div><form class="filters" role="search" data-label-zh="筛选变更" data-label-en="Filter the changes">
<p class="search"><label for="q">${t('搜索', 'Search')}</label><input id="q" type="search" autocomplete="off" spellcheck="false" data-placeholder-zh="记录编号、姓名、评语、飞书 ID……" data-placeholder-en="key, name, note, Feishu id …"></p>
<p class="field"><label for="field">${t('字段', 'Field')}</label><select id="field"><option value="" data-zh="所有字段" data-en="All fields"></option></select></p>
<fieldset class="kinds"><legend>${t('类别', 'Kinds')}</legend>${kinds.map(
      ({ kind, count }) =>
        html`<label class="chip"><input type="checkbox" name="kind" value="${kind}" checked><span><span class="dot k-${kind}" aria-hidden="true"></span>${both(kindName(kind, model.target))} <small>${number(count)}</small></span></label>`,
    )}<label class="chip" id="drift-chip" hidden><input type="checkbox" name="drift"><span>${t('只看飞书中被修改的', 'Only those edited in Feishu')}</span></label></fieldset>
<p class="tools"><output id="count" role="status" aria-live="polite"></output><button type="button" id="all-kinds" class="link">${t('清除筛选', 'Clear filters')}</button><button type="button" id="unfold" class="link" aria-pressed="false">${t('全部展开', 'Unfold all')}</button></p></form>
<ol class="changes" id="list" aria-labelledby="changes-h"></ol><p class="more"><button type="button" id="more">${t('显示更多', 'Show more')}</button></p><p class="none" id="nothing" hidden>${t('没有符合条件的变更。', 'No change matches.')}</p>
<noscript><p class="notice warn">${t('此列表需要 JavaScript；也可用 --report 生成 CSV。', 'This list needs JavaScript; --report makes a CSV as well.')}</p></noscript><p class="print-note faint"></p>`,
  );
}

function sample(model: ReportModel, all: number): Markup {
  const shares = quotas(model);
  const held = [...shares.values()].reduce((sum, n) => sum + n, 0);
  const cut = [...shares].filter(([kind, share]) => share < model.count(kind));
  return html`<div class="notice warn" role="note" id="sample"><strong>${t('抽样', 'A sample')}</strong> ${t(
    `本页含 ${number(all)} 条变更中的 ${number(held)} 条，均匀抽取；`,
    `This page holds ${number(held)} of ${number(all)} changes, spread evenly: `,
  )}${cut.map(([kind, share]) => html`${both(kindName(kind, model.target))} ${number(share)} / ${number(model.count(kind))} `)}${t(
    '。完整清单见 CSV：hire-sync … --report changes.csv',
    '. The CSV has them all: hire-sync … --report changes.csv',
  )}</div>`;
}
