import { type Builder, dateCode, type Meaning } from './builder.ts';
import { array, arrow, type Code, call, object, print } from './code.ts';
import { type Child, type Dated, type Design, personIn } from './design.ts';
import { assessmentCode, listOf, type SaidPlace, sorted, VERDICT } from './draft-said.ts';
import { PART } from './draft-sources.ts';
import { member, quoted } from './identifier.ts';
import { bestFor } from './roles.ts';
import type { Column, Table } from './table.ts';

const STATUS: Omit<Meaning, 'table'> = {
  type: "ParticipateStatus | 'skip' | undefined",
  imports: ['type ParticipateStatus'],
  help: {
    zh: "1 未参与，2 参与，3 爽约；没有说明写 undefined，不导入写 'skip'。",
    en: "1 not attended, 2 attended, 3 no-show, undefined where it does not say; 'skip' leaves the record out.",
  },
};
const ATTENDANCE: Omit<Meaning, 'table'> = {
  type: 'ParticipateStatus | undefined',
  imports: ['type ParticipateStatus'],
  help: {
    zh: '1 未参与，2 参与，3 爽约；没有说明写 undefined。',
    en: '1 not attended, 2 attended, 3 no-show; undefined where it does not say.',
  },
};

/** Whether several rows are one interview. */
export const isGrouped = ({ grouping }: Design): boolean =>
  grouping !== undefined && grouping.groups < grouping.rows;

/** A column of the interview itself: of a group only what all its rows agree in. */
function own(design: Design, column: Column | undefined): Column | undefined {
  if (column === undefined || !isGrouped(design)) return column;
  const { by = [], shared = [] } = design.grouping ?? {};
  return by.includes(column.name) || shared.includes(column.name) ? column : undefined;
}

/** Columns that tell the candidate and the post, where no id of an application does. */
export const personOf = ({ parent, rounds }: Design): readonly Column[] =>
  personIn(parent.columns.filter(({ name }) => rounds?.all.has(name) !== true));

export function keyCode(builder: Builder, design: Design): Code {
  const { parent, key, application, rounds, grouping } = design;
  if (key !== undefined) {
    builder.use('id');
    return `id(${builder.cell(parent, key)})`;
  }
  const part = rounds === undefined ? [] : [member('row', builder.say(PART))];
  if (application === undefined && grouping === undefined) {
    builder.use('hashKey');
    const times = [design.round, design.begin?.column].filter((column) => column !== undefined);
    const cells = [...personOf(design), ...times].map((column) => builder.cell(parent, column));
    return call('hashKey', ...cells, ...part);
  }
  builder.use('id');
  const [first = '', ...others] = grouping?.by ?? [application?.name ?? ''];
  const cells = [`id(${builder.cell(parent, first)})`, ...others.map((name) => builder.cell(parent, name))];
  const all = [...cells, ...part];
  return all.length === 1 ? (all[0] ?? '') : [array(all), ".join(':')"];
}

export function applicationCode(builder: Builder, design: Design): Code {
  const { parent, application } = design;
  if (application !== undefined)
    return call('lookup', quoted('applications'), builder.cell(parent, application));
  builder.use('joinText');
  const cells = personOf(design).map((column) => builder.cell(parent, column));
  return call('lookup', quoted('applications'), call('joinText', quoted(':'), ...cells));
}

export function skipCode(builder: Builder, design: Design): Code | undefined {
  const { parent, rounds } = design;
  const lines: string[] = [];
  const footer = parent.reading.kind === 'csv' ? parent.reading.footer : undefined;
  if (footer !== undefined && footer.total === undefined && rounds === undefined) {
    const begins = footer.begins.map((word) => word.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|');
    builder.use('text');
    const cell = builder.cell(parent, footer.column);
    lines.push(`if (/^(?:${begins})/.test(text(${cell}) ?? '')) return 'footer';`);
  }
  const status = own(design, design.status);
  const left = builder.say({ zh: '按状态不导入', en: 'left out by its status' });
  if (status !== undefined) {
    const cell = builder.cell(parent, status);
    const test = `${builder.words('status', status, { ...STATUS, table: parent })}(${cell}) === 'skip'`;
    lines.push(`return ${test} && ${quoted(left)};`);
  } else if (lines.length > 0) lines.push('return undefined;');
  if (rounds !== undefined)
    return `(row) => HELD[row.${builder.say(PART)}].every((name) => row[name] === '') && ${quoted(builder.say({ zh: '没有这一轮', en: 'no such round yet' }))}`;
  const [only = ''] = lines;
  if (lines.length === 1) return `(row) => ${only.replace(/^return |;$/g, '')}`;
  return lines.length === 0 ? undefined : `(row) => {\n${lines.map((line) => `    ${line}\n`).join('')}  }`;
}

export function labelCode(builder: Builder, design: Design): Code | undefined {
  const { parent, label, round, rounds } = design;
  const columns = [...label, round].flatMap((column) => own(design, column) ?? []);
  if (label.length === 0 || columns.length === 0) return undefined;
  builder.use('joinText');
  const part = rounds === undefined ? [] : [member('row', builder.say(PART))];
  const cells = columns.map((column) => builder.cell(parent, column));
  return arrow('(row)', call('joinText', quoted(' · '), ...cells, ...part));
}

/** The mapping of a record that is one interview. */
export function mapCode(builder: Builder, design: Design): Code {
  const { parent, attendance } = design;
  const before: string[] = [];
  const members: (readonly [string, Code])[] = [
    ['external_application_id', applicationCode(builder, design)],
  ];
  const status = own(design, design.status);
  const came = own(design, attendance);
  if (status !== undefined) before.push(`const state = status(${builder.cell(parent, status)});`);
  const state = status === undefined ? undefined : "state === 'skip' ? undefined : state";
  if (came !== undefined) {
    const table = builder.words('attendance', came, { ...ATTENDANCE, table: parent });
    before.push(`const came = ${table}(${builder.cell(parent, came)});`);
    members.push(['participate_status', state === undefined ? 'came' : `came ?? (${state})`]);
  } else if (state !== undefined) members.push(['participate_status', state]);
  members.push(...timesCode(builder, design, before));
  const list = saidCode(builder, design, before);
  if (list !== undefined) members.push(['interview_assessments', list]);
  if (before.length === 0) return ['(row, { lookup }) => (', object(members), ')'];
  const body = [...before.map((line) => `    ${line}`), print(['return ', object(members), ';'], 4)];
  return `(row, { lookup }) => {\n${body.join('\n')}\n  }`;
}

function timesCode(builder: Builder, design: Design, before: string[]): (readonly [string, Code])[] {
  const { parent, begin, end } = design;
  const dated = (one: Dated | undefined, name: string): Code | undefined =>
    one === undefined || own(design, one.column) === undefined
      ? undefined
      : dateCode(builder, one, builder.cell(parent, one.column), name);
  if (begin?.reading.by === 'dateTimeRange' && own(design, begin.column) !== undefined)
    return rangeCode(builder, parent, begin.column, before);
  const begins = dated(begin, 'beginOf');
  const ends = dated(end, 'endOf');
  const duration = own(design, design.duration);
  if (begins === undefined) return [];
  if (ends !== undefined || duration === undefined)
    return [['begin_time', begins], ...(ends === undefined ? [] : [['end_time', ends] as const])];
  builder.use('optional', 'integer');
  const cell = builder.cell(parent, duration);
  before.push(print(['const begin = ', begins, ';']));
  before.push(`const minutes = optional(${cell}, (length) => integer(length, { min: 1 }));`);
  return [
    ['begin_time', 'begin'],
    ['end_time', 'begin && minutes && begin + 60_000 * minutes'],
  ];
}

/** Begin and end that stand in one cell. */
function rangeCode(
  builder: Builder,
  table: Table,
  column: Column,
  before: string[],
): (readonly [string, Code])[] {
  const cell = builder.cell(table, column);
  const isSure = column.facts.empty === 0 && !column.facts.types.has('absent');
  builder.use('dateTimeRange', ...(isSure ? [] : ['optional']));
  const read = isSure ? call('dateTimeRange', cell) : call('optional', cell, 'dateTimeRange');
  before.push(print(['const times = ', read, ';']));
  const of = isSure ? 'times.' : 'times?.';
  return [
    ['begin_time', `${of}begin`],
    ['end_time', `${of}end`],
  ];
}

/** The list of the assessments. */
function saidCode(builder: Builder, design: Design, before: string[]): Code | undefined {
  const { parent, children, round } = design;
  const child = children.find(({ kind }) => kind === 'said');
  const table = child?.table ?? parent;
  const said = child?.said ?? design.said;
  const placed = own(design, round);
  const isList = child !== undefined || isGrouped(design);
  const hasWords = said.verdict !== undefined || said.comment !== undefined || said.answers.length > 0;
  const below = child === undefined ? children : child.children;
  if (!hasWords && below.length === 0 && said.interviewer === undefined) return undefined;
  const asked = own(design, design.said.interviewer);
  const place: SaidPlace = {
    interviewer: child === undefined || asked === undefined ? undefined : { table: parent, column: asked },
    ...{ table, said, children: below },
    of: isList || mayBeSilent(design, said, below) ? 'one' : 'row',
    holder: child === undefined ? 'row' : 'one',
    round: placed === undefined ? undefined : { title: titleOf(placed), cell: builder.cell(parent, placed) },
  };
  const list =
    child === undefined
      ? isGrouped(design)
        ? rowsCode(builder, design)
        : '[row]'
      : listCode(builder, child, before);
  const silent = silentColumns(said, below);
  const code = assessmentCode(builder, place);
  const overall =
    child === undefined || said.verdict !== undefined ? undefined : own(design, design.said.verdict);
  const items = (all: Code): Code => {
    if (overall === undefined) return all;
    // The verdict of the interview is nobody's in particular.
    const name = builder.words('verdict', overall, { ...VERDICT, table: parent });
    before.push(`const overall = ${name}(${builder.cell(parent, overall)});`);
    return array([['...', all], '...(overall === undefined ? [] : [{ conclusion: overall }])']);
  };
  if (place.of === 'row') return array([code]);
  if (silent === undefined) return items(call(`${list}.map`, ['(one) => (', code, ')']));
  defineHasSaid(builder, silent, table);
  before.push(`const given = ${list}.filter(hasSaid);`);
  return items(call('given.map', ['(one) => (', code, ')']));
}

const titleOf = ({ name }: Column): string => (name.includes('.') ? (name.split('.')[0] ?? name) : name);

const mayBeSilent = (design: Design, said: Design['said'], below: readonly Child[]): boolean =>
  silentColumns(said, below) !== undefined && !isGrouped(design);

/** The columns of which at least one is filled where somebody has said something; undefined where always one is. */
function silentColumns(said: Design['said'], below: readonly Child[]): readonly Column[] | undefined {
  const columns = [said.verdict, said.comment, ...said.answers].filter((column) => column !== undefined);
  const isSure = columns.some(({ facts }) => facts.empty === 0 && !facts.types.has('absent'));
  if (isSure || columns.length === 0 || below.length > 0) return undefined;
  return columns.some(({ name }) => name.includes('.')) ? undefined : columns;
}

function defineHasSaid(builder: Builder, columns: readonly Column[], table: Table): void {
  builder.use('text');
  for (const column of columns) builder.cell(table, column);
  const names = array(columns.map(({ name }) => quoted(name)));
  builder.define('SAID', print(['const SAID = ', names, ' as const;']));
  const help = builder.say({
    zh: '// 什么都没有写的，不是评价。',
    en: '// Who has written nothing yet has no assessment.',
  });
  const type = '{ readonly [Name in (typeof SAID)[number]]?: unknown }';
  builder.define(
    'hasSaid',
    `${help}\nconst hasSaid = (one: ${type}): boolean =>\n  SAID.some((name) => text(one[name]) !== undefined);`,
  );
}

function rowsCode(builder: Builder, { parent, said }: Design): string {
  const people = [said.interviewer, bestFor(parent.columns, 'contact')].filter(
    (column) => column !== undefined,
  );
  if (people.length === 0) return 'row.rows';
  builder.use('ordered');
  for (const column of people) builder.cell(parent, column);
  return `ordered(row.rows, ${people.map(({ name }) => quoted(name)).join(', ')})`;
}

function listCode(builder: Builder, child: Child, before: string[]): string {
  const list = sorted(builder, child, 'row');
  const { via, table } = child;
  if (via === undefined) return list;
  builder.use('text');
  const key = builder.cell(table, via.key, 'one');
  const path = listOf(via.list, 'row');
  before.push(
    `const named = new Set(${path}.map((one) => text(${builder.cell(via.list, via.column, 'one')})));`,
  );
  before.push(`const own = ${list}.filter((one) => named.has(text(${key})));`);
  return 'own';
}
