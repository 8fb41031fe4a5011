import type { Builder, Meaning } from './builder.ts';
import { array, type Code, call, inlineObject, object, print } from './code.ts';
import type { Child, Said } from './design.ts';
import { wordsOf } from './facts.ts';
import { member, quoted } from './identifier.ts';
import type { Column, Table } from './table.ts';

/** What is written of an assessment: the records it is made of, and what belongs to it from elsewhere. */
export interface SaidPlace {
  readonly table: Table;
  readonly said: Said;
  /** What code calls the record. */
  readonly of: string;
  /** Code for the round, where there is one: Feishu has no field for it. */
  readonly round: { readonly title: string; readonly cell: string } | undefined;
  readonly children: readonly Child[];
  /** What code calls the record that has the children. */
  readonly holder: string;
}

export const VERDICT: Omit<Meaning, 'table'> = {
  type: 'Conclusion | undefined',
  imports: ['type Conclusion'],
  help: {
    zh: '飞书中 1 为不通过，2 为通过，3 为待定；没有结论写 undefined。',
    en: 'Feishu has 1 for fail, 2 for pass, 3 for pending; undefined where no verdict was given.',
  },
};

/** The object literal of an assessment. */
export function assessmentCode(builder: Builder, place: SaidPlace): Code {
  const { table, said, of } = place;
  const members: (readonly [string, Code])[] = [];
  if (said.interviewer !== undefined) {
    const isSure = said.interviewer.facts.empty === 0 && !said.interviewer.facts.types.has('absent');
    builder.use(isSure ? 'required' : 'text');
    members.push([
      'username',
      `${isSure ? 'required' : 'text'}(${builder.cell(table, said.interviewer, of)})`,
    ]);
  }
  if (said.verdict !== undefined) {
    const table_ = builder.words('verdict', said.verdict, { ...VERDICT, table });
    members.push(['conclusion', `${table_}(${builder.cell(table, said.verdict, of)})`]);
  }
  const content = contentCode(builder, place);
  if (content !== undefined) members.push(['content', content]);
  const dimensions = dimensionsCode(builder, place);
  if (dimensions.length > 0) members.push(['assessment_dimension_list', array(dimensions)]);
  return object(members);
}

/** The comment, from the record itself or from records of its own. */
function contentCode(builder: Builder, { table, said, of, children, holder }: SaidPlace): Code | undefined {
  const remarks = children.find(({ kind }) => kind === 'comments');
  if (remarks?.said.comment !== undefined) {
    const cell = builder.cell(remarks.table, remarks.said.comment, 'note');
    builder.use('joinText');
    const list = sorted(builder, remarks, holder);
    const each = isHtml(remarks.said.comment) ? `htmlToText(${cell})` : cell;
    if (isHtml(remarks.said.comment)) builder.use('htmlToText');
    return call('joinText', quoted('\n').replace('\n', '\\n'), `...${list}.map((note) => ${each})`);
  }
  if (said.comment === undefined) return undefined;
  const read = isHtml(said.comment) ? 'htmlToText' : 'text';
  builder.use(read);
  return `${read}(${builder.cell(table, said.comment, of)})`;
}

const isHtml = ({ facts }: Column): boolean => facts.html > facts.filled * 0.02;

/** Children in an order that does not depend on that of the file. */
export function sorted(builder: Builder, child: Child, holder: string): string {
  const list = listOf(child, holder);
  if (child.order.length === 0) return list;
  builder.use('ordered');
  for (const name of child.order) builder.cell(child.table, name);
  return `ordered(${list}, ${child.order.map(quoted).join(', ')})`;
}

/** The list of children on a record. */
export function listOf({ table }: Child, holder: string): string {
  if (table.reading.kind !== 'nested') return `${holder}.${table.name}`;
  const { in: parent, member: path } = table.reading;
  const types = parent.columns.find(({ name }) => name === path)?.facts.types;
  const list = path.split('.').reduce((code, part) => member(code, part), holder);
  return types?.has('null') || types?.has('absent') ? `(${list} ?? [])` : list;
}

export type Kind = 'score' | 'choice' | 'words';

const ENOUGH = 0.5;

/** What kind of an answer a column holds. */
export function kindOf({ facts }: Column): Kind {
  if (facts.whole > facts.filled * ENOUGH) return 'score';
  return facts.numbers === 0 && wordsOf(facts) !== undefined && facts.longest <= 12 ? 'choice' : 'words';
}

function dimensionsCode(builder: Builder, { table, said, of, round, children }: SaidPlace): Code[] {
  const made: Code[] = [];
  if (round !== undefined) {
    helper(builder, 'choice');
    made.push(`...choice(${quoted(round.title)}, ${round.cell})`);
  }
  for (const kind of ['score', 'choice', 'words'] as const) {
    const columns = said.answers.filter((column) => kindOf(column) === kind);
    if (columns.length === 0) continue;
    helper(builder, kind);
    const isList =
      columns.length > 2 && columns.every(({ name }) => !name.includes('.') && !/#[0-9]+$/.test(name));
    const cells = columns.map((column) => builder.cell(table, column, of));
    if (!isList) {
      made.push(...columns.map(({ name }, at) => `...${kind}(${quoted(titleOf(name))}, ${cells[at]})`));
      continue;
    }
    const list = { score: 'SCORES', choice: 'CHOICES', words: 'ANSWERS' }[kind];
    const names = array(columns.map(({ name }) => quoted(name)));
    builder.define(list, print([`const ${list} = `, names, ' as const;']));
    made.push(`...${list}.flatMap((title) => ${kind}(title, ${of}[title]))`);
  }
  for (const child of children.filter((one) => one.kind === 'scores'))
    made.push(questions(builder, child, of));
  return made;
}

const titleOf = (name: string): string =>
  name
    .replace(/#[0-9]+$/, '')
    .split('.')
    .at(-1) ?? name;

/** Answers that are records of their own, with a question each. */
function questions(builder: Builder, child: Child, holder: string): Code {
  const { table, said } = child;
  const list = sorted(builder, child, holder);
  const cell = (column: Column | undefined) =>
    column === undefined ? 'undefined' : builder.cell(table, column, 'answer');
  const [title, value] = [cell(said.question), cell(said.value)];
  builder.use('text');
  if (said.questionType === undefined || said.value === undefined) {
    const kind = said.value === undefined ? 'words' : kindOf(said.value);
    helper(builder, kind);
    return `...${list}.flatMap((answer) => ${kind}(text(${title}) ?? '', ${value}))`;
  }
  builder.words('questionKind', said.questionType, {
    table,
    type: "AnyDimension['assessment_type']",
    imports: ['type AnyDimension'],
    help: {
      zh: '题型。飞书中 1 为打分，2 为单选，3 为描述（文字），4 为多选。',
      en: 'the kind of a question. Feishu has 1 for a score, 2 for one choice, 3 for text, 4 for several choices.',
    },
  });
  const kind = builder.cell(table, said.questionType, 'answer');
  helper(builder, 'answered');
  const asked = inlineObject([
    ['title', `text(${title})`],
    ...(said.description === undefined ? [] : [['description', `text(${cell(said.description)})`] as const]),
  ]);
  return [`...${list}.flatMap((answer) => `, call('answered', `questionKind(${kind})`, value, asked), ')'];
}

/** A function of the draft that makes a dimension of an answer, or none where there is none. */
export function helper(builder: Builder, kind: Kind | 'answered'): void {
  builder.use('type Dimension', 'text');
  if (kind === 'score' || kind === 'answered') builder.use('integer');
  if (kind === 'answered') builder.use('splitList');
  builder.define(kind, `${builder.say(HELP[kind])}\n${HELPERS[kind]}`);
}

const HELP = {
  score: {
    zh: '// 整数作为打分；4.5 这样的不取整，作为文字。',
    en: '// A whole number is a score. 4.5 is none, and is never rounded: it stays text, as it is written.',
  },
  choice: { zh: '// 所选的一项，原样。', en: '// The chosen option, as it is written.' },
  words: { zh: '// 文字，原样。', en: '// An answer in words.' },
  answered: {
    zh: '// 没有作答的题目不写入。多项之间的分隔符如不是顿号，请改正。',
    en: '// A question left open is left out. Options are separated by 、: change that if yours are not.',
  },
} as const;

const HELPERS = {
  score: `const score = (title: string, cell: unknown): Dimension[] => {
  const content = text(cell);
  if (content === undefined) return [];
  if (!/^-?[0-9]+$/.test(content)) return [{ assessment_type: 3, title, content }];
  return [{ assessment_type: 1, title, score: integer(content) }];
};`,
  choice: `const choice = (title: string, cell: unknown): Dimension[] => {
  const option = text(cell);
  return option === undefined ? [] : [{ assessment_type: 2, title, option }];
};`,
  words: `const words = (title: string, cell: unknown): Dimension[] => {
  const content = text(cell);
  return content === undefined ? [] : [{ assessment_type: 3, title, content }];
};`,
  answered: `function answered(
  kind: AnyDimension['assessment_type'],
  cell: unknown,
  asked: Pick<AnyDimension, 'title' | 'description'>,
): Dimension[] {
  const content = text(cell);
  if (content === undefined) return [];
  if (kind === 1 && /^-?[0-9]+$/.test(content))
    return [{ ...asked, assessment_type: 1, score: integer(content) }];
  if (kind === 2) return [{ ...asked, assessment_type: 2, option: content }];
  if (kind === 4) return [{ ...asked, assessment_type: 4, options: splitList(content, '、') }];
  return [{ ...asked, assessment_type: 3, content }];
}`,
} as const;
