import type { DateReading } from './date-tally.ts';
import { wordsOf } from './facts.ts';
import { type Grouping, groupingOf } from './grouping.ts';
import { childrenOf, keyOf, type Link } from './links.ts';
import type { System } from './ready.ts';
import { bestFor, type Role, tells } from './roles.ts';
import { type Rounds, roundsOf, silentIn } from './rounds.ts';
import { systemOf } from './system.ts';
import type { Column, Table } from './table.ts';
import { createValueSet, shareWithin } from './value-set.ts';

/** What a draft is made of: decisions, as plain data. What only a person can say is not among them. */
export interface Design {
  readonly parent: Table;
  /** Undefined where no column tells the records apart. */
  readonly key: Column | undefined;
  /** Rows of one interview, one for each interviewer. */
  readonly grouping: Grouping | undefined;
  /** Interviews side by side in one row. */
  readonly rounds: Rounds | undefined;
  readonly application: Column | undefined;
  readonly lookup: Lookup | undefined;
  readonly begin: Dated | undefined;
  readonly end: Dated | undefined;
  readonly duration: Column | undefined;
  readonly status: Column | undefined;
  readonly attendance: Column | undefined;
  readonly round: Column | undefined;
  readonly label: readonly Column[];
  readonly said: Said;
  readonly children: readonly Child[];
  /** Tables that the draft does not read; lists inside the records of others are not among them. */
  readonly outside: readonly Table[];
  readonly lists: readonly Table[];
  /** A system whose export this looks like, and for which a pipeline is ready. */
  readonly system: System | undefined;
}

export interface Dated {
  readonly column: Column;
  readonly reading: DateReading;
}

/** The file that has Feishu's ids of the applications. */
export interface Lookup {
  readonly table: Table;
  readonly key: string;
  readonly value: string;
  readonly share: number;
}

export interface Child extends Link {
  readonly kind: 'said' | 'comments' | 'scores';
  readonly said: Said;
  readonly order: readonly string[];
  readonly children: readonly Child[];
}

/** What the columns of a table say of an assessment, or of a single question. */
export interface Said {
  readonly interviewer: Column | undefined;
  readonly verdict: Column | undefined;
  readonly comment: Column | undefined;
  readonly answers: readonly Column[];
  readonly question: Column | undefined;
  readonly questionType: Column | undefined;
  readonly description: Column | undefined;
  readonly value: Column | undefined;
}

/** The rows of a CSV file, read once more. */
export type RowsOf = (table: Table) => AsyncIterable<Readonly<Record<string, unknown>>>;

/** The decisions for a draft whose interviews are in `parent`. */
export async function designOf(parent: Table, tables: readonly Table[], rowsOf: RowsOf): Promise<Design> {
  const { columns } = parent;
  const found = parent.reading.kind === 'csv' ? roundsOf(columns) : undefined;
  const rounds = found === undefined ? undefined : { ...found, silent: 0 };
  if (rounds !== undefined) for await (const row of rowsOf(parent)) rounds.silent += silentIn(rounds, row);
  const free = rounds === undefined ? columns : columns.filter(({ name }) => !rounds.all.has(name));
  const find = (role: Role): Column | undefined => bestFor(free, role, ({ facts }) => facts.filled > 0);
  const key = rounds === undefined ? keyOf(parent) : undefined;
  const lookup =
    lookupIn(parent, tables, find('application')) ??
    (find('application') === undefined
      ? await lookupByPerson(parent, personIn(free), { tables, rowsOf })
      : undefined);
  const application = lookup?.own ?? find('application');
  const children = rounds === undefined ? describe(childrenOf(parent, tables), tables) : [];
  const used = new Set([lookup?.found.table, parent, ...allOf(children)]);
  const words = (role: Role) => bestFor(free, role, ({ facts }) => wordsOf(facts) !== undefined);
  const begin = dated(free, 'begin');
  const isAlone = key === undefined && rounds === undefined && parent.reading.kind === 'csv';
  const repeated = bestFor(free, 'key', ({ facts }) => facts.empty === 0 && facts.filled > 0);
  const by = repeated === undefined ? [application, find('round'), begin?.column] : [repeated];
  return {
    ...{ parent, key, application, rounds, begin, children },
    grouping: isAlone ? await groupingOf(parent, by, rowsOf) : undefined,
    lookup: lookup?.found,
    end: dated(free, 'end'),
    duration: bestFor(free, 'duration', ({ facts }) => facts.whole > 0),
    ...{ status: words('status'), attendance: words('attendance'), round: find('round') },
    label: [find('candidate'), find('position')].filter((column) => column !== undefined),
    said: saidOf(rounds === undefined ? free : []),
    lists: tables.filter(({ reading }) => reading.kind === 'nested'),
    system: systemOf(tables),
    outside: tables.filter((table) => !used.has(table) && table.reading.kind !== 'nested'),
  };
}

function dated(columns: readonly Column[], role: 'begin' | 'end'): Dated | undefined {
  const reading = ({ facts }: Column) => facts.dates.reading(facts.filled, true);
  const column = bestFor(columns, role, (one) => reading(one) !== undefined);
  const found = column === undefined ? undefined : reading(column);
  return column === undefined || found === undefined ? undefined : { column, reading: found };
}

const allOf = (children: readonly Child[]): readonly Table[] =>
  children.flatMap(({ table, children: nested }) => [table, ...allOf(nested)]);

/** Children of a kind that a draft can use, with their own children. */
function describe(links: readonly Link[], tables: readonly Table[]): readonly Child[] {
  return links.flatMap((link): readonly Child[] => {
    const said = saidOf(link.table.columns.filter(({ name }) => name !== link.child));
    const isSaid = said.interviewer !== undefined || said.verdict !== undefined;
    const isScores = said.question !== undefined && said.value !== undefined;
    const isComments = said.comment !== undefined;
    if (!isSaid && !isScores && !isComments) return [];
    const kind =
      isSaid && !(isScores && said.verdict === undefined && said.interviewer === undefined)
        ? 'said'
        : isScores
          ? 'scores'
          : 'comments';
    // The list by whose members a table is tied says nothing itself.
    if (
      link.table.reading.kind === 'nested' &&
      kind === 'said' &&
      said.verdict === undefined &&
      said.comment === undefined &&
      links.some(({ via }) => via?.list === link.table)
    )
      return [];
    const nested = kind === 'said' ? describe(childrenOf(link.table, tables), tables) : [];
    return [
      {
        ...link,
        kind,
        said,
        order: orderOf(link.table),
        children: nested.filter((one) => one.kind === 'scores'),
      },
    ];
  });
}

function orderOf(table: Table): readonly string[] {
  const order = bestFor(table.columns, 'order', ({ facts }) => facts.empty === 0);
  const key = keyOf(table);
  const names = [order?.name, key?.name].filter((name) => name !== undefined && !name.includes('.'));
  return [...new Set(names as string[])];
}

function saidOf(columns: readonly Column[]): Said {
  const open = columns.filter(({ name }) => tells(name, 'private') === undefined);
  const find = (role: Role) =>
    bestFor(open, role, ({ facts }) => facts.filled > 0 && !facts.types.has('list'));
  const verdict = bestFor(open, 'verdict', canBeVerdict);
  const interviewer = find('interviewer');
  const comment = bestFor(
    open,
    'comment',
    (one) => one !== verdict && one.facts.filled > 0 && one.facts.numbers < one.facts.filled,
  );
  const taken = new Set([verdict, interviewer, comment]);
  const answers = open.filter(
    (one) =>
      !taken.has(one) &&
      one.facts.filled > 0 &&
      !one.facts.types.has('object') &&
      !one.facts.types.has('list') &&
      (tells(one.name, 'score') !== undefined || tells(one.name, 'answer') !== undefined),
  );
  const [question, value] = [find('question'), find('value')];
  return {
    ...{ interviewer, verdict, comment, answers, question, value },
    questionType: bestFor(open, 'questionType', hasKinds),
    description:
      bestFor(open, 'description', (one) => one !== question && one !== value && one.facts.filled > 0) ??
      bestFor(open, 'questionType', (one) => one.facts.filled > 0 && !hasKinds(one)),
  };
}

/** Few words, or a few numbers that stand for words; a score is none. */
function canBeVerdict({ facts }: Column): boolean {
  const words = wordsOf(facts);
  return words !== undefined && (facts.numbers < facts.filled || words.length <= MOST_CODES);
}

const MOST_CODES = 6;

/** Columns that tell the candidate and the post, where no id of an application does. */
export function personIn(columns: readonly Column[]): readonly Column[] {
  const who = bestFor(columns, 'phone') ?? bestFor(columns, 'candidate');
  return [who, bestFor(columns, 'position')].filter((column) => column !== undefined);
}

/** The table with Feishu's ids by candidate and post, a colon between them. */
async function lookupByPerson(
  parent: Table,
  person: readonly Column[],
  { tables, rowsOf }: { readonly tables: readonly Table[]; readonly rowsOf: RowsOf },
): Promise<{ readonly own: undefined; readonly found: Lookup } | undefined> {
  const people = createValueSet();
  for await (const row of rowsOf(parent)) people.add(person.map(({ name }) => row[name]).join(':'));
  for (const table of tables) {
    const value = bestFor(table.columns, 'feishuApplication');
    for (const { name, facts } of value === undefined || table.reading.kind !== 'csv' ? [] : table.columns) {
      const share = shareWithin(people, facts.values);
      if (share >= 0.5 && value !== undefined)
        return { own: undefined, found: { table, key: name, value: value.name, share } };
    }
  }
  return undefined;
}

const KIND = /打分|单选|多选|描述|选择|文本|问答|text|score|select|choice|rating|scale|bool|yes|number/i;

/** Whether the words of a column are kinds of questions; a group of questions is called a type, too. */
function hasKinds({ facts }: Column): boolean {
  const words = wordsOf(facts) ?? [];
  return words.filter(([word]) => KIND.test(word)).length * 2 > words.length;
}

/** The table that has Feishu's ids, and the column of the parent that is looked up in it. */
function lookupIn(parent: Table, tables: readonly Table[], named: Column | undefined) {
  for (const table of tables) {
    const value = table === parent ? undefined : bestFor(table.columns, 'feishuApplication');
    if (value === undefined || table.reading.kind !== 'csv') continue;
    let best: { readonly own: Column; readonly found: Lookup } | undefined;
    for (const own of named === undefined ? parent.columns : [named]) {
      for (const { name, facts } of table.columns) {
        const share =
          own.facts.filled === 0 || name === value.name ? 0 : shareWithin(own.facts.values, facts.values);
        if (share >= 0.5 && share > (best?.found.share ?? 0) && facts.values.distinct() * 2 > facts.filled)
          best = { own, found: { table, key: name, value: value.name, share } };
      }
    }
    if (best !== undefined) return best;
  }
  return undefined;
}
