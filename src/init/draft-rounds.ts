import { type Builder, dateCode } from './builder.ts';
import { array, type Code, call, inlineObject, object, print } from './code.ts';
import type { Design } from './design.ts';
import { applicationCode } from './draft-map.ts';
import { helper, VERDICT } from './draft-said.ts';
import { columnsName, csvOptionCode, PART } from './draft-sources.ts';
import { wordsOf } from './facts.ts';
import { inTemplate, quoted } from './identifier.ts';
import type { Part, Rounds } from './rounds.ts';
import type { Column } from './table.ts';

/** The statements of a wide sheet: its rounds, their columns, the source. */
export function roundsCode(builder: Builder, { parent, rounds }: Design): readonly string[] {
  if (rounds === undefined || parent.reading.kind !== 'csv') return [];
  builder.use('csv', 'split');
  const shared = builder.usedOf(parent).filter(({ name }) => !rounds.all.has(name));
  const list = columnsName(parent.name);
  const columns = array([
    ...shared.map(({ name }) => quoted(name)),
    '...ROUNDS.flatMap((name) => HELD[name])',
  ]);
  const options: (readonly [string, Code])[] = [
    ...csvOptionCode(
      parent.reading,
      builder.usedOf(parent).map(({ name }) => name),
    ),
    ['columns', list],
  ];
  const file = call('csv', quoted(parent.file), inlineObject(options));
  const part = quoted(builder.say(PART));
  const held = (columnsOf: (one: Part) => readonly Column[]): Code =>
    object(rounds.parts.map((one) => [one.name, array(columnsOf(one).map(({ name }) => quoted(name)))]));
  return [
    builder.say({
      zh: '// 每一轮的列，按表头的顺序；重复的列名带编号。',
      en: '// The columns of each round, in the order of the header; repeated names are numbered.',
    }),
    print(['const ROUNDS = ', array(rounds.parts.map(({ name }) => quoted(name))), ' as const;']),
    print(['const HELD = ', held(({ columns: all }) => all), ' as const;']),
    ...(rounds.parts.some(({ answers }) => answers.length > 0)
      ? [print(['const ANSWERS = ', held(({ answers }) => answers), ' as const;'])]
      : []),
    print([`const ${list} = `, columns, ' as const;']),
    print([`const ${parent.name} = `, file, ';']),
    print(['const source = ', call('split', parent.name, part, 'ROUNDS'), ';']),
  ];
}

/** The mapping of one round of a wide sheet. */
export function roundsMapCode(builder: Builder, design: Design): Code {
  const { parent, rounds, round: _, begin } = design;
  if (rounds === undefined) return '';
  for (const name of rounds.all) builder.cell(parent, name);
  const part = builder.say(PART);
  const cell = (suffix: string): string => `row[\`\${row.${part}}${inTemplate(suffix)}\`]`;
  const said: (readonly [string, Code])[] = [];
  if (rounds.interviewer !== undefined) {
    builder.use('text');
    said.push(['username', `text(${cell(rounds.interviewer)})`]);
  }
  if (rounds.verdict !== undefined) {
    const words = verdictOf(parent.columns, rounds);
    if (words !== undefined) {
      builder.words('verdict', words, { ...VERDICT, table: parent });
      said.push(['conclusion', `verdict(${cell(rounds.verdict)})`]);
    }
  }
  if (rounds.comment !== undefined) {
    builder.use('text');
    said.push(['content', `text(${cell(rounds.comment)})`]);
  }
  helper(builder, 'choice');
  const round = `...choice(${quoted(builder.say({ zh: '面试轮次', en: 'Round' }))}, row.${part})`;
  const dimensions: Code[] = [round];
  if (rounds.parts.some(({ answers }) => answers.length > 0)) {
    helper(builder, 'score');
    const title = "name.replace(/#[0-9]+$/, '')";
    dimensions.push(`...ANSWERS[row.${part}].flatMap((name) => score(${title}, row[name]))`);
  }
  said.push(['assessment_dimension_list', array(dimensions)]);
  const members: (readonly [string, Code])[] = [
    ['external_application_id', applicationCode(builder, design)],
  ];
  const times = rounds.begin === undefined ? begin : beginOf(parent.columns, rounds);
  if (times !== undefined) {
    const at = rounds.begin === undefined ? builder.cell(parent, times.column) : cell(rounds.begin);
    members.push(['begin_time', dateCode(builder, times, at, 'beginOf')]);
  }
  members.push(['interview_assessments', array([object(said)])]);
  return ['(row, { lookup }) => (', object(members), ')'];
}

/** The words of all rounds together, as one column. */
function verdictOf(columns: readonly Column[], { parts, verdict, silent }: Rounds): Column | undefined {
  const all = parts.flatMap(
    ({ name }) => columns.find((column) => column.name === `${name}${verdict}`) ?? [],
  );
  const [first] = all;
  if (first === undefined || all.some(({ facts }) => facts.filled > 0 && wordsOf(facts) === undefined))
    return undefined;
  const counts = new Map<string, number>();
  for (const { facts } of all)
    for (const [word, count] of facts.values.counts) counts.set(word, (counts.get(word) ?? 0) + count);
  const filled = all.reduce((sum, { facts }) => sum + facts.filled, 0);
  const values = { ...first.facts.values, counts };
  const longest = Math.max(...all.map(({ facts }) => facts.longest));
  return { name: verdict ?? '', facts: { ...first.facts, values, filled, longest, empty: silent } };
}

function beginOf(columns: readonly Column[], { parts, begin }: Rounds): Design['begin'] {
  for (const { name } of parts) {
    const column = columns.find((one) => one.name === `${name}${begin}`);
    const reading = column?.facts.dates.reading(column.facts.filled, true);
    // A later round has empty cells where an earlier one has none.
    if (column !== undefined && reading !== undefined)
      return { column: { ...column, facts: { ...column.facts, empty: 1 } }, reading };
  }
  return undefined;
}
