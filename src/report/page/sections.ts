import type { ChangeKind } from '../../model.ts';
import type { Report } from '../../result/report.ts';
import { deadlineWarning } from '../cost.ts';
import { eyeText } from '../eyes.ts';
import type { Changes, RenderOptions } from '../options.ts';
import { shownLine } from '../shown.ts';
import { CANARY_WORDS, KIND_MEANS, KIND_WORDS } from '../words.ts';
import { type FieldFigure, overwritten } from './figures.ts';
import { both, type Hole, html, type Markup, t } from './tag.ts';

/** The order of the bar and its legend: from what changes Feishu most to what does not. */
const IN_BAR: readonly ChangeKind[] = [
  'update',
  'create',
  'record',
  'adopt',
  'drifted',
  'rejected',
  'held',
  'in-doubt',
  'skipped',
  'unchanged',
];

/** `12345` → `12,345` */
export function number(n: number): string {
  return n.toLocaleString('en-US');
}

/** A section with its heading, as a landmark. */
export function section(id: string, heading: Markup, body: Hole, note: Hole = null): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${heading}</h2>${
    note === null ? null : html`<p class="lead">${note}</p>`
  }${body}</section>`;
}

/** What a person should know first: that the run stopped, will be late, leaves names out. */
export function notices(report: Report, { redact }: RenderOptions): Markup {
  const { stopped, cost, canary, eyes } = report;
  const late = cost === null ? null : deadlineWarning(cost, 'en');
  return html`${
    stopped === null
      ? null
      : html`<div class="notice bad" role="note"><strong>${t('运行已停止', 'The run stopped')}</strong> <span class="v">${stopped.message}</span></div>`
  }${
    late === null || cost === null
      ? null
      : html`<div class="notice warn" role="note">${t(deadlineWarning(cost, 'zh') ?? '', late)}</div>`
  }${eyes.map(
    (eye) => html`<div class="notice warn" role="note">${t(eyeText(eye, 'zh'), eyeText(eye, 'en'))}</div>`,
  )}${
    canary === null
      ? null
      : html`<div class="notice ${canary.equal === canary.rows.length ? '' : 'bad'}" role="note">${t(
          `试写：已写入并读回 ${number(canary.rows.length)} 条，其中 ${number(canary.equal)} 条与发送的一致。`,
          `A canary run: ${number(canary.rows.length)} changes were written and read back, ${number(canary.equal)} of them equal to what was sent.`,
        )}${canary.rows
          .filter(({ is }) => is !== 'equal')
          .map(
            ({ key, is, fields }) =>
              html`<br><span class="v">${key}</span> ${both(CANARY_WORDS[is])} <code>${fields.join(', ')}</code>`,
          )}</div>`
  }${report.shown.map(
    (one) =>
      html`<div class="notice ${one.lost === 'open' ? 'bad' : ''}" role="note">${t(shownLine(one, 'zh'), shownLine(one, 'en'))}</div>`,
  )}${
    redact
      ? html`<div class="notice" role="note">${t('姓名和评语已隐去，只显示长度。', 'Names and notes are left out; only their length is shown.')}</div>`
      : null
  }`;
}

/** The numbers of all kinds, as a bar and as a list of what each means. */
export function headline(report: Report, store: Changes): Markup {
  const counts = IN_BAR.map((kind) => ({ kind, count: store.count(kind) })).filter(({ count }) => count > 0);
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  const { rows, mode } = report;
  // Rows that were not begun are taken up by the next run: nobody has to do anything.
  const open = rows.rejected + rows.held - report.notAttempted + rows.inDoubt + rows.failed;
  const big = (n: number, words: Markup, tone = '') =>
    html`<div class="big ${n === 0 ? '' : tone}"><dd>${number(n)}</dd><dt>${words}</dt></div>`;
  const plan = mode === 'plan';
  return html`<section id="summary" aria-labelledby="summary-h"><h2 id="summary-h" class="hidden">${t('概览', 'Summary')}</h2>
<dl class="bigs">${big(rows.updated, plan ? t('条面试将被覆盖', 'interviews to be overwritten') : t('条面试已覆盖', 'interviews overwritten'), 'update')}${big(
    rows.created,
    plan ? t('条面试将新建', 'interviews to be created') : t('条面试已新建', 'interviews created'),
    'create',
  )}${big(open, t('行需要处理', 'rows need attention'), 'rejected')}${big(rows.unchanged, t('条不变', 'stay as they are'))}</dl>
${bar(counts, all)}
<ul class="legend">${counts.map(
    ({ kind, count }) =>
      html`<li><span class="dot k-${kind}" aria-hidden="true"></span><b>${number(count)}</b> ${both(KIND_WORDS[kind])}<small>${both(KIND_MEANS[kind])}</small></li>`,
  )}</ul>
<p class="sum">${t(`共读取 ${number(rows.read)} 行`, `${number(rows.read)} rows read`)}${
    report.missing > 0
      ? t(
          `；账本中另有 ${number(report.missing)} 条在源中已没有，保持原样`,
          `; ${number(report.missing)} records of the ledger are no longer in the source and stay as they are`,
        )
      : null
  }${
    report.orphans > 0
      ? t(
          `；${number(report.orphans)} 个子行没有所属面试，未导入`,
          `; ${number(report.orphans)} child rows have no parent and are not imported`,
        )
      : null
  }${
    report.notAttempted > 0
      ? t(
          `；${number(report.notAttempted)} 行未开始，由下一次运行继续`,
          `; ${number(report.notAttempted)} rows were not begun and are taken up by the next run`,
        )
      : null
  }${t('。', '.')}</p></section>`;
}

function bar(counts: readonly { readonly kind: ChangeKind; readonly count: number }[], all: number): Markup {
  // A kind of one row among a million is still to be seen.
  const least = 6;
  const widths = counts.map(({ count }) => Math.max(least, (count / Math.max(1, all)) * 1000));
  const scale = 1000 / widths.reduce((sum, width) => sum + width, 0);
  let x = 0;
  const parts = counts.map(({ kind }, i) => {
    const width = (widths[i] ?? 0) * scale;
    const rect = html`<rect class="k-${kind}" x="${x.toFixed(2)}" y="0" width="${Math.max(1, width - 2).toFixed(2)}" height="14"/>`;
    x += width;
    return rect;
  });
  // The legend beneath says the same in words.
  return html`<svg class="bar" viewBox="0 0 1000 14" preserveAspectRatio="none" aria-hidden="true" focusable="false">${parts}</svg>`;
}

/** What would be overwritten, before anything else: a PUT replaces the whole interview. */
export function overwriting(report: Report, store: Changes, options: RenderOptions): Markup {
  const { fields, drifted, conflicts } = overwritten(store, options);
  const plan = report.mode === 'plan';
  const heading = plan
    ? t('将被覆盖的内容', 'What would be overwritten')
    : t('覆盖的内容', 'What was overwritten');
  if (fields.length === 0)
    return section('overwritten', heading, html`<p class="none">${t('没有。', 'Nothing.')}</p>`);
  const edited =
    drifted === 0
      ? null
      : html`<div class="notice warn" role="note">${t(
          html`上次写入之后有人在飞书中修改过其中 <b>${number(drifted)}</b> 条，与源的改动冲突 <b>${number(conflicts)}</b> 条。`,
          html`Edited in Feishu since they were last written: <b>${number(drifted)}</b>, in conflict with the source: <b>${number(conflicts)}</b>.`,
        )} <button type="button" class="link" data-show="drift">${t('查看', 'Show them')}</button></div>`;
  return section(
    'overwritten',
    heading,
    html`${edited}<div class="scroll"><table class="fields"><thead><tr><th scope="col">${t('字段', 'Field')}</th><th scope="col" class="num">${t('改写', 'Replaced')}</th><th scope="col" class="num">${t('清空', 'Emptied')}</th><th scope="col" class="num">${t('新增', 'Added')}</th><th scope="col">${t('主要变化', 'Mostly')}</th><td></td></tr></thead><tbody>${fields.map(fieldRow)}</tbody></table></div>
<h3 id="first-h">${t('前几条', 'The first of them')}</h3><ol class="changes" id="first" aria-labelledby="first-h"></ol>`,
    t(
      '更新会替换整条面试，因此下面左侧的值将不复存在。',
      'An update replaces the whole interview: the values on the left will be gone.',
    ),
  );
}

function fieldRow({ path, label, replaced, emptied, added, steps }: FieldFigure): Markup {
  const most = [...steps.values()].sort((a, b) => b.count - a.count).slice(0, 3);
  return html`<tr><th scope="row">${both(label)}</th><td class="num">${count(replaced)}</td><td class="num">${
    emptied === 0 ? count(0) : html`<strong class="alarm">${number(emptied)}</strong>`
  }</td><td class="num">${count(added)}</td><td class="steps">${most.map(
    ({ from, to, count }) =>
      html`<span class="step">${both(from)} → ${both(to)} <small>${number(count)}</small></span>`,
  )}</td><td class="num"><button type="button" class="link" data-show="update" data-field="${path}">${t('查看', 'Show')}<span class="hidden"> ${both(label)}</span></button></td></tr>`;
}

function count(n: number): Markup {
  return n === 0 ? html`<span class="faint">–</span>` : html`${number(n)}`;
}
