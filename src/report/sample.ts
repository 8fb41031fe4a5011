import type { Sample, Trait } from '../plan/acceptance.ts';
import { fieldLabel } from '../plan/labels.ts';
import type { Bilingual, Shape } from '../plan/shape.ts';
import { leafAt } from '../plan/verdicts.ts';
import { oneLine, pad } from './columns.ts';
import type { ReportModel } from './report-model.ts';
import { joined, w } from './sentences.ts';
import { wordOf } from './values.ts';

/** What reports say of the sample for acceptance. */
export const SAMPLE_WORDS = {
  heading: w('验收样本', 'Sample for acceptance'),
  shows: w('可以看到', 'shows'),
} as const;

/** The sample of a report; null where none was drawn. */
export function sampleOf({ result }: Pick<ReportModel, 'result'>): Sample | null {
  const sample = 'sample' in result ? (result.sample ?? null) : null;
  return sample === null || sample.records.length === 0 ? null : sample;
}

/** The sample as text: one record a line, by key, with what it is there for. */
export function* sampleLines(model: ReportModel, language: keyof Bilingual): Generator<string> {
  const sample = sampleOf(model);
  if (sample === null || !sample.asked) return;
  yield sampleNote(sample)[language];
  for (const { key, shows } of sample.records) {
    const text = showsText(shows, model.target.shape)[language];
    yield `  ${pad(oneLine(key), 16)} ${oneLine(text)}`;
  }
  yield '';
}

/** How few records show how much. */
export function sampleNote({ records, traits, shown, of }: Sample): Bilingual {
  const n = records.length;
  return w(
    `验收样本：${n} 条记录即可看到全部 ${traits} 项取值和字段中的 ${shown} 项（从 ${of} 条将写入的记录中挑选）。`,
    `Sample for acceptance: ${n} ${n === 1 ? 'record shows' : 'records show'} ${shown} of the ${traits} words, values and fields there are (of ${of} creates and updates).`,
  );
}

/** What a record is in the sample for: words and values that it shows, then fields that it has and has not. */
export function showsText(shows: readonly Trait[], shape: Shape): Bilingual {
  const shown = joined(
    shows.flatMap((trait) => {
      if (trait.kind === 'word')
        return [w(`${trait.column} = ${trait.word}`, `${trait.column} = ${trait.word}`)];
      if (trait.kind !== 'value') return [];
      const { zh, en } = fieldLabel(shape, trait.path);
      const name = wordOf(leafAt(shape, trait.path), trait.value);
      return [w(`${zh} ${name?.zh ?? trait.value}`, `${en} ${name?.en ?? trait.value}`)];
    }),
    '、',
  );
  const fields = (kind: 'present' | 'absent') =>
    joined(
      shows.flatMap((trait) => (trait.kind === kind ? [fieldLabel(shape, trait.path)] : [])),
      '、',
    );
  const [present, absent] = [fields('present'), fields('absent')];
  const parts = [
    shown,
    ...(present.zh === '' ? [] : [w(`有：${present.zh}`, `with ${present.en}`)]),
    ...(absent.zh === '' ? [] : [w(`无：${absent.zh}`, `without ${absent.en}`)]),
  ];
  return joined(
    parts.filter(({ zh }) => zh !== ''),
    '；',
    '; ',
  );
}
