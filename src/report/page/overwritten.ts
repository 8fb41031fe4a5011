import type { FieldChange } from '../../model.ts';
import { fieldLabel, fieldPathOf, shapeAt } from '../../plan/labels.ts';
import type { Bilingual, Shape } from '../../plan/shape.ts';
import { writtenValues } from '../entries.ts';
import type { EntryKind } from '../kinds.ts';
import { oneOf } from '../kinds.ts';
import type { ReportModel } from '../report-model.ts';
import { w } from '../sentences.ts';
import { VALUE_WORDS, wordOf } from '../values.ts';
import { notice, number, section, table } from './shell.ts';
import { both, html, type Markup, t } from './tag.ts';

/** What updates do to one field. */
interface FieldFigure {
  /** Without list places. */
  readonly path: string;
  readonly label: Bilingual;
  /** Records in which one value takes the place of another. */
  replaced: number;
  /** Records in which a value goes and none comes. */
  emptied: number;
  /** Records in which a value comes where none was. */
  added: number;
  /** From word to word, and how often; of enums only. */
  readonly steps: Map<string, { readonly from: Bilingual; readonly to: Bilingual; count: number }>;
}

/** What is overwritten, by field, the one that loses most first; and what had been edited in Feishu. */
export interface Overwritten {
  readonly fields: readonly FieldFigure[];
  /** Records that lose a value. */
  readonly emptied: number;
  readonly edited: number;
  readonly conflicts: number;
}

/** Kinds of entries that replace an object in Feishu. */
const REPLACES: readonly EntryKind[] = ['update', 'restore', 'restored'];

export function overwritten(model: ReportModel): Overwritten {
  const { shape } = model.target;
  const figures = new Map<string, FieldFigure>();
  let [emptied, edited, conflicts] = [0, 0, 0];
  for (const entry of model.entries(REPLACES)) {
    if (entry.edits !== undefined) edited++;
    if ((entry.edits?.conflicts.length ?? 0) > 0) conflicts++;
    const leaves = [...writtenValues(entry, shape)];
    if (leaves.some(({ after }) => after === undefined)) emptied++;
    for (const [path, changes] of Map.groupBy(leaves, (leaf) => fieldPathOf(leaf.path))) {
      const label = fieldLabel(shape, path);
      const figure = figures.get(path) ?? {
        path,
        label,
        replaced: 0,
        emptied: 0,
        added: 0,
        steps: new Map(),
      };
      figures.set(path, figure);
      if (changes.some(({ before, after }) => before !== undefined && after !== undefined)) figure.replaced++;
      if (changes.some(({ after }) => after === undefined)) figure.emptied++;
      if (changes.some(({ before }) => before === undefined)) figure.added++;
      for (const leaf of changes) countStep(figure, leaf, shape);
    }
  }
  const lost = (figure: FieldFigure): number => figure.replaced + figure.emptied;
  const fields = [...figures.values()].sort((a, b) => lost(b) - lost(a) || b.added - a.added);
  return { fields, emptied, edited, conflicts };
}

function countStep({ steps }: FieldFigure, { path, before, after }: FieldChange, shape: Shape): void {
  const inner = shapeAt(shape, path);
  if (inner?.kind !== 'integer' || inner.words === undefined) return;
  const word = (value: FieldChange['before']): Bilingual =>
    value === undefined ? VALUE_WORDS.absent : (wordOf(inner, value) ?? w(String(value), String(value)));
  const [from, to] = [word(before), word(after)];
  const key = `${from.en}\n${to.en}`;
  const step = steps.get(key) ?? { from, to, count: 0 };
  step.count++;
  steps.set(key, step);
}

/** What is overwritten, before anything else: an update replaces the whole object. */
export function overwriting(model: ReportModel, { fields, edited, conflicts }: Overwritten): Markup {
  const { mode } = model.result;
  if (mode === 'verify' || mode === 'validate') return html``;
  const done = mode === 'sync' || mode === 'undo';
  const heading = done
    ? t('覆盖的内容', 'What was overwritten')
    : t('将被覆盖的内容', 'What would be overwritten');
  if (fields.length === 0)
    return section(
      'overwritten',
      heading,
      html`<p class="none">${t('没有：飞书中已有的内容不变。', 'Nothing: what Feishu holds stays as it is.')}</p>`,
    );
  const warning =
    edited === 0
      ? null
      : notice(
          'warn',
          html`${t(
            html`上次写入之后有人在飞书中修改过其中 <b>${number(edited)}</b> 条，与原系统的改动冲突 <b>${number(conflicts)}</b> 条。`,
            html`Edited in Feishu since they were last written: <b>${number(edited)}</b>, in conflict with the source: <b>${number(conflicts)}</b>.`,
          )} <button type="button" class="link" data-show="drift">${t('查看', 'Show them')}</button>`,
        );
  const undoes = mode === 'undo' || mode === 'undo-plan';
  const kind = mode === 'undo' ? 'restored' : undoes ? 'restore' : 'update';
  const one = oneOf(model.target);
  return section(
    'overwritten',
    heading,
    html`${warning}${table(
      COLUMNS,
      fields.map((field) => fieldRow(field, kind)),
      'cards fields',
    )}
<h3 id="first-h">${t('前 5 条示例', 'The first five')}</h3><ol class="changes" id="first" aria-labelledby="first-h"></ol>`,
    undoes
      ? t(
          `整条${one.zh}写回该次运行之前的内容：“之前”一列是撤销前的值。`,
          `The whole ${one.en} is given back what it held before the run; “before” is what the undo takes away.`,
        )
      : done
        ? t(
            `更新替换了整条${one.zh}：“之前”一列的值已不复存在。`,
            `An update replaced the whole ${one.en}: the values under “before” are gone.`,
          )
        : t(
            `更新会替换整条${one.zh}：“之前”一列的值将不复存在。`,
            `An update replaces the whole ${one.en}: the values under “before” will be gone.`,
          ),
  );
}

const COLUMNS = [
  { name: w('字段', 'Field') },
  { name: w('改写', 'Replaced'), number: true },
  { name: w('清空', 'Emptied'), number: true },
  { name: w('新增', 'Added'), number: true },
  { name: w('主要变化', 'Mostly') },
  { name: w('', '') },
] as const;

function fieldRow({ path, label, replaced, emptied, added, steps }: FieldFigure, kind: string): Markup[] {
  const most = [...steps.values()].sort((a, b) => b.count - a.count).slice(0, 3);
  return [
    both(label),
    count(replaced),
    emptied === 0 ? count(0) : html`<strong class="alarm">${number(emptied)}</strong>`,
    count(added),
    html`${most.map(
      ({ from, to, count: n }) =>
        html`<span class="step">${both(from)} → ${both(to)} <small>${number(n)}</small></span> `,
    )}`,
    html`<button type="button" class="link" data-show="${kind}" data-field="${path}">${t('查看', 'Show')}<span class="hidden"> ${both(label)}</span></button>`,
  ];
}

function count(n: number): Markup {
  return n === 0 ? html`<span class="faint">–</span>` : html`${number(n)}`;
}
