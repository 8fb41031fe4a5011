import type { Problem } from '../../model.ts';
import { fieldLabel, fieldPathOf } from '../../plan/labels.ts';
import type { Bilingual, Shape } from '../../plan/shape.ts';
import type { Reason, ReasonCode } from '../../reason.ts';
import type { EntryKind } from '../kinds.ts';
import { KINDS, ofTarget } from '../kinds.ts';
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
import { notice, number, section, table } from './shell.ts';
import { both, type Hole, html, type Markup, t } from './tag.ts';

const EXAMPLES = 50;
const MAX_GROUPS = 200;

/** Kinds that a person has to do something about, each with a reason. */
const WAITING: readonly EntryKind[] = ['held', 'in-doubt', 'open', 'left', 'failed'];

/** Entries with one cause. */
interface Group<Cause, Example> {
  readonly cause: Cause;
  rows: number;
  readonly examples: Example[];
}

/** Rows with one problem; null: all causes beyond the limit together. */
type Rejected = Group<Problem | null, { readonly entry: Entry; readonly problem: Problem }>;
type Held = Group<Reason, Entry>;

function grouped<Cause, Example>(
  groups: Map<string, Group<Cause, Example>>,
  name: string,
  cause: Cause,
  example: Example,
): void {
  const group = groups.get(name) ?? { cause, rows: 0, examples: [] };
  groups.set(name, group);
  group.rows++;
  if (group.examples.length < EXAMPLES) group.examples.push(example);
}

/** What needs somebody, by cause, the most frequent first, with how to mend it. */
export function attention(model: ReportModel, options: RenderOptions): Markup {
  const rejected = new Map<string, Rejected>();
  const nameOf = ({ code, field }: Problem): string => {
    const name = `${code} ${fieldPathOf(field)}`;
    return rejected.has(name) || rejected.size < MAX_GROUPS ? name : '';
  };
  for (const entry of model.entries(['rejected']))
    for (const [name, [problem]] of Map.groupBy(entry.problems ?? [], nameOf))
      if (problem !== undefined) grouped(rejected, name, name === '' ? null : problem, { entry, problem });
  const held = new Map<ReasonCode, Held>();
  for (const entry of model.entries(WAITING))
    if (entry.reason !== undefined) grouped(held, entry.reason.code, entry.reason, entry);
  const orphans = [...model.entries(['orphan']).take(EXAMPLES)];
  const most = <One extends Rejected | Held>(groups: Map<string, One>) =>
    [...groups.values()].sort((a, b) => b.rows - a.rows);
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
          )}</p>${most(rejected).map((group) => rejectedGroup(group, model, options))}`
    }${
      held.size === 0
        ? null
        : html`<h3>${t('待处理（暂不写入）', 'Held and doubtful rows')}</h3>${most(held).map((group) => heldGroup(group, model, options))}`
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
        html`<li><b>${number(model.count(kind))}</b> ${both(ofTarget(KINDS[kind].name, target))}<p>${both(ofTarget(NEXT[kind], target))}</p></li>`,
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

const OTHERS = {
  what: OTHER_PROBLEMS,
  fix: w('按每行所示的问题改正', 'Correct each row as its problem says.'),
} as const;

const KEY = { name: w('记录编号', 'Key') };
const PLACE = { name: w('位置', 'Place') };

function rejectedGroup(
  { cause, rows, examples }: Rejected,
  model: ReportModel,
  { redact }: RenderOptions,
): Markup {
  const { shape } = model.target;
  const { what, fix } = cause === null ? OTHERS : PROBLEM_WORDS[cause.code];
  const lines = examples.map(({ entry, problem }) => [
    keyOf(entry),
    placeOf({ ...entry, ...(problem.origin && { origin: problem.origin }) }),
    both(problemNote(inWallTime(problem, shape, zoneOf(model)), redact)),
  ]);
  return group(
    html`${cause === null ? null : fieldOf(cause, shape)} ${both(what)}`,
    rows,
    fix,
    html`${table([KEY, PLACE, { name: w('问题', 'Problem') }], lines)}${more(rows - examples.length)}`,
  );
}

/** A field of Feishu's has a name; the others are columns of the export. */
function fieldOf({ code, field }: Problem, shape: Shape): Markup {
  const path = fieldPathOf(field);
  if (code === 'PAYLOAD_INVALID') return both(fieldLabel(shape, path));
  return html`<code>${path === '' ? '–' : path}</code>`;
}

function heldGroup({ cause, rows, examples }: Held, model: ReportModel, { redact }: RenderOptions): Markup {
  const { name, means, next } = wordsOf(cause);
  const options = { redact, ...toldIn(model) };
  const typed = { pipeline: pipelineOf(model) };
  const lines = examples.map((entry) => [
    keyOf(entry),
    placeOf(entry),
    both(reasonNote(entry.reason ?? cause, options)),
  ]);
  return group(
    html`<span class="v">${both(name)}</span> <code>${cause.code}</code>`,
    rows,
    w(endText(cause, 'zh', typed), endText(cause, 'en', typed)),
    html`<p>${t(`${means.zh}。下一次运行：${next.zh}。`, `${means.en} The next run ${next.en}.`)}</p>${table([KEY, PLACE, { name: w('原因', 'Reason') }], lines)}${more(rows - examples.length)}`,
  );
}

function orphanGroup(orphans: readonly Entry[], model: ReportModel): Markup {
  const all = model.count('orphan');
  const lines = orphans.map((entry) => [placeOf(entry), both(entry.says ?? NO_KEY)]);
  return html`<h3>${both(ofTarget(w('找不到所属{one}的明细行', 'Child rows without a parent'), model.target))}</h3>${notice(
    '',
    html`${t('在原系统或导出中改正关联编号后重新导入。', 'Correct the key in the export, and import again.')}${table([PLACE, { name: w('问题', 'Problem') }], lines)}${more(all - orphans.length)}`,
  )}`;
}

const keyOf = ({ key, remoteId }: Entry): Hole => key ?? remoteId ?? both(NO_KEY);

const placeOf = ({ origin, remoteId }: Entry): Hole =>
  origin === undefined ? html`<code>${remoteId ?? '–'}</code>` : `${origin.file}:${origin.line}`;

function group(summary: Markup, rows: number, fix: Bilingual, body: Markup): Markup {
  return html`<details class="group"${rows <= 10 ? { markup: ' open' } : null}><summary><span class="count">${number(rows)}</span><span>${summary}</span></summary><div><p class="fix"><b>${t('怎么办', 'What to do')}</b> ${t(commands(fix.zh), commands(fix.en))}</p>${body}</div></details>`;
}

/** Commands stand between backticks. */
function commands(text: string): Hole {
  return text.split('`').map((part, i) => (i % 2 === 0 ? part : html`<code>${part}</code>`));
}

function more(rows: number): Markup | null {
  if (rows <= 0) return null;
  return html`<p class="faint">${t(`另有 ${number(rows)} 行，见下方列表或 CSV。`, `${number(rows)} more: see the list below, or the CSV.`)}</p>`;
}
