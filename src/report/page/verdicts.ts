import { fieldLabelOf } from '../../plan/labels.ts';
import type { Shape } from '../../plan/shape.ts';
import type { Verdicts, VerdictTable, VerdictWord } from '../../plan/verdicts.ts';
import { readNote, VERDICT_WORDS, valueText, verdictNotes } from '../verdict-table.ts';
import { number, section } from './sections.ts';
import { both, html, type Markup, t } from './tag.ts';

/** Which words of the export end as what: a table a column, and above it what to be afraid of. */
export function verdictSection(verdicts: Verdicts | null | undefined, shape: Shape): Markup | null {
  if (verdicts == null || verdicts.tables.length === 0) return null;
  const { heading, word, becomes, cells } = VERDICT_WORDS;
  const read = readNote(verdicts);
  const isBad = verdicts.tables.some(({ words }) => words.some(({ is }) => is === 'reversed'));
  return section(
    'verdicts',
    both(heading),
    html`${[...verdictNotes(verdicts, shape)].map(
      (note) => html`<div class="notice ${isBad ? 'bad' : 'warn'}" role="note">${both(note)}</div>`,
    )}${verdicts.tables.map(
      (
        table,
      ) => html`<h3>${t(fieldLabelOf(shape, table.path, 'zh'), fieldLabelOf(shape, table.path, 'en'))} · <span class="v">${table.column}</span> <small>${table.file}</small></h3>
<table class="verdicts"><thead><tr><th scope="col">${both(word)}</th><th scope="col">${both(becomes)}</th><th scope="col" class="num">${both(cells)}</th></tr></thead><tbody>${table.words.map((one) => wordRow(one, table, shape))}</tbody></table>`,
    )}`,
    read === null ? null : both(read),
  );
}

function wordRow(one: VerdictWord, table: VerdictTable, shape: Shape): Markup {
  const { word, count, is } = one;
  const sign = VERDICT_WORDS.signs[is];
  return html`<tr><th scope="row" class="v">${word === '' ? both(VERDICT_WORDS.empty) : word}</th><td>→ ${both(valueText(one, table, shape))}${
    is === 'plain'
      ? null
      : html` <small class="${is === 'reversed' ? 'alarm' : 'sign-word'}">${both(sign)}</small>`
  }</td><td class="num">${number(count)}</td></tr>`;
}
