import type { Bilingual } from '../plan/shape.ts';
import { nameOf } from '../readers/encodings.ts';
import type { Builder } from './builder.ts';
import { comment } from './code.ts';
import type { DateReading } from './date-tally.ts';
import type { Child, Design } from './design.ts';
import type { DraftOptions } from './draft.ts';
import { isGrouped } from './draft-map.ts';
import { wordsOf } from './facts.ts';
import { isCategory, tells } from './roles.ts';
import type { Column, Table } from './table.ts';

const w = (zh: string, en: string): Bilingual => ({ zh, en });
const percent = (share: number): string => `${Math.floor(share * 1000) / 10}%`;

/** What was decided, and by what: a comment at the head of a draft. */
export function notesOf(design: Design, builder: Builder, { name }: DraftOptions): string {
  const read = [design.parent, ...tablesOf(design.children)];
  const files = read.filter(({ reading }) => reading.kind !== 'nested');
  const open = builder.todos();
  const todo =
    open === 0
      ? w('', '')
      : w(
          `请先为 ${open} 处 TODO 写明含义（只有您知道）。`,
          ` First write what each TODO (${open}) means: only you know that.`,
        );
  const notes: Bilingual[] = [
    w(`由 hire-sync init 起草。${todo.zh}然后运行：`, `Drafted by hire-sync init.${todo.en} Then:`),
    w(`  hire-sync validate ${name}.ts`, `  hire-sync validate ${name}.ts`),
    ...systemNotes(design),
    ...files.map(fileNote),
    recordNote(design),
    ...design.children.flatMap((child) => linkNotes(child, design.parent)),
    ...applicationNotes(design),
    ...[design.begin, design.end].flatMap((one) =>
      one === undefined ? [] : dateNotes(one.column, one.reading),
    ),
    ...missingNotes(design),
    ...[...read, ...listsOf(design, read)].flatMap((table) => leftBehind(table, builder.usedOf(table))),
    ...outsideNotes(design),
  ];
  return notes.map((note) => comment(builder.say(note))).join('\n');
}

const tablesOf = (children: readonly Child[]): readonly Table[] =>
  children.flatMap(({ table, children: nested }) => [table, ...tablesOf(nested)]);

/** Lists of which nothing is read, inside records of which something is. */
function listsOf({ lists }: Design, read: readonly Table[]): readonly Table[] {
  const within = (table: Table): boolean =>
    table.reading.kind === 'nested' && (read.includes(table.reading.in) || within(table.reading.in));
  return lists.filter((table) => !read.includes(table) && within(table));
}

function systemNotes({ system }: Design): Bilingual[] {
  if (system === undefined) return [];
  return [
    w(
      `看起来是 ${system} 的导出：hire-sync init --from ${system} 会复制现成的同步规则。`,
      `This looks like an export of ${system}, for which pipelines are ready: hire-sync init --from ${system}`,
    ),
  ];
}

const DELIMITERS: Readonly<Record<string, Bilingual>> = {
  ';': w('，以分号分隔', ', separated by semicolons'),
  '\t': w('，以制表符分隔', ', separated by tabs'),
  '|': w('，以竖线分隔', ', separated by |'),
};

function fileNote({ file, rows, reading }: Table): Bilingual {
  if (reading.kind === 'nested') return w('', '');
  const encoding = nameOf(reading.encoding);
  if (reading.kind !== 'csv') {
    const at =
      reading.at === undefined ? w('', '') : w(`，位于 ${reading.at} 之内`, `, in its member ${reading.at}`);
    return w(
      `${file}：${rows} 条记录，${encoding}${at.zh}。`,
      `${file}: ${rows} records, ${encoding}${at.en}.`,
    );
  }
  const { skipRows, footer, hasRepeats, hasLooseQuotes, normalise, empty } = reading;
  const separated = DELIMITERS[reading.delimiter] ?? w('', '');
  const parts = [
    skipRows > 0
      ? w(`表头之上有 ${skipRows} 行标题。`, `${skipRows} title rows stand above the header.`)
      : null,
    footer === undefined
      ? null
      : footer.total === undefined
        ? w(
            `末尾 ${footer.rows} 行是页脚，每次内容可能不同。`,
            `The last ${footer.rows} rows are footers that may differ from night to night.`,
          )
        : w(`最后一行是“${footer.total}”，不是记录。`, `The last row (${footer.total}) is no record.`),
    hasRepeats ? w('列名有重复，已编号。', 'It repeats names of columns: they are numbered.') : null,
    hasLooseQuotes
      ? w(
          '单元格中的引号未按规则书写，视为文字。',
          'Quotes inside its cells break the rules of CSV: they are taken as text.',
        )
      : null,
    Object.keys(normalise).length > 0
      ? w('部分列中的单元格按 normalise 更正。', 'Cells of some columns are mended: see normalise.')
      : null,
    empty.length > 0
      ? w(`${empty.join('、')} 视为空。`, `${empty.join(', ')} stands for an empty cell.`)
      : null,
  ].filter((part) => part !== null);
  return w(
    `${file}：${rows} 行，${encoding}${separated.zh}。${parts.map(({ zh }) => zh).join('')}`,
    [`${file}: ${rows} rows, ${encoding}${separated.en}.`, ...parts.map(({ en }) => en)].join(' '),
  );
}

function recordNote(design: Design): Bilingual {
  const { parent, key, grouping, rounds } = design;
  if (rounds !== undefined) {
    const parts = rounds.parts.map((part) => part.name);
    return w(
      `每行是一位候选人，${parts.join('、')}各为一场面试。没有面试编号：由候选人、职位和轮次区分。`,
      `A row is a candidate, and each of ${parts.join(', ')} an interview. They have no id: candidate, post and round tell them apart.`,
    );
  }
  if (key !== undefined) {
    const different = key.facts.values.distinct();
    return w(
      `${parent.file} 的一行是一场面试，由 ${key.name} 区分（${parent.rows} 行中有 ${different} 个不同的值）。`,
      `A record of ${parent.file} is an interview, told apart by ${key.name} (${different} different ones in ${parent.rows}).`,
    );
  }
  const by = grouping?.by.join(', ') ?? '';
  if (isGrouped(design))
    return w(
      `没有面试编号：${by} 相同的行是一场面试（${grouping?.rows} 行，${grouping?.groups} 场）。`,
      `It has no id of an interview: rows with the same ${by} are one (${grouping?.groups} of ${grouping?.rows} rows).`,
    );
  return w(
    '没有面试编号：由下面 key 中的各列区分。请确认它们以后不会改变。',
    'It has no id of an interview: the columns in key tell them apart. Make sure that they never change.',
  );
}

function linkNotes(child: Child, parent: Table): Bilingual[] {
  const { table, parent: to, child: from, share, via, children } = child;
  const own =
    table.reading.kind === 'nested'
      ? []
      : via !== undefined
        ? [
            w(
              `${table.file} 属于在 ${via.member} 中列出其 ${via.key} 的面试（${percent(share)} 能找到）。没有面试列出的不在此导入；Greenhouse 请用 init --from greenhouse。`,
              `${table.file} belongs to the interview that names its ${via.key} in ${via.member} (${percent(share)} are there). Those that none names stay outside; for Greenhouse, see init --from greenhouse.`,
            ),
          ]
        : [
            w(
              `${table.file} 以 ${from} 属于 ${parent.name}（${to}）：${percent(share)} 的值能找到。`,
              `${table.file} belongs to ${parent.name} by ${from} = ${to}: ${percent(share)} of its values are there.`,
            ),
          ];
  return [...own, ...children.flatMap((nested) => linkNotes(nested, table))];
}

function applicationNotes({ application, lookup }: Design): Bilingual[] {
  const person = w(
    '没有投递编号：由候选人和职位查找，请确认两者足以区分投递。',
    'It has no ids of applications: candidate and post are looked up. Make sure that they tell one application.',
  );
  const found =
    lookup === undefined
      ? w(
          '导出中没有飞书投递 ID：请制作 lookups 中的文件（每份投递一行，19 位编号请勿经过 Excel）。',
          'The export has no ids of Feishu: make the file in lookups, a row for each application (19 digits: never through Excel).',
        )
      : w(
          `飞书投递 ID 在 ${lookup.table.file} 中按 ${lookup.key} 查找：${percent(lookup.share)} 能找到。`,
          `Feishu's ids of the applications are looked up in ${lookup.table.file} by ${lookup.key}: ${percent(lookup.share)} are there.`,
        );
  return application === undefined ? [found, person] : [found];
}

function dateNotes({ name, facts }: Column, { by, format, read, hasShortYear }: DateReading): Bilingual[] {
  const how = format === undefined ? by : `${by} ${format}`;
  const all = Math.min(facts.filled, 20_000);
  const short = hasShortYear
    ? w('两位数的年份按 1970 至 2069 年读取。', ' Years of two digits are taken for 1970 to 2069.')
    : w('', '');
  return [
    w(
      `${name}：按 ${how} 读取 ${all} 个中的 ${read} 个。${short.zh}`,
      `${name}: ${how} reads ${read} of ${all}.${short.en}`,
    ),
  ];
}

function missingNotes({ said, children, rounds, begin }: Design): Bilingual[] {
  const hasVerdict =
    said.verdict !== undefined ||
    rounds?.verdict !== undefined ||
    children.some((child) => child.said.verdict !== undefined);
  return [
    ...(hasVerdict
      ? []
      : [
          w(
            '没有找到结论列：conclusion 未写入。如由分数决定，请自行写 valueMap。',
            'No column has verdicts: conclusion is left out. If a rating decides, write a valueMap of it.',
          ),
        ]),
    ...(begin === undefined && rounds?.begin === undefined
      ? [w('没有找到面试时间列：begin_time 未写入。', 'No column has the time: begin_time is left out.')]
      : []),
  ];
}

/** Columns that nobody reads: named, with their words where these are categories. */
function leftBehind(table: Table, used: readonly Column[]): Bilingual[] {
  const left = table.columns.filter((column) => {
    const { types } = column.facts;
    const isContainer = types.has('object') || (types.has('list') && column.facts.values.counts.size === 0);
    return !used.includes(column) && !isContainer;
  });
  if (left.length === 0) return [];
  const file = table.reading.kind === 'nested' ? `${table.file} ${table.reading.member}` : table.file;
  const told = left.map((column) => `${column.name.replaceAll(/\s+/g, ' ')}${wordsTold(column)}`);
  const isPrivate = left.some(({ name }) => tells(name, 'private') !== undefined);
  const note = isPrivate ? w('（其中有不宜公开的）', ' (some of them private)') : w('', '');
  return [
    w(
      `不导入的列（${file}）${note.zh}：${told.join('，')}。`,
      `Left behind of ${file}${note.en}: ${told.join(', ')}.`,
    ),
  ];
}

const MOST_TOLD = 8;

function wordsTold({ name, facts }: Column): string {
  const words = isCategory(name) ? wordsOf(facts) : undefined;
  if (words === undefined || words.length > MOST_TOLD || facts.filled < words.length * 2) return '';
  return ` (${words.map(([word, count]) => `${word} ${count}`).join(', ')})`;
}

const PEOPLE =
  /candidate|applicant|application|opportunit|people|person|contact|user|job|posting|offer|候选人|申请|投递|职位|人才|用户/i;

function outsideNotes({ outside }: Design): Bilingual[] {
  const people = outside.filter(({ file }) => PEOPLE.test(file));
  const others = outside.filter((table) => !people.includes(table));
  const list = (tables: readonly Table[]): string => tables.map(({ file }) => file).join(', ');
  return [
    ...(people.length === 0
      ? []
      : [
          w(
            `未读取：${list(people)}。候选人、职位和投递须先导入飞书；hire-sync 导入的是面试。`,
            `Outside: ${list(people)}. People, posts and applications come to Feishu first; hire-sync brings interviews.`,
          ),
        ]),
    ...(others.length === 0
      ? []
      : [
          w(
            `未读取：${list(others)}。没有一列与面试对应，或其中没有可以写入飞书的内容。`,
            `Outside: ${list(others)}. No column ties them to an interview, or they have nothing that Feishu has a field for.`,
          ),
        ]),
  ];
}
