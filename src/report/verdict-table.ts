import { fieldLabelOf } from '../plan/labels.ts';
import type { Bilingual, Language, Shape } from '../plan/shape.ts';
import { leafAt, reversedIn, type Verdicts, type VerdictTable, type VerdictWord } from '../plan/verdicts.ts';
import { oneLine } from './columns.ts';

/** What reports say of the words that end as verdicts. */
export const VERDICT_WORDS = {
  heading: { zh: '结论对照表', en: 'What becomes of each verdict' },
  field: { zh: '飞书字段', en: 'Field' },
  column: { zh: '列', en: 'Column' },
  word: { zh: '原系统的值', en: 'Word in the export' },
  becomes: { zh: '飞书中的值', en: 'Becomes' },
  cells: { zh: '次数', en: 'Cells' },
  empty: { zh: '（空）', en: '(empty)' },
  nothing: { zh: '不填', en: 'nothing' },
  signs: {
    plain: { zh: '', en: '' },
    reversed: { zh: '方向相反', en: 'the other way' },
    'needs-an-eye': { zh: '请核对', en: 'needs an eye' },
    mixed: { zh: '还取决于其他列', en: 'depends on other columns too' },
  },
} as const;

/** How the words of a column become values of a field, a line a column, and in words what to be afraid of. */
export function* verdictLines(
  verdicts: Verdicts | null | undefined,
  shape: Shape,
  language: Language,
): Generator<string> {
  if (verdicts == null || verdicts.tables.length === 0) return;
  const read = readNote(verdicts);
  yield `${VERDICT_WORDS.heading[language]}${read === null ? '' : language === 'zh' ? `（${read.zh}）` : ` (${read.en})`}:`;
  for (const table of verdicts.tables) {
    const { path, column, words } = table;
    const label = fieldLabelOf(shape, path, language);
    const list = words.map(
      (word) => `${wordText(word, table, shape)[language]} ${word.count}${signText(word, language)}`,
    );
    yield oneLine(
      language === 'zh'
        ? `  ${label}，列 ${column}：${list.join(' · ')}`
        : `  ${label}, column ${column}: ${list.join(' · ')}`,
    );
  }
  for (const note of verdictNotes(verdicts, shape)) yield oneLine(`  ${note[language]}`);
  yield '';
}

/** `of the 12 records read tonight`, where the export has more. */
export function readNote({ records, partial }: Verdicts): Bilingual | null {
  return partial
    ? { zh: `今晚读取的 ${records} 条记录中`, en: `of the ${records} records read tonight` }
    : null;
}

/** What to be afraid of: words that are mapped the other way, and words that only a person can judge. */
export function* verdictNotes(verdicts: Verdicts, shape: Shape): Generator<Bilingual> {
  for (const one of reversedIn(verdicts)) {
    const { word, column, file, count } = one;
    const value = valueText(one, one, shape);
    yield {
      zh: `方向相反：${file} 的列 ${column} 中，“${word}”会写成“${value.zh}”（${count} 次）。请技术人员检查同步规则；确认无误时用 --allow reversed 放行一次。`,
      en: `The other way: in column ${column} of ${file}, "${word}" becomes "${value.en}" (${count} cells). Correct the pipeline; if it is right, --allow reversed lifts the guard for one run.`,
    };
  }
  const bare = verdicts.tables.filter(({ words }) => words.some(({ is }) => is === 'needs-an-eye'));
  if (bare.length === 0) return;
  const columns = [...new Set(bare.map(({ column }) => column))].join(', ');
  yield {
    zh: `请核对列 ${columns}：是、否、Y、N、字母和数字在有的系统里是通过，在有的系统里是不通过。`,
    en: `Have an eye on column ${columns}: yes, no, letters and numbers mean pass in one system and fail in another.`,
  };
}

/** `通过 → 通过 (2)` */
export function wordText(word: VerdictWord, table: Pick<VerdictTable, 'path'>, shape: Shape): Bilingual {
  const value = valueText(word, table, shape);
  const { empty } = VERDICT_WORDS;
  const text = (language: Language) =>
    `${word.word === '' ? empty[language] : word.word} → ${value[language]}`;
  return { zh: text('zh'), en: text('en') };
}

/** `通过 (2)` */
export function valueText(
  { value, is }: Pick<VerdictWord, 'value'> & Partial<Pick<VerdictWord, 'is'>>,
  { path }: Pick<VerdictTable, 'path'>,
  shape: Shape,
): Bilingual {
  if (value === null) return is === 'mixed' ? { zh: '…', en: '…' } : VERDICT_WORDS.nothing;
  const leaf = leafAt(shape, path);
  const name = leaf?.kind === 'integer' && typeof value === 'number' ? leaf.words?.[value] : undefined;
  if (name === undefined) return { zh: String(value), en: String(value) };
  return { zh: `${name.zh} (${value})`, en: `${name.en} (${value})` };
}

function signText({ is }: VerdictWord, language: Language): string {
  const sign = VERDICT_WORDS.signs[is][language];
  if (sign === '') return '';
  return language === 'zh' ? `（${sign}）` : ` (${sign})`;
}
