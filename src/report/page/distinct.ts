import { fieldLabel } from '../../plan/labels.ts';
import type { Shape } from '../../plan/shape.ts';
import { leafAt } from '../../plan/verdicts.ts';
import { type Distinct, distinctValues, LOOKED_THROUGH } from '../distinct.ts';
import type { RenderOptions, ReportModel } from '../report-model.ts';
import { w } from '../sentences.ts';
import { wordOf } from '../values.ts';
import { number, section, table } from './shell.ts';
import { both, html, type Markup, t } from './tag.ts';

const COLUMNS = [
  { name: w('取值', 'Value') },
  { name: w('次数', 'Times'), number: true },
  { name: w('例如', 'For example') },
] as const;

/** Who and what is written, once each, with counts and examples: a name that is spelt in two ways stands there twice. */
export function distinctSection(model: ReportModel, { redact }: Pick<RenderOptions, 'redact'>): Markup {
  const { mode } = model.result;
  if (mode !== 'plan' && mode !== 'sync') return html``;
  const { shape } = model.target;
  const told = distinctValues(model).filter(({ isText }) => !(isText && redact));
  if (told.length === 0) return html``;
  const written = model.count('create') + model.count('update');
  const first = w(
    `前 ${number(LOOKED_THROUGH)} 条新建和更新`,
    `the first ${number(LOOKED_THROUGH)} creates and updates`,
  );
  const all = w('所有新建和更新', 'all creates and updates');
  const of = written > LOOKED_THROUGH ? first : all;
  return section(
    'distinct',
    both(w('写入的取值', 'What is written, once each')),
    told.map((one) => tableOf(one, shape)),
    both(w(`${of.zh}中的不同取值。`, `Of ${of.en}.`)),
  );
}

function tableOf({ path, values, more }: Distinct, shape: Shape): Markup {
  const label = both(fieldLabel(shape, path));
  const rest =
    more === 0 ? null : html`<p class="sum">${t(`另有 ${number(more)} 种`, `and ${number(more)} more`)}</p>`;
  return html`<details class="group"><summary><span class="count">${number(values.length + more)}</span> ${label}</summary><div>${table(
    COLUMNS,
    values.map(({ value, count, examples }) => {
      const name = wordOf(leafAt(shape, path), value);
      return [name === undefined ? String(value) : both(name), number(count), examples.join(', ')];
    }),
    '',
  )}${rest}</div></details>`;
}
