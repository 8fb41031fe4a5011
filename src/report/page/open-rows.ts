import type { Change } from '../../model.ts';
import { fieldPathOf } from '../../plan/labels.ts';
import { eachChange } from '../../plan/plan-store.ts';
import type { Bilingual } from '../../plan/shape.ts';
import type { Reason, ReasonCode } from '../../reason.ts';
import type { Changes, RenderOptions } from '../options.ts';
import { endText, reasonText, wordsOf } from '../reason-words.ts';
import { problemText } from '../reasons.ts';
import { PROBLEM_WORDS } from '../words.ts';
import { type ProblemGroup, reasons } from './figures.ts';
import { number, section } from './sections.ts';
import { both, html, type Markup, t } from './tag.ts';

type Waiting = Extract<Change, { kind: 'held' | 'in-doubt' }>;

const LISTED = 50;

/** Held and rejected rows, by reason, with how to mend them. */
export function openRows(store: Changes, options: RenderOptions): Markup {
  const { list, others } = reasons(store);
  const groups = heldGroups(store);
  const heading = t('需要处理', 'Needs attention');
  if (list.length + groups.length === 0)
    return section(
      'open',
      heading,
      html`<p class="none">${t('没有搁置或被拒绝的行。', 'No row is held or rejected.')}</p>`,
    );
  return section(
    'open',
    heading,
    html`${
      list.length === 0
        ? null
        : html`<h3>${t('被拒绝的行', 'Rejected rows')}</h3><p>${t(
            '未导入。改正 rejects.csv 后用 --only-rejects 送回，或在源系统中改正。',
            'Not imported. Correct rejects.csv and feed it back with --only-rejects, or correct the old system.',
          )}</p>${list.map((reason) => rejectedGroup(reason, options))}`
    }${
      others === 0
        ? null
        : html`<p>${t(`另有 ${number(others)} 行，原因各不相同。`, `${number(others)} more rows, each for a reason of its own.`)}</p>`
    }${
      groups.length === 0
        ? null
        : html`<h3>${t('搁置和存疑的行', 'Held and doubtful rows')}</h3>${groups.map((group) => heldGroup(group, options))}`
    }`,
  );
}

function rejectedGroup({ problem, rows, examples }: ProblemGroup, options: RenderOptions): Markup {
  const { what, fix } = PROBLEM_WORDS[problem.code];
  const field = fieldPathOf(problem.field);
  return group(
    html`<code>${field === '' ? '–' : field}</code> ${both(what)}`,
    rows,
    fix,
    html`<table><thead><tr><th scope="col">${t('主键', 'Key')}</th><th scope="col">${t('位置', 'Place')}</th><th scope="col">${t('问题', 'Problem')}</th></tr></thead><tbody>${examples.map(
      ({ key, place, problem: own }) =>
        html`<tr><th scope="row" class="v">${key ?? t('（无主键）', '(no key)')}</th><td>${place}</td><td class="v">${t(
          problemText(own, { ...options, language: 'zh' }),
          problemText(own, { ...options, language: 'en' }),
        )}</td></tr>`,
    )}</tbody></table>${more(rows - examples.length)}`,
  );
}

interface HeldGroup {
  readonly reason: Reason;
  rows: number;
  readonly examples: Waiting[];
}

function heldGroups(store: Changes): readonly HeldGroup[] {
  const groups = new Map<ReasonCode, HeldGroup>();
  for (const { change } of eachChange(store, ['held', 'in-doubt'])) {
    if (change.kind !== 'held' && change.kind !== 'in-doubt') continue;
    const { reason } = change;
    const group = groups.get(reason.code) ?? { reason, rows: 0, examples: [] };
    groups.set(reason.code, group);
    group.rows++;
    if (group.examples.length < LISTED) group.examples.push(change);
  }
  return [...groups.values()].sort((a, b) => b.rows - a.rows);
}

function heldGroup({ reason, rows, examples }: HeldGroup, { redact }: RenderOptions): Markup {
  const { name, means, next } = wordsOf(reason);
  const text = (one: Reason): Markup =>
    t(reasonText(one, { language: 'zh', redact }), reasonText(one, { language: 'en', redact }));
  return group(
    html`<span class="v">${both(name)}</span> <code>${reason.code}</code>`,
    rows,
    { zh: endText(reason, 'zh'), en: endText(reason, 'en') },
    html`<p>${both(means)} ${t('下一次运行：', 'The next run ')}${both(next)}${t('。', '.')}</p><table><thead><tr><th scope="col">${t('主键', 'Key')}</th><th scope="col">${t('位置', 'Place')}</th><th scope="col">${t('原因', 'Reason')}</th></tr></thead><tbody>${examples.map(
      (row) =>
        html`<tr><th scope="row" class="v">${row.key}</th><td>${row.origin.file}:${row.origin.line}</td><td class="v">${text(row.reason)}</td></tr>`,
    )}</tbody></table>${more(rows - examples.length)}`,
  );
}

function group(summary: Markup, rows: number, fix: Bilingual, table: Markup): Markup {
  return html`<details class="group"${rows <= 10 ? { markup: ' open' } : null}><summary><span class="count">${number(rows)}</span><span>${summary}</span></summary><div><p class="fix"><b>${t('怎么办', 'What to do')}</b> ${both(fix)}</p><div class="scroll">${table}</div></div></details>`;
}

function more(rows: number): Markup | null {
  if (rows <= 0) return null;
  return html`<p class="faint">${t(`另有 ${number(rows)} 行，见下方列表或 CSV。`, `${number(rows)} more: see the list below, or the CSV.`)}</p>`;
}
