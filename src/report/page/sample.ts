import type { ReportModel } from '../report-model.ts';
import { SAMPLE_WORDS, sampleNote, sampleOf, showsText } from '../sample.ts';
import { w } from '../sentences.ts';
import { section, table } from './shell.ts';
import { both, html, type Markup } from './tag.ts';

const COLUMNS = [{ name: w('记录编号', 'Key') }, { name: SAMPLE_WORDS.shows }] as const;

/** The records to look at before signing, with what each is there for. */
export function sampleSection(model: ReportModel): Markup {
  const sample = sampleOf(model);
  if (sample === null) return html``;
  const { shape } = model.target;
  return section(
    'sample',
    both(SAMPLE_WORDS.heading),
    table(
      COLUMNS,
      sample.records.map(({ key, shows }) => [key, both(showsText(shows, shape))]),
      'cards keyed',
    ),
    both(sampleNote(sample)),
  );
}
