import type { Bilingual } from '../plan/shape.ts';
import type { Builder } from './builder.ts';
import type { Design } from './design.ts';
import { wordsOf } from './facts.ts';
import { isCategory, tells } from './roles.ts';
import type { Column, Table } from './table.ts';

/** A note in both languages. */
export const w = (zh: string, en: string): Bilingual => ({ zh, en });

/** What a draft does not bring: columns, lists, files. @param read tables of which something is read */
export function leftNotes(design: Design, read: readonly Table[], builder: Builder): readonly Bilingual[] {
  const tables = [...read, ...listsOf(design, read)];
  return [...tables.flatMap((table) => leftBehind(table, builder.usedOf(table))), ...outsideNotes(design)];
}

/** Lists of which nothing is read, inside records of which something is. */
function listsOf({ lists }: Design, read: readonly Table[]): readonly Table[] {
  const within = (table: Table): boolean =>
    table.reading.kind === 'nested' && (read.includes(table.reading.in) || within(table.reading.in));
  return lists.filter((table) => !read.includes(table) && within(table));
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
