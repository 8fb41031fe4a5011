import fc from 'fast-check';
import { encodeGb18030 } from '../fixtures/gb18030.ts';

export const FILES = ['interviews.csv', 'assessments.csv', 'scores.csv', 'applications.csv'] as const;
type Name = (typeof FILES)[number];
type Export = Readonly<Record<Name, Uint8Array>>;

/** A small, valid export for `pipelines/legacy-ats.ts`: CRLF, quotes, commas, line ends and HTML inside cells. */
export function anExport(encoding: 'utf-8' | 'gb18030'): Export {
  const tables: Record<Name, string[][]> = {
    'interviews.csv': [
      ['interview_id', 'application_no', 'round', 'begin_at', 'end_at', 'status', 'recruiter', 'note_html'],
    ],
    'assessments.csv': [['assessment_id', 'interview_id', 'seq', 'interviewer', 'result', 'comment']],
    'scores.csv': [['score_id', 'assessment_id', 'seq', 'type', 'title', 'description', 'value']],
    'applications.csv': [['application_no', 'external_application_id']],
  };
  const results = ['通过', '不通过', '待定'];
  const comments = [
    '基础扎实，沟通清楚。',
    '"分布式"只停留在概念,\r\n建议再聊一轮',
    'A/B 测试经验丰富 👍',
    '',
  ];
  for (let i = 1; i <= 12; i++) {
    const interview = `MS${String(i).padStart(6, '0')}`;
    const day = String(i).padStart(2, '0');
    const times = [`2024-03-${day} 10:00`, `2024-03-${day} 11:00`];
    tables['applications.csv'].push([`NO-${i}`, `69606632409259564${String(i).padStart(2, '0')}`]);
    tables['interviews.csv'].push([
      ...[interview, `NO-${i}`, '初试', ...times, '已完成', '顾晨', i % 3 === 0 ? '<p>面议, "可谈"</p>' : ''],
    ]);
    for (let j = 1; j <= i % 4; j++) {
      const assessment = `PJ${i}-${j}`;
      const comment = comments[(i + j) % comments.length] ?? '';
      tables['assessments.csv'].push([
        ...[assessment, interview, String(j), '王强', results[(i + j) % 3] ?? '', comment],
      ]);
      const scored = [`DF${i}-${j}-1`, assessment, '1', '打分', '沟通表达', '满分 5 分', String(j)];
      const chosen = [`DF${i}-${j}-2`, assessment, '2', '多选', '优势', '', '学习快、表达好'];
      tables['scores.csv'].push(scored, ...(j === 2 ? [chosen] : []));
    }
  }
  const bytesOf = (name: Name) => {
    const cell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const text = tables[name].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
    return encoding === 'utf-8' ? Buffer.from(`\ufeff${text}`) : encodeGb18030(text);
  };
  return {
    'interviews.csv': bytesOf('interviews.csv'),
    'assessments.csv': bytesOf('assessments.csv'),
    'scores.csv': bytesOf('scores.csv'),
    'applications.csv': bytesOf('applications.csv'),
  };
}

// Without bias: most headers would be broken otherwise, and few rows.
const place = fc.noBias(fc.nat(9_999)).map((part) => part / 10_000);
// What breaks parsers, besides any byte at all.
const nasty = fc.constantFrom(
  '"',
  ',',
  '\n',
  '\r',
  '\0',
  '\ufffd',
  '\ufeff',
  '="',
  '""',
  ';',
  '\t',
  '張',
  ',,,,\r\n',
);
const inserted = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 8 }),
  nasty.map((text) => Uint8Array.from(Buffer.from(text))),
);
const file = fc.constantFrom<Name>(
  'interviews.csv',
  'interviews.csv',
  'assessments.csv',
  'scores.csv',
  'applications.csv',
);

/** One thing that happens to one file. Places are shares of its length, or of its lines. */
export type Mangling = { readonly file: Name; readonly at: number } & (
  | { readonly kind: 'flip'; readonly bits: number }
  | { readonly kind: 'insert'; readonly bytes: Uint8Array }
  | { readonly kind: 'cut'; readonly length: number }
  | { readonly kind: 'truncate' | 'repeat-line' | 'drop-line' | 'swap-line' }
);

export const mangling: fc.Arbitrary<Mangling> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), file, at: place, bits: fc.integer({ min: 1, max: 255 }) }),
  fc.record({ kind: fc.constant('insert' as const), file, at: place, bytes: inserted }),
  fc.record({ kind: fc.constant('cut' as const), file, at: place, length: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant('truncate' as const), file, at: place }),
  fc.record({
    kind: fc.constantFrom('repeat-line' as const, 'drop-line' as const, 'swap-line' as const),
    file,
    at: place,
  }),
);

export function mangle(whole: Export, steps: readonly Mangling[]): Export {
  const files: Record<Name, Uint8Array> = { ...whole };
  for (const step of steps) files[step.file] = mangled(files[step.file], step);
  return files;
}

function mangled(bytes: Uint8Array, step: Mangling): Uint8Array {
  const at = Math.floor(step.at * bytes.length);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (step.kind) {
    case 'flip': {
      const flipped = Uint8Array.from(bytes);
      if (at < flipped.length) flipped[at] = (flipped[at] ?? 0) ^ step.bits;
      return flipped;
    }
    case 'insert':
      return Buffer.concat([before, step.bytes, after]);
    case 'cut':
      return Buffer.concat([before, after.subarray(step.length)]);
    case 'truncate':
      return before;
    case 'repeat-line':
    case 'drop-line':
    case 'swap-line': {
      const lines = linesOf(bytes);
      const index = Math.floor(step.at * lines.length);
      const line = lines[index] ?? new Uint8Array();
      if (step.kind === 'repeat-line') lines.splice(index, 0, line);
      else lines.splice(index, 1);
      if (step.kind === 'swap-line') lines.push(line);
      return Buffer.concat(lines);
    }
  }
}

function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let from = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
    lines.push(bytes.subarray(from, end + 1));
    from = end + 1;
  }
  if (from < bytes.length) lines.push(bytes.subarray(from));
  return lines;
}
