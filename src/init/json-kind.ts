/** How the records stand in a JSON file. */
export interface JsonKind {
  readonly kind: 'json' | 'jsonl';
  /** The member of the top-level object that holds them. */
  readonly at: string | undefined;
}

/** @param head the beginning of the file; undefined where it holds no list of records */
export function jsonKind(head: string, hasLines: boolean): JsonKind | undefined {
  const text = head.trimStart();
  if (text.startsWith('[')) return { kind: 'json', at: undefined };
  if (!text.startsWith('{')) return undefined;
  const [first = '', second = ''] = text.split('\n', 2);
  // A whole answer of an API may stand on one line, too.
  if (hasLines || (second.startsWith('{') && isObject(first))) return { kind: 'jsonl', at: undefined };
  const at = memberWithList(text);
  return at === undefined ? undefined : { kind: 'json', at };
}

function isObject(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}

/** The first member of the top-level object whose value is a list of objects. */
function memberWithList(text: string): string | undefined {
  const TOKEN = /"((?:[^"\\]|\\.)*)"(\s*:\s*(\[\s*\{)?)?|[{}[\]]/g;
  let depth = 0;
  for (const [token, name, colon, list] of text.matchAll(TOKEN)) {
    if (depth === 1 && list !== undefined) return name;
    if (colon !== undefined && list !== undefined) depth += 2;
    else if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
  }
  return undefined;
}
