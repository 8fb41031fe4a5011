import type { Bilingual } from '../plan/shape.ts';
import type { Dated, Design } from './design.ts';
import type { Table } from './table.ts';

/** What only a person can say. A flag of the same name answers it, too. */
export interface Question {
  readonly flag: 'parent' | 'zone' | 'dates' | 'applications' | 'name';
  readonly asks: Bilingual;
  /** The answers there are; a text without them. */
  readonly choices?: readonly string[];
  /** What is proposed. */
  readonly proposed: string;
  /** Whether the proposal is taken where nobody can be asked. */
  readonly isSafe: boolean;
}

const w = (zh: string, en: string): Bilingual => ({ zh, en });

/** Which file has the interviews; undefined where that is plain. */
export function parentQuestion(tables: readonly Table[]): Question | undefined {
  const [first] = tables;
  if (first === undefined || tables.length === 1) return undefined;
  return {
    flag: 'parent',
    asks: w('哪个文件的一条记录是一场面试？', 'In which file is a record an interview?'),
    choices: tables.map(({ file }) => file),
    proposed: first.file,
    isSafe: false,
  };
}

/** What is left open by a design: at most four questions. */
export function questionsOf(
  design: Design,
  {
    zone,
    name,
    applications,
  }: { readonly zone: string; readonly name: string; readonly applications: string },
): readonly Question[] {
  const dated = datesOf(design);
  const odd = dated.find(({ reading }) => reading.orders.length > 0);
  const [one = '', other = ''] = odd?.reading.orders ?? [];
  const local = dated.find(({ reading }) => reading.needsZone);
  const questions: (Question | undefined)[] = [
    local === undefined
      ? undefined
      : {
          flag: 'zone',
          asks: w(
            `${local.column.name} 中的时间没有时区，是哪个时区的？`,
            `The times in ${local.column.name} name no zone. In which one are they?`,
          ),
          ...{ proposed: zone, isSafe: false },
        },
    odd === undefined
      ? undefined
      : {
          flag: 'dates',
          asks: w(
            `${odd.column.name} 可以读作 ${one} 或 ${other}：日在前还是月在前？`,
            `${odd.column.name} can be read as ${one} and as ${other}. What comes first, the day or the month?`,
          ),
          choices: ['day-first', 'month-first'],
          ...{ proposed: 'day-first', isSafe: false },
        },
    design.lookup === undefined
      ? {
          flag: 'applications',
          asks: w(
            '导出中没有飞书投递 ID。哪个 CSV 文件会有（可以以后再做）？',
            'The export has no ids of Feishu for the applications. Which CSV file will have them (it may be made later)?',
          ),
          ...{ proposed: applications, isSafe: true },
        }
      : undefined,
    {
      flag: 'name',
      asks: w(
        '同步规则叫什么（首次同步后不能再改）？',
        'What is the pipeline called? Its name stays after the first sync.',
      ),
      ...{ proposed: name, isSafe: true },
    },
  ];
  return questions.filter((question) => question !== undefined);
}

const datesOf = ({ begin, end }: Design): readonly Dated[] => [begin, end].filter((one) => one !== undefined);

/** The design with dates read in the order that somebody has named. */
export function withOrder(design: Design, order: string | undefined): Design {
  const settled = (one: Dated | undefined): Dated | undefined => {
    if (one === undefined || one.reading.orders.length === 0 || order === undefined) return one;
    const isDayFirst = (format: string): boolean => format.indexOf('d') < format.indexOf('M');
    const format = one.reading.orders.find((each) => isDayFirst(each) === (order === 'day-first'));
    return format === undefined ? one : { ...one, reading: { ...one.reading, format, orders: [] } };
  };
  return { ...design, begin: settled(design.begin), end: settled(design.end) };
}
