import type { Eye, RequestCounts } from '../model.ts';
import type { Bilingual } from '../plan/shape.ts';
import type { AbsentName, Report } from '../result/report.ts';

/** A text in both languages. */
export const w = (zh: string, en: string): Bilingual => ({ zh, en });

/** Texts in both languages, joined as each language does. */
export function joined(parts: readonly Bilingual[], zh = '，', en = ', '): Bilingual {
  return w(parts.map((part) => part.zh).join(zh), parts.map((part) => part.en).join(en));
}

/** `1 row`, `7 rows`, in English; Chinese has no plurals. */
export const plural = (n: number, one: string, more = `${one}s`): string => `${n} ${n === 1 ? one : more}`;

/** What ends a list that is cut short by `--limit`. */
export const andMore = (n: number): Bilingual =>
  w(`…… 另有 ${n} 条（--limit 0 列出全部）`, `… and ${n} more (--limit 0 lists all)`);

/** `95 s`, `12 min`, `28 h 10 min`; `95 秒`, `12 分钟`, `28 小时 10 分钟` */
export function duration(ms: number): Bilingual {
  const seconds = ms / 1000;
  if (seconds < 120) {
    const n = seconds < 10 ? seconds.toFixed(1) : String(Math.round(seconds));
    return w(`${n} 秒`, `${n} s`);
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return w(`${minutes} 分钟`, `${minutes} min`);
  const [h, min] = [Math.floor(minutes / 60), minutes % 60];
  return w(`${h} 小时 ${min} 分钟`, `${h} h ${min} min`);
}

/** What is worth knowing of how files were read: what was found out, left out or changed. */
export function* fileNotes(files: Report['files']): Generator<Bilingual> {
  for (const { file, encoding, delimiter, rows, ...count } of files) {
    const notes = [
      [count.blank, w('个空行略去', 'blank lines left out')],
      [count.ignored, w('个合计行略去', 'total rows left out')],
      [count.normalised, w('个单元格已规范化', 'cells normalised')],
      [count.emptied, w('个单元格按声明视为空', 'cells with a declared word for nothing, read as empty')],
      [
        count.marks,
        w(
          '个字节顺序标记（U+FEFF）在数据中，原样保留',
          'byte order marks (U+FEFF) inside the data, kept as they are',
        ),
      ],
      [
        count.controls,
        w(
          '个控制字符（如 U+000B）在数据中，原样保留',
          'control characters (such as U+000B), kept as they are',
        ),
      ],
    ] as const;
    const told = notes.filter(([n]) => n > 0);
    const odd = delimiter !== null && delimiter !== ',' ? JSON.stringify(delimiter) : null;
    if (told.length === 0 && encoding === 'utf-8' && odd === null) continue;
    const all = joined([
      w(`${rows} 行`, `${plural(rows, 'row')}`),
      ...told.map(([n, what]) => w(`${n} ${what.zh}`, `${n} ${what.en}`)),
    ]);
    const by = odd === null ? w('', '') : w(`，分隔符 ${odd}`, `, separated by ${odd}`);
    yield w(
      `读取 ${file}（${encoding}${by.zh}）：${all.zh}。`,
      `Read ${file} as ${encoding}${by.en}: ${all.en}.`,
    );
  }
}

// Somebody who reads a member that is never there reads a handful of them, or a table of ids.
const MOST_ABSENT = 20;

/** Members that no record has ever had: a misspelt one looks no different from one that is always null. */
export function* absentNotes(absent: readonly AbsentName[] = []): Generator<Bilingual> {
  for (const { file, member, nearest } of absent.slice(0, MOST_ABSENT)) {
    const near =
      nearest === null ? w('。', '.') : w(`，最接近的是 "${nearest}"。`, `; did you mean "${nearest}"?`);
    yield w(
      `${file}：同步规则读取的 "${member}" 从未在任何记录中出现${near.zh}如果本来就可以没有，请技术人员声明 optional: ['${member}']。`,
      `${file}: no record has ever had "${member}", which the pipeline reads${near.en} Declare optional: ['${member}'] if it may be absent.`,
    );
  }
  const more = absent.length - MOST_ABSENT;
  if (more > 0) yield w(`…… 另有 ${more} 个这样的成员。`, `… and ${more} more such members.`);
}

/** What a person should look at, in one sentence without the values themselves. */
export function eyeNote({ code, file, column, rows, lines }: Eye): Bilingual {
  const places = `${lines.join(', ')}${rows > lines.length ? ', …' : ''}`;
  switch (code) {
    case 'zeros-behind-15-digits':
      return w(
        `请过目：${file} 的“${column}”列有 ${rows} 行的编号在第 15 位之后全是 0（第 ${places} 行），是否被电子表格改过？`,
        `Needs an eye: ${file}, column "${column}": ${rows} ${rows === 1 ? 'row has an id' : 'rows have ids'} with only zeros behind the 15th digit (line ${places}). Did a spreadsheet round them?`,
      );
  }
}

/** What was sent, by endpoint. */
export function* requestNotes(requests: Readonly<Record<string, RequestCounts>>): Generator<Bilingual> {
  for (const [endpoint, { sent, retried, limited }] of Object.entries(requests))
    yield w(
      `请求：${endpoint} 发出 ${sent} 次，其中重试 ${retried} 次，被限流 ${limited} 次。`,
      `Requests: ${endpoint} ${sent} sent, ${retried} of them retries, ${limited} limited.`,
    );
}
