import type { Problem } from '../../model.ts';
import { fieldLabel, fieldPathOf } from '../../plan/labels.ts';
import type { Bilingual, Shape } from '../../plan/shape.ts';
import type { Reason } from '../../reason.ts';
import type { EntryKind } from '../kinds.ts';
import { kindName, ofTarget } from '../kinds.ts';
import { inWallTime, problemNote } from '../problems.ts';
import { endText, reasonNote, wordsOf } from '../reason-words.ts';
import {
  type Entry,
  pipelineOf,
  type RenderOptions,
  type ReportModel,
  toldIn,
  zoneOf,
} from '../report-model.ts';
import { w } from '../sentences.ts';
import { NO_KEY, OTHER_PROBLEMS, PROBLEM_WORDS } from '../words.ts';
import { type Column, notice, number, section, table } from './shell.ts';
import { both, type Hole, html, type Markup, t } from './tag.ts';

const EXAMPLES = 50;
const MAX_GROUPS = 200;

/** Kinds that a person has to do something about, each with a reason. */
const WAITING: readonly EntryKind[] = ['held', 'in-doubt', 'open', 'left', 'failed'];

/** Entries with one cause, and how to mend it. */
interface Group {
  readonly title: Markup;
  readonly fix: Bilingual;
  readonly means?: Markup;
  rows: number;
  /** Of the first of them. */
  readonly lines: (readonly Hole[])[];
}

type Groups = Map<string, Group>;

function count(
  groups: Groups,
  name: string,
  made: () => Omit<Group, 'rows' | 'lines'>,
  line: () => readonly Hole[],
): void {
  const group = groups.get(name) ?? { ...made(), rows: 0, lines: [] };
  groups.set(name, group);
  group.rows++;
  if (group.lines.length < EXAMPLES) group.lines.push(line());
}

/** What needs somebody, by cause, the most frequent first, with how to mend it. */
export function attention(model: ReportModel, { redact }: RenderOptions): Markup {
  const { shape } = model.target;
  const zone = zoneOf(model);
  const rejected: Groups = new Map();
  const nameOf = ({ code, field }: Problem): string => {
    const name = `${code} ${fieldPathOf(field)}`;
    return rejected.has(name) || rejected.size < MAX_GROUPS ? name : OTHERS;
  };
  for (const entry of model.entries(['rejected']))
    for (const [name, [problem]] of Map.groupBy(entry.problems ?? [], nameOf))
      if (problem !== undefined)
        count(
          rejected,
          name,
          () => (name === OTHERS ? otherProblems() : causeOf(problem, shape)),
          () => [
            keyOf(entry),
            placeOf({ ...entry, ...(problem.origin && { origin: problem.origin }) }),
            both(problemNote(inWallTime(problem, shape, zone), redact)),
          ],
        );
  const held: Groups = new Map();
  for (const entry of model.entries(WAITING)) {
    const { reason } = entry;
    if (reason !== undefined)
      count(
        held,
        reason.code,
        () => meaningOf(reason, pipelineOf(model)),
        () => [keyOf(entry), placeOf(entry), both(reasonNote(reason, { redact, ...toldIn(model) }))],
      );
  }
  const orphans = [...model.entries(['orphan']).take(EXAMPLES)];
  const heading = t('需要处理', 'Needs attention');
  if (rejected.size + held.size + orphans.length === 0) return differing(model, heading);
  return section(
    'open',
    heading,
    html`${
      rejected.size === 0
        ? null
        : html`<h3>${t('数据有误的行', 'Rejected rows')}</h3><p>${t(
            html`未导入。在 <code>rejects.csv</code> 中改正后用 <code>--only-rejects</code> 送回，或在原系统中改正。`,
            html`Not imported. Correct <code>rejects.csv</code> and feed it back with <code>--only-rejects</code>, or correct the old system.`,
          )}</p>${told(rejected, PROBLEM)}`
    }${
      held.size === 0
        ? null
        : html`<h3>${t('待处理（暂不写入）', 'Held and doubtful rows')}</h3>${told(held, { name: w('原因', 'Reason') })}`
    }${orphans.length === 0 ? null : orphanGroup(orphans, model)}`,
  );
}

/** After a verify: what becomes of what differs. Nowhere else is there anything to do. */
function differing(model: ReportModel, heading: Markup): Markup {
  const rows = (['changed', 'missing', 'unknown'] as const).filter((kind) => model.count(kind) > 0);
  if (model.result.mode !== 'verify' || rows.length === 0) return html``;
  const { target } = model;
  return section(
    'open',
    heading,
    html`<ul class="todo">${rows.map(
      (kind) =>
        html`<li><b>${number(model.count(kind))}</b> ${both(kindName(kind, target))}<p>${both(ofTarget(NEXT[kind], target))}</p></li>`,
    )}</ul>`,
  );
}

const NEXT = {
  changed: w(
    '确认飞书中的修改是否要保留：原系统没有变化时，同步不会动它；原系统也有变化时，按同步规则的设置保留、覆盖或待处理。',
    'See whether the edits are meant to stay: a sync leaves them alone until the source changes, and then does what the pipeline says of edits.',
  ),
  missing: w(
    '确认是否有意删除：同步不会重新创建，除非请技术人员使用 --recreate-missing。',
    'See whether they were deleted on purpose: a sync does not create them again, except with --recreate-missing.',
  ),
  unknown: w(
    '在飞书中查看：可能是有人手工录入的{one}。同步不会改动它们。',
    'Look at them in Feishu: somebody may have typed them in. A sync leaves them alone.',
  ),
} as const;

/** The name of the group for all causes beyond the limit. */
const OTHERS = '';
const KEY = { name: w('记录编号', 'Key') };
const PLACE = { name: w('位置', 'Place') };
const PROBLEM = { name: w('问题', 'Problem') };

function otherProblems() {
  return {
    title: both(OTHER_PROBLEMS),
    fix: w('按每行所示的问题改正', 'Correct each row as its problem says.'),
  };
}

/** A field of Feishu's has a name; the others are columns of the export. */
function causeOf({ code, field }: Problem, shape: Shape) {
  const path = fieldPathOf(field);
  const name =
    code === 'PAYLOAD_INVALID'
      ? both(fieldLabel(shape, path))
      : html`<code>${path === '' ? '–' : path}</code>`;
  const { what, fix } = PROBLEM_WORDS[code];
  return { title: html`${name} ${both(what)}`, fix };
}

function meaningOf(reason: Reason, pipeline: string) {
  const { name, means, next } = wordsOf(reason);
  return {
    title: html`<span class="v">${both(name)}</span> <code>${reason.code}</code>`,
    fix: w(endText(reason, 'zh', { pipeline }), endText(reason, 'en', { pipeline })),
    means: html`<p>${t(`${means.zh}。下一次运行：${next.zh}。`, `${means.en} The next run ${next.en}.`)}</p>`,
  };
}

/** The groups, the most frequent first; those of a few rows open. */
function told(groups: Groups, last: Column): Markup {
  const most = [...groups.values()].sort((a, b) => b.rows - a.rows);
  return html`${most.map(
    ({ title, fix, means = null, rows, lines }) =>
      html`<details class="group"${rows <= 10 ? { markup: ' open' } : null}><summary><span class="count">${number(rows)}</span><span>${title}</span></summary><div><p class="fix"><b>${t('怎么办', 'What to do')}</b> ${t(commands(fix.zh), commands(fix.en))}</p>${means}${table([KEY, PLACE, last], lines)}${more(rows - lines.length)}</div></details>`,
  )}`;
}

function orphanGroup(orphans: readonly Entry[], model: ReportModel): Markup {
  const all = model.count('orphan');
  const lines = orphans.map((entry) => [placeOf(entry), both(entry.says ?? NO_KEY)]);
  return html`<h3>${both(ofTarget(w('找不到所属{one}的明细行', 'Child rows without a parent'), model.target))}</h3>${notice(
    '',
    html`${t('在原系统或导出中改正关联编号后重新导入。', 'Correct the key in the export, and import again.')}${table([PLACE, PROBLEM], lines)}${more(all - orphans.length)}`,
  )}`;
}

const keyOf = ({ key, remoteId }: Entry): Hole => key ?? remoteId ?? both(NO_KEY);

const placeOf = ({ origin, remoteId }: Entry): Hole =>
  origin === undefined ? html`<code>${remoteId ?? '–'}</code>` : `${origin.file}:${origin.line}`;

/** Commands stand between backticks. */
function commands(text: string): Hole {
  return text.split('`').map((part, i) => (i % 2 === 0 ? part : html`<code>${part}</code>`));
}

function more(rows: number): Markup | null {
  if (rows <= 0) return null;
  return html`<p class="faint">${t(`另有 ${number(rows)} 行，见下方列表或 CSV。`, `${number(rows)} more: see the list below, or the CSV.`)}</p>`;
}
