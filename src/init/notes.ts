import type { Bilingual } from '../plan/shape.ts';
import { nameOf } from '../readers/encodings.ts';
import type { Builder } from './builder.ts';
import { comment } from './code.ts';
import type { DateReading } from './date-tally.ts';
import type { Child, Design } from './design.ts';
import type { DraftOptions } from './draft.ts';
import { isGrouped } from './draft-map.ts';
import { leftNotes, w } from './left-notes.ts';
import type { Column, Table } from './table.ts';

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
    ...peopleNotes(design),
    ...leftNotes(design, read, builder),
  ];
  return notes.map((note) => comment(builder.say(note))).join('\n');
}

const tablesOf = (children: readonly Child[]): readonly Table[] =>
  children.flatMap(({ table, children: nested }) => [table, ...tablesOf(nested)]);

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
      `${by} 相同的行是一场面试（${grouping?.rows} 行，${grouping?.groups} 场）。`,
      `Rows with the same ${by} are one interview (${grouping?.groups} of ${grouping?.rows} rows).`,
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
  const lost = table.columns.find(({ name }) => name === from)?.facts.empty ?? 0;
  const orphans =
    lost === 0
      ? []
      : [
          w(
            `${table.file} 中有 ${lost} 行的 ${from} 为空：不属于任何一场面试，会在报告中列出。`,
            `${from} is empty in ${lost} rows of ${table.file}: they belong to no interview, and reports list them.`,
          ),
        ];
  return [...own, ...orphans, ...children.flatMap((nested) => linkNotes(nested, table))];
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
  const own = children.find(({ kind }) => kind === 'said')?.said;
  const isOverall = own !== undefined && own.verdict === undefined && said.verdict !== undefined;
  return [
    ...(isOverall
      ? [
          w(
            `结论（${said.verdict?.name}）属于整场面试：单独作为一份没有姓名的评价。`,
            `The verdict (${said.verdict?.name}) is that of the interview: an assessment of its own, without a name.`,
          ),
        ]
      : []),
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

/** Cells that name several interviewers. */
function peopleNotes({ said, children }: Design): Bilingual[] {
  const column = children.find(({ kind }) => kind === 'said')?.said.interviewer ?? said.interviewer;
  const several = [...(column?.facts.values.counts ?? [])].filter(([name]) => /[、；;/\n]/.test(name));
  const rows = several.reduce((sum, [, count]) => sum + count, 0);
  if (column === undefined || rows === 0) return [];
  return [
    w(
      `${column.name} 中有 ${rows} 个单元格写了几个人：仍作为一份评价，姓名照原样。`,
      `${column.name} names several people in ${rows} cells: each stays one assessment, under the names as they are written.`,
    ),
  ];
}
