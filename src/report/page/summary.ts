import { deadlineWarning } from '../cost.ts';
import { ALL_KINDS, type EntryKind, kindWords, ofTarget } from '../kinds.ts';
import { type RenderOptions, type ReportModel, toldIn } from '../report-model.ts';
import { eyeNote } from '../sentences.ts';
import { shownNote } from '../shown.ts';
import { faultText, stopSentence } from '../stops.ts';
import { canaryNote, complaintNote, meanwhileNote } from '../summary.ts';
import { CANARY_WORDS } from '../words.ts';
import type { Overwritten } from './overwritten.ts';
import { sentenceOf, sumOf } from './sentence.ts';
import { notice, number } from './shell.ts';
import { both, html, type Markup, t } from './tag.ts';

/** What a person should know first: that the run stopped, will be late, leaves names out. */
export function notices(model: ReportModel, { redact }: RenderOptions): Markup {
  const { result } = model;
  const parts: Markup[] = [];
  if ('stopped' in result && result.stopped !== null) {
    const { zh, en } = stopSentence(result.stopped, toldIn(model));
    const said = t(html`<span class="v pre">${zh}</span>`, html`<span class="v pre">${en}</span>`);
    parts.push(notice('bad', html`<strong>${t('运行已停止', 'The run stopped')}</strong> ${said}`));
  }
  if (result.mode === 'validate') {
    for (const { file, fault, message } of result.refused)
      parts.push(
        notice(
          'bad',
          html`<strong>${t(`无法读取 ${file}：${faultText(fault)}。`, 'Refused')}</strong> <span class="v" data-raw>${message}</span>`,
        ),
      );
    for (const complaint of result.complaints)
      parts.push(notice('bad', both(complaintNote(complaint, toldIn(model)))));
  }
  if (result.mode === 'plan' || result.mode === 'sync') {
    const late = result.cost === null ? null : deadlineWarning(result.cost);
    if (late !== null) parts.push(notice('warn', both(late)));
    const { canary } = result;
    if (canary !== null) {
      const odd = canary.rows.filter(({ is }) => is !== 'equal');
      const rows = odd.map(
        ({ key, is, fields }) =>
          html`<br><span class="v">${key}</span> ${both(CANARY_WORDS[is])} <code>${fields.join(', ')}</code>`,
      );
      const said = both(canaryNote(canary.rows.length, canary.equal));
      parts.push(notice(odd.length === 0 ? '' : 'bad', html`${said}${rows}`));
    }
    for (const one of result.shown)
      parts.push(notice(one.lost === 'open' ? 'bad' : '', both(shownNote(one))));
  }
  if ('eyes' in result) for (const eye of result.eyes) parts.push(notice('warn', both(eyeNote(eye))));
  if (result.mode === 'verify' && result.meanwhile !== null)
    parts.push(notice('', both(meanwhileNote(result.meanwhile))));
  if (redact)
    parts.push(
      notice(
        '',
        t('姓名和评语已隐去，只显示长度。', 'Names and notes are left out; only their length is shown.'),
      ),
    );
  return html`${parts}`;
}

/** What happens, what to be afraid of, and the numbers of all kinds, as a bar and as a list of what each means. */
export function headline(model: ReportModel, figures: Overwritten): Markup {
  const { result } = model;
  const countOf = (kind: EntryKind): number =>
    kind === 'create' && result.mode === 'validate' ? result.rows.valid : model.count(kind);
  const counts = ALL_KINDS.map((kind) => ({ kind, count: countOf(kind) })).filter(({ count }) => count > 0);
  // What is in the ledger only, and rows of children, are no part of the rows read.
  const rows = counts.filter(({ kind }) => kind !== 'gone' && kind !== 'orphan');
  const { happens, mind } = sentenceOf(model, figures);
  return html`<section id="summary" aria-labelledby="summary-h"><h2 id="summary-h" class="hidden">${t('概览', 'Summary')}</h2>
<p class="happens">${both(happens)}</p>${
    mind.length === 0
      ? null
      : html`<ul class="mind" aria-label="⚠">${mind.map((one) => html`<li>${both(one)}</li>`)}</ul>`
  }
${rows.length > 1 ? bar(rows) : null}
<ul class="legend">${counts.map(({ kind, count }) => {
    const { name, means } = kindWords(kind, result.mode);
    return html`<li><span class="dot k-${kind}" aria-hidden="true"></span><b>${number(count)}</b> ${both(ofTarget(name, model.target))}<small>${both(ofTarget(means, model.target))}</small></li>`;
  })}</ul>
<p class="sum">${both(sumOf(model))}</p></section>`;
}

function bar(counts: readonly { readonly kind: EntryKind; readonly count: number }[]): Markup {
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  // A kind of one row among a million is still to be seen.
  const widths = counts.map(({ count }) => Math.max(6, (count / Math.max(1, all)) * 1000));
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
