import { tallies } from '../counts.ts';
import { ALL_KINDS, kindName } from '../kinds.ts';
import { approvalIn } from '../made-notes.ts';
import { type ReportModel, zoneOf } from '../report-model.ts';
import { joined } from '../sentences.ts';
import { facts, runOf, section } from './shell.ts';
import { both, html, type Markup, t } from './tag.ts';

const HASH = t('计划的校验码', 'Hash of the plan');

/** Where somebody puts a name under it: what is signed stands on the same sheet. */
export function signOff(model: ReportModel): Markup {
  const { result, target } = model;
  if (result.mode === 'validate') return html``;
  const counts = joined(tallies(ALL_KINDS.map((kind) => [model.count(kind), kindName(kind, target)])));
  const plan = result.made?.plan ?? null;
  const noted = result.made?.approved;
  const approved = noted && approvalIn(noted, zoneOf(model));
  const asked = result.mode === 'plan' || result.mode === 'undo-plan';
  const run = runOf(model);
  return section(
    'sign',
    t('签字确认', 'Sign-off'),
    html`<div class="sign">${facts([
      run === null ? null : [t('运行', 'Run'), html`<code>${run}</code>`],
      [t('同步规则', 'Pipeline'), result.pipeline],
      [t('数量', 'Counts'), html`<span class="wide">${both(counts)}</span>`],
      plan === null
        ? result.mode === 'plan'
          ? [HASH, t('没有保存的计划（plan --out FILE 会给出）', 'no saved plan (plan --out FILE gives one)')]
          : null
        : [HASH, html`<code class="hash">${plan}</code>`],
      approved
        ? [
            t('计划签字人', 'Plan signed by'),
            html`<span class="v">${approved.by}</span> <span class="faint">${approved.at}</span>`,
          ]
        : null,
    ])}<div class="lines"><p>${t('决定', 'Decision')} <span class="choice">☐ ${asked ? t('同意执行', 'carry out') : t('确认', 'accepted')}</span> <span class="choice">☐ ${asked ? t('不同意', 'do not carry out') : t('有异议', 'not accepted')}</span></p><p>${t('姓名', 'Name')}</p><p>${t('日期', 'Date')}</p></div></div>`,
  );
}
