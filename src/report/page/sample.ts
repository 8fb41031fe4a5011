import type { ReportModel } from '../report-model.ts';
import { SAMPLE_WORDS, sampleNote, sampleOf, traitText } from '../sample.ts';
import { joined, w } from '../sentences.ts';
import { section } from './shell.ts';
import { both, html, type Markup } from './tag.ts';

/** The records to look at before signing, with what each is there for. */
export function sampleSection(model: ReportModel): Markup {
  const sample = sampleOf(model);
  if (sample === null) return html``;
  const rows = sample.records.map(({ key, shows }) => {
    const list = joined(
      shows.map((trait) => traitText(trait, model.target.shape)),
      '、',
      ', ',
    );
    return html`<tr><th scope="row" class="v">${key}</th><td class="v">${both(list)}</td></tr>`;
  });
  return section(
    'sample',
    both(SAMPLE_WORDS.heading),
    html`<table><thead><tr><th scope="col">${both(w('记录编号', 'Key'))}</th><th scope="col">${both(SAMPLE_WORDS.shows)}</th></tr></thead><tbody>${rows}</tbody></table>`,
    both(sampleNote(sample)),
  );
}
