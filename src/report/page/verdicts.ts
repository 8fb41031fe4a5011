import { fieldLabel } from '../../plan/labels.ts';
import type { Shape } from '../../plan/shape.ts';
import { type CodedVerdict, shownTables, type VerdictTable, type VerdictWord } from '../../plan/verdicts.ts';
import type { ReportModel } from '../report-model.ts';
import {
  alsoNote,
  cellsText,
  readNote,
  VERDICT_WORDS,
  valueText,
  verdictNotes,
  verdictsOf,
} from '../verdict-table.ts';
import { notice, number, section, table } from './shell.ts';
import { both, type Hole, html, type Markup } from './tag.ts';

/** Which words of the export end as what: above it what to be afraid of, then a table a column. */
export function verdictSection(model: ReportModel): Markup {
  const verdicts = verdictsOf(model);
  const { shape } = model.target;
  if (verdicts === null) return html``;
  const read = readNote(verdicts);
  const notes = [...verdictNotes(verdicts, shape)].map(({ bad, note }) =>
    notice(bad ? 'bad' : 'warn', both(note)),
  );
  const odd = new Set((verdicts.unexplained ?? []).map(({ path }) => path));
  const tables = shownTables(verdicts).map(
    (shown) =>
      html`${shown.tables.map((told) => tableOf(told, shape, odd.has(told.path)))}${besides(shown.also)}`,
  );
  return section(
    'verdicts',
    both(VERDICT_WORDS.heading),
    html`${notes}${tables}${(verdicts.coded ?? []).map((one) => codedOf(one, shape))}`,
    read === null ? null : both(read),
  );
}

function tableOf(told: VerdictTable, shape: Shape, isOdd: boolean): Markup {
  const { path, column, file, direct, words } = told;
  const { word, becomes, cells, indirect, signs } = VERDICT_WORDS;
  const label = both(fieldLabel(shape, path));
  const how = direct ? null : html` · ${both(indirect)}`;
  const doubt = isOdd ? html` · ${both(signs['needs-an-eye'])}` : null;
  return html`<h3>${label} · <span class="v">${column}</span> <small>${file}${how}${doubt}</small></h3>${table(
    [{ name: word }, { name: becomes }, { name: cells, number: true }],
    words.map((one) => wordRow(one, told, shape)),
    '',
  )}`;
}

function codedOf({ path, values }: CodedVerdict, shape: Shape): Markup {
  const { coded, becomes, cells, signs } = VERDICT_WORDS;
  const rows = values.map((one) => [
    html`${both(valueText(one, { path, direct: true }, shape))} <small>${both(signs['needs-an-eye'])}</small>`,
    number(one.count),
  ]);
  return html`<h3>${both(fieldLabel(shape, path))} <small>${both(coded)}</small></h3>${table(
    [{ name: becomes }, { name: cells, number: true }],
    rows,
    '',
  )}`;
}

function wordRow(one: VerdictWord, table: VerdictTable, shape: Shape): Hole[] {
  const { word, count, is, some } = one;
  const sign =
    is === 'plain'
      ? null
      : html` <small class="${is === 'reversed' ? 'alarm' : ''}">${both(VERDICT_WORDS.signs[is])}</small>`;
  return [
    word === '' ? both(VERDICT_WORDS.empty) : word,
    html`→ ${both(valueText(one, table, shape))}${sign}`,
    some === undefined ? number(count) : both(cellsText(one)),
  ];
}

function besides(also: readonly string[]): Markup | null {
  const note = alsoNote(also);
  return note === null ? null : html`<p class="sum">${both(note)}</p>`;
}
