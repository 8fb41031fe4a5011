/** Names that a draft, or the language, has already. */
const TAKEN = new Set([
  ...[
    'row',
    'rows',
    'default',
    'source',
    'lookup',
    'text',
    'id',
    'csv',
    'json',
    'jsonl',
    'join',
    'many',
    'split',
  ],
  ...[
    'status',
    'verdict',
    'attendance',
    'score',
    'choice',
    'words',
    'given',
    'own',
    'named',
    'one',
    'state',
    'came',
  ],
  ...[
    'begin',
    'minutes',
    'optional',
    'ordered',
    'required',
    'integer',
    'export',
    'import',
    'new',
    'class',
    'function',
  ],
  ...[
    'case',
    'in',
    'do',
    'if',
    'for',
    'var',
    'let',
    'const',
    'return',
    'delete',
    'this',
    'package',
    'public',
    'static',
  ],
]);

/** What a draft calls the records of a file: `export/面试_interviews.csv` → `interviews`. */
export function identifier(file: string): string {
  const base =
    file
      .split('/')
      .at(-1)
      ?.replace(/\.[^.]*$/, '')
      .replace(/\.(csv|json|jsonl|tsv|txt|utf8|utf8bom)$/i, '') ?? '';
  // A date or a number in a file's name is another one the next night.
  const words = base.match(/[A-Za-z][a-z]*|[A-Z]+(?![a-z])/g) ?? [];
  const name = words.map((word, at) => (at === 0 ? word.toLowerCase() : capitalised(word))).join('');
  if (name !== '' && !TAKEN.has(name)) return name;
  const known = ZH.find(([zh]) => base.includes(zh));
  return known?.[1] ?? (name === '' ? 'records' : `${name}Records`);
}

const capitalised = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1).toLowerCase()}`;

const ZH = [
  ['评价', 'evaluations'],
  ['评估', 'evaluations'],
  ['反馈', 'feedback'],
  ['打分', 'scores'],
  ['评分', 'scores'],
  ['得分', 'scores'],
  ['面试', 'interviews'],
  ['投递', 'applications'],
  ['申请', 'applications'],
  ['候选人', 'candidates'],
] as const;

/** A name that an identifier may be, without quotes: also in Chinese. */
export const isPlainName = (name: string): boolean =>
  /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) && name !== '__proto__';

/** How code reads a member: `row.status`, `row['面试时长(分钟)']`. */
export const member = (of: string, name: string): string =>
  isPlainName(name) ? `${of}.${name}` : `${of}[${quoted(name)}]`;

/** What nobody sees, or what would turn a line round, by its code. */
const escaped = (text: string): string =>
  text.replaceAll(/[\p{Cf}\u2028\u2029\u00A0]/gu, (letter) =>
    letter
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );

/** A text inside a template literal. */
export const inTemplate = (text: string): string =>
  escaped(JSON.stringify(text).slice(1, -1))
    .replaceAll('\\"', '"')
    .replaceAll(/`|\$(?=\{)/g, '\\$&');

/** A text as Biome writes it: in the quotes that need fewer escapes. */
export function quoted(text: string): string {
  const json = escaped(JSON.stringify(text).slice(1, -1));
  const plain = json.replaceAll('\\"', '"');
  const [single, double] = [plain.split("'").length, plain.split('"').length];
  return single > double ? `"${json}"` : `'${plain.replaceAll("'", "\\'")}'`;
}
