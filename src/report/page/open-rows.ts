import type { Change } from '../../model.ts';
import { eachChange } from '../../plan/plan-store.ts';
import type { Bilingual } from '../../plan/shape.ts';
import { fieldPathOf } from '../labels.ts';
import type { Changes, RenderOptions } from '../options.ts';
import { problemText, whyText } from '../reasons.ts';
import { PROBLEM_WORDS } from '../words.ts';
import { type Reason, reasons } from './figures.ts';
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

function rejectedGroup({ problem, rows, examples }: Reason, options: RenderOptions): Markup {
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
  readonly name: string;
  readonly fix: Bilingual;
  rows: number;
  readonly examples: Waiting[];
}

const DECIDE: Bilingual = {
  zh: '用 hire-sync resolve 决定：--adopt、--create 或 --skip',
  en: 'Decide with hire-sync resolve: --adopt, --create or --skip.',
};

/** By how a reason begins; it is made in `plan/`, `pipeline/` and `writer/`. */
const FIXES: readonly (readonly [RegExp, Bilingual])[] = [
  [
    /^unknown yet/,
    {
      zh: '等对照表中出现该投递；每晚自动重试，无需处理。长期未出现时请核对编号',
      en: 'Waits for its application in the lookup and is tried again each night. If it has waited long, check the number.',
    },
  ],
  [
    /^key reused/,
    {
      zh: '同一主键换了投递：核对导出中的主键',
      en: 'The same key belongs to another application now: check the key in the export.',
    },
  ],
  [
    /^would drop/,
    {
      zh: '先改正没有所属面试的子行，否则会丢失评价',
      en: 'Correct the child rows without a parent first: an assessment would be lost.',
    },
  ],
  [
    /^missing in Feishu/,
    {
      zh: '有人在飞书中删除了它：用 hire-sync resolve 决定 --create 或 --skip',
      en: 'Somebody deleted it in Feishu: decide with hire-sync resolve, --create or --skip.',
    },
  ],
  [
    /^named by hand/,
    {
      zh: '由人指定的对象与源不同：核对后用 --on-drift overwrite 以源为准',
      en: 'The object that was named differs from the source: look at both; --on-drift overwrite lets the source win.',
    },
  ],
  [
    /^in doubt/,
    {
      zh: '下次同步会先核实结果，无需处理',
      en: 'The next sync finds out what became of it; there is nothing to do.',
    },
  ],
];

const EDITED: Bilingual = {
  zh: '有人在飞书中修改过：核对后用 --on-drift overwrite 或 keep 重新运行',
  en: 'Somebody edited it in Feishu: look at both, then run again with --on-drift overwrite or keep.',
};

function heldGroups(store: Changes): readonly HeldGroup[] {
  const groups = new Map<string, HeldGroup>();
  for (const { change } of eachChange(store, ['held', 'in-doubt'])) {
    if (change.kind !== 'held' && change.kind !== 'in-doubt') continue;
    const name = change.why.split(/[:(]/)[0]?.trim() ?? '';
    const edited = change.kind === 'held' && change.drift !== undefined ? EDITED : undefined;
    const fix = edited ?? FIXES.find(([begins]) => begins.test(change.why))?.[1] ?? DECIDE;
    const group = groups.get(name) ?? { name, fix, rows: 0, examples: [] };
    groups.set(name, group);
    group.rows++;
    if (group.examples.length < LISTED) group.examples.push(change);
  }
  return [...groups.values()].sort((a, b) => b.rows - a.rows);
}

function heldGroup({ name, fix, rows, examples }: HeldGroup, { redact }: RenderOptions): Markup {
  return group(
    html`<span class="v">${name}</span>`,
    rows,
    fix,
    html`<table><thead><tr><th scope="col">${t('主键', 'Key')}</th><th scope="col">${t('位置', 'Place')}</th><th scope="col">${t('原因', 'Reason')}</th></tr></thead><tbody>${examples.map(
      ({ key, origin, why }) =>
        html`<tr><th scope="row" class="v">${key}</th><td>${origin.file}:${origin.line}</td><td class="v">${whyText(why, redact)}</td></tr>`,
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
