import { fieldLabel } from '../plan/labels.ts';
import type { Bilingual, Language, Shape } from '../plan/shape.ts';
import {
  type CodedVerdict,
  leafAt,
  reversedIn,
  shownTables,
  type UnexplainedVerdict,
  type Verdicts,
  type VerdictTable,
  type VerdictWord,
} from '../plan/verdicts.ts';
import { oneLine } from './columns.ts';
import type { ReportModel } from './report-model.ts';
import { plural, w } from './sentences.ts';
import { wordOf } from './values.ts';

/** What reports say of the words that end as verdicts. */
export const VERDICT_WORDS = {
  heading: w('结论对照表', 'What becomes of each verdict'),
  field: w('飞书字段', 'Field'),
  column: w('列', 'Column'),
  word: w('原系统的值', 'Word in the export'),
  becomes: w('飞书中的值', 'Becomes'),
  cells: w('次数', 'Cells'),
  empty: w('（空）', '(empty)'),
  nothing: w('不填', 'nothing'),
  coded: w('由同步规则的代码填写', "set by the pipeline's code"),
  indirect: w('还取决于其他列', 'decides together with other columns'),
  signs: {
    plain: w('', ''),
    reversed: w('方向相反', 'the other way'),
    'needs-an-eye': w('请核对', 'needs an eye'),
  },
} as const;

/** What there is to show of verdicts; null where there is nothing. */
export function verdictsOf({ result }: Pick<ReportModel, 'result'>): Verdicts | null {
  const verdicts = 'verdicts' in result ? (result.verdicts ?? null) : null;
  const isEmpty = verdicts === null || verdicts.tables.length + (verdicts.coded ?? []).length === 0;
  return isEmpty ? null : verdicts;
}

/** How the words of a column become values of a field, a line a column, and in words what to be afraid of. */
export function* verdictLines(model: ReportModel, language: Language): Generator<string> {
  const verdicts = verdictsOf(model);
  const { shape } = model.target;
  if (verdicts === null) return;
  const read = readNote(verdicts);
  yield language === 'zh'
    ? `${VERDICT_WORDS.heading.zh}${read === null ? '' : `（${read.zh}）`}：`
    : `${VERDICT_WORDS.heading.en}${read === null ? '' : ` (${read.en})`}:`;
  const odd = new Set((verdicts.unexplained ?? []).map(({ path }) => path));
  const doubt = ({ path }: VerdictTable) =>
    odd.has(path) ? ` [${VERDICT_WORDS.signs['needs-an-eye'][language]}]` : '';
  for (const { tables, also } of shownTables(verdicts)) {
    for (const table of tables) yield oneLine(`  ${tableText(table, also, shape)[language]}${doubt(table)}`);
  }
  for (const one of verdicts.coded ?? []) yield `  ${codedText(one, shape)[language]}`;
  for (const { note } of verdictNotes(verdicts, shape)) yield oneLine(`  ${note[language]}`);
  yield '';
}

/** `of the 12 records read tonight`, where the export has more. */
export function readNote({ records, partial }: Verdicts): Bilingual | null {
  return partial
    ? w(`今晚读取的 ${records} 条记录中`, `of the ${plural(records, 'record')} read tonight`)
    : null;
}

/** What to be afraid of: words that are mapped the other way (`bad`), and what only a person can judge. */
export function* verdictNotes(
  verdicts: Verdicts,
  shape: Shape,
): Generator<{ readonly bad: boolean; readonly note: Bilingual }> {
  for (const one of reversedIn(verdicts)) {
    const { word, column, file, count, some } = one;
    const value = valueText(one, one, shape);
    const zh = `方向相反：${file} 的列 ${column} 中，“${word}”会写成“${value.zh}”（${some === undefined ? `${count} 次` : cellsText(one).zh}）。请技术人员更正同步规则；确认无误时，--allow reversed 放行一次。`;
    const en = `The other way: in column ${column} of ${file}, "${word}" becomes "${value.en}" (${some === undefined ? '' : `at least ${some} of `}${plural(count, 'cell')}). Correct the pipeline; if it is right, --allow reversed lifts the guard for one run.`;
    yield { bad: true, note: { zh, en } };
  }
  const shown = shownTables(verdicts).flatMap(({ tables }) => tables);
  const bare = shown.filter(({ words }) => words.some(({ is }) => is === 'needs-an-eye'));
  for (const { path } of verdicts.coded ?? []) {
    const { zh, en } = fieldLabel(shape, path);
    yield {
      bad: false,
      note: w(
        `请核对“${zh}”：由同步规则的代码填写，查不到由哪一列的哪个值决定，方向无法检查。`,
        `Have an eye on ${en}: the pipeline's code sets it, and no word of a column could be followed to it: nobody has checked which word becomes what.`,
      ),
    };
  }
  for (const one of verdicts.unexplained ?? []) yield { bad: false, note: unexplainedNote(one, shape) };
  if (bare.length === 0) return;
  const columns = [...new Set(bare.map(({ column }) => column))].join(', ');
  const zh = `请核对列 ${columns}：是、否、Y、N、字母和数字在有的系统里是通过，在有的系统里是不通过。`;
  const en = `Have an eye on column ${columns}: yes, no, letters and numbers mean pass in one system and fail in another.`;
  yield { bad: false, note: { zh, en } };
}

/** `36 fail (1) and 24 pass (2) go in, the words of their rows account for 30 and 18` */
function unexplainedNote({ path, values }: UnexplainedVerdict, shape: Shape): Bilingual {
  const label = fieldLabel(shape, path);
  const each = (language: Language, tell: (value: string, one: (typeof values)[number]) => string) =>
    values.map((one) => tell(valueText(one, { path, direct: true }, shape)[language], one));
  const zh = each(
    'zh',
    (value, { count, explained }) => `“${value}”写入 ${count} 个，对照表能解释 ${explained} 个`,
  );
  const en = each(
    'en',
    (value, { count, explained }) => `${value}: ${count} go in, ${explained} accounted for`,
  );
  return w(
    `请核对“${label.zh}”：${zh.join('；')}。其余由同步规则的代码决定，方向无法检查。`,
    `Have an eye on ${label.en}: the words of the rows do not account for all that goes in (${en.join('; ')}). The pipeline's code decides the rest by itself.`,
  );
}

/** `30`; of a word that is reversed in some cells only, how many. */
export function cellsText({ count, some }: Pick<VerdictWord, 'count' | 'some'>): Bilingual {
  return some === undefined
    ? w(String(count), String(count))
    : w(`${count} 次中至少 ${some} 次`, `at least ${some} of ${count}`);
}

/** `结论，列 面试结果：通过 → 通过 (2) 73 · 不通过 → 不通过 (1) 59` */
function tableText(table: VerdictTable, also: readonly string[], shape: Shape): Bilingual {
  const { path, column, words, direct } = table;
  const { empty, indirect, signs } = VERDICT_WORDS;
  const list = (language: Language) =>
    words
      .map((one) => {
        const word = one.word === '' ? empty[language] : one.word;
        const value = valueText(one, table, shape)[language];
        const sign = one.is === 'plain' ? '' : ` [${signs[one.is][language]}]`;
        return `${word} → ${value} ${cellsText(one)[language]}${sign}`;
      })
      .join(' · ');
  const besides = alsoNote(also);
  const label = fieldLabel(shape, path);
  return w(
    `${label.zh}，列 ${column}${direct ? '' : `（${indirect.zh}）`}：${list('zh')}${besides === null ? '' : `（${besides.zh}）`}`,
    `${label.en}, column ${column}${direct ? '' : ` (${indirect.en})`}: ${list('en')}${besides === null ? '' : ` (${besides.en})`}`,
  );
}

/** `结论（由同步规则的代码填写）：通过 (2) 73 · 不通过 (1) 59 [请核对]` */
function codedText({ path, values }: CodedVerdict, shape: Shape): Bilingual {
  const { coded, signs } = VERDICT_WORDS;
  const list = (language: Language) =>
    values
      .map((one) => `${valueText(one, { path, direct: true }, shape)[language]} ${one.count}`)
      .join(' · ');
  const label = fieldLabel(shape, path);
  const sign = signs['needs-an-eye'];
  return w(
    `${label.zh}（${coded.zh}）：${list('zh')} [${sign.zh}]`,
    `${label.en} (${coded.en}): ${list('en')} [${sign.en}]`,
  );
}

/** Columns that decide a field besides those whose words become its value. */
export function alsoNote(also: readonly string[]): Bilingual | null {
  if (also.length === 0) return null;
  return w(`列 ${also.join('、')} 也会影响结果`, `${also.join(', ')} decides it as well`);
}

/** `通过 (2)` */
export function valueText(
  { value }: Pick<VerdictWord, 'value'>,
  { path, direct }: Pick<VerdictTable, 'path' | 'direct'>,
  shape: Shape,
): Bilingual {
  if (value === null) return direct ? VERDICT_WORDS.nothing : w('…', '…');
  const name = wordOf(leafAt(shape, path), value);
  if (name === undefined) return w(String(value), String(value));
  return w(`${name.zh} (${value})`, `${name.en} (${value})`);
}
