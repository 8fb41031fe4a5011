import type { Builder, Meaning } from './builder.ts';
import { array, type Code, call, LINE_WIDTH, object, print, propertyName, widthOf } from './code.ts';
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
  /** Who is named at the interview, where the record itself names nobody. */
  readonly interviewer: { readonly table: Table; readonly column: Column } | undefined;
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
  const who =
    said.interviewer === undefined
      ? place.interviewer && { ...place.interviewer, of: 'row' }
      : { table, column: said.interviewer, of };
  if (who !== undefined) {
    const { facts } = who.column;
    const read = facts.empty === 0 && !facts.types.has('absent') ? 'required' : 'text';
    builder.use(read);
    members.push(['username', call(read, builder.cell(who.table, who.column, who.of))]);
  }
  if (said.verdict !== undefined) {
    const table_ = builder.words('verdict', said.verdict, { ...VERDICT, table });
    members.push(['conclusion', call(table_, builder.cell(table, said.verdict, of))]);
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
  return call(read, builder.cell(table, said.comment, of));
}

const isHtml = ({ facts }: Column): boolean => facts.html > facts.filled * 0.1;

/** Children in an order that does not depend on that of the file. */
export function sorted(builder: Builder, child: Child, holder: string): string {
  const list = listOf(child.table, holder);
  if (child.order.length === 0) return list;
  builder.use('ordered');
  for (const name of child.order) builder.cell(child.table, name);
  return `ordered(${list}, ${child.order.map(quoted).join(', ')})`;
}

/** The list of children on a record. */
export function listOf(table: Table, holder: string): string {
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
    made.push(['...', call('choice', quoted(round.title), round.cell)]);
  }
  for (const kind of ['score', 'choice', 'words'] as const) {
    const columns = said.answers.filter((column) => kindOf(column) === kind);
    if (columns.length === 0) continue;
    helper(builder, kind);
    const isList =
      columns.length > 2 && columns.every(({ name }) => !name.includes('.') && !/#[0-9]+$/.test(name));
    const cells = columns.map((column) => builder.cell(table, column, of));
    if (!isList) {
      made.push(
        ...columns.map(({ name }, at) => ['...', call(kind, quoted(titleOf(name)), cells[at] ?? '')]),
      );
      continue;
    }
    const list = { score: 'RATINGS', choice: 'CHOICES', words: 'ANSWERS' }[kind];
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
  const name = `${child.table.name.replace(/s$/, '')}Answer`;
  answerFunction(builder, child, name);
  return `...${sorted(builder, child, holder)}.flatMap(${name})`;
}

const PRIVATE = /^(private|internal|confidential|内部|机密|保密)/i;

/** The function that makes dimensions of one record with a question and its answer. */
function answerFunction(builder: Builder, { table, said }: Child, name: string): void {
  const { question, value, description, questionType } = said;
  const columns = [question, value, description, questionType].filter((column) => column !== undefined);
  const cell = (column: Column | undefined) =>
    column === undefined ? 'undefined' : builder.cell(table, column, 'answer');
  builder.use('type Dimension', 'text');
  const lines = [`const title = text(${cell(question)});`];
  if (
    question !== undefined &&
    [...question.facts.values.counts.keys()].some((title) => PRIVATE.test(title))
  ) {
    lines.push(
      builder.say({
        zh: '// 内部备注不导入：飞书中能看到面试的人都会看到。',
        en: '// Private notes stay behind: in Feishu, whoever sees the interview would see them.',
      }),
      `if (/${PRIVATE.source}/i.test(title ?? '')) return [];`,
    );
  }
  const read = value !== undefined && isHtml(value) ? 'htmlToText' : 'text';
  builder.use(read);
  lines.push(`const content = ${read}(${cell(value)});`, 'if (content === undefined) return [];');
  const described = description === undefined ? '' : ', description';
  if (description !== undefined) lines.push(`const description = text(${cell(description)});`);
  if (questionType !== undefined) {
    builder.words('questionKind', questionType, { ...QUESTION_KIND, table });
    builder.use('integer', 'splitList');
    lines.push(
      `const kind = questionKind(${cell(questionType)});`,
      `const asked = { title${described} };`,
      'if (kind === 2) return [{ ...asked, assessment_type: 2, option: content }];',
      builder.say({
        zh: '// 多项之间的分隔符如不是顿号，请改正。',
        en: '// Options are separated by 、: change that if yours are not.',
      }),
      "if (kind === 4) return [{ ...asked, assessment_type: 4, options: splitList(content, '、') }];",
      'if (kind === 3 || !/^-?[0-9]+$/.test(content)) return [{ ...asked, assessment_type: 3, content }];',
      'return [{ ...asked, assessment_type: 1, score: integer(content) }];',
    );
  } else {
    const kind = value === undefined ? 'words' : kindOf(value);
    if (kind === 'score') {
      builder.use('integer');
      lines.push(
        `if (!/^-?[0-9]+$/.test(content)) return [{ assessment_type: 3, title${described}, content }];`,
        `return [{ assessment_type: 1, title${described}, score: integer(content) }];`,
      );
    } else if (kind === 'choice')
      lines.push(`return [{ assessment_type: 2, title${described}, option: content }];`);
    else lines.push(`return [{ assessment_type: 3, title${described}, content }];`);
  }
  const type = columns.filter((column) => !column.name.includes('.'));
  const members = type.map((column) => `readonly ${propertyName(column.name)}?: unknown`);
  const flat = `function ${name}(answer: { ${members.join('; ')} }): Dimension[] {`;
  const broken = `function ${name}(answer: {\n${members.map((one) => `  ${one};\n`).join('')}}): Dimension[] {`;
  const help = builder.say({
    zh: '// 一道题目及其回答；没有作答的不写入，4.5 这样的不取整，作为文字。',
    en: '// A question and its answer. One left open is left out; 4.5 is never rounded: it stays text.',
  });
  const body = lines.map((line) => `  ${line}\n`).join('');
  builder.define(name, `${help}\n${widthOf(flat) <= LINE_WIDTH ? flat : broken}\n${body}}`);
}

const QUESTION_KIND: Omit<Meaning, 'table'> = {
  type: "AnyDimension['assessment_type']",
  imports: ['type AnyDimension'],
  help: {
    zh: '题型。飞书中 1 为打分，2 为单选，3 为描述（文字），4 为多选。',
    en: 'the kind of a question. Feishu has 1 for a score, 2 for one choice, 3 for text, 4 for several choices.',
  },
};

/** A function of the draft that makes a dimension of an answer, or none where there is none. */
export function helper(builder: Builder, kind: Kind): void {
  builder.use('type Dimension', 'text');
  if (kind === 'score') builder.use('integer');
  builder.define(kind, `${builder.say(HELP[kind])}\n${HELPERS[kind]}`);
}

const HELP = {
  score: {
    zh: '// 整数作为打分；4.5 这样的不取整，作为文字。',
    en: '// A whole number is a score. 4.5 is none, and is never rounded: it stays text, as it is written.',
  },
  choice: { zh: '// 所选的一项，原样。', en: '// The chosen option, as it is written.' },
  words: { zh: '// 文字，原样。', en: '// An answer in words.' },
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
} as const;
