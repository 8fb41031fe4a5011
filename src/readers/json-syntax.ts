/** Where a JSON text breaks the rules, and how. */
export interface Fault {
  readonly what: string;
  /** Index into the text. */
  readonly at: number;
}

/** Deeper nesting is refused: no export has it, and recursion over it would overflow the stack. */
export const MAX_DEPTH = 256;

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these inside a string.
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;
const SPACE = /[ \t\r\n]*/y;

/**
 * The first fault of a JSON text: a violation of RFC 8259, a name that one object carries twice, or nesting
 * deeper than MAX_DEPTH. Slow: for texts that JSON.parse refused, which does not always say where.
 */
export function findFault(text: string): Fault | undefined {
  let at = 0;
  let fault: Fault | undefined;

  const stop = (what: string, where = at) => {
    fault ??= { what, at: Math.min(where, text.length) };
    return false;
  };
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const expect = (char: string, what: string) => {
    match(SPACE);
    if (text[at] !== char)
      return stop(at === text.length ? `ends where ${what} is expected` : `expected ${what}`);
    at++;
    return true;
  };
  const comma = () => {
    match(SPACE);
    if (text[at] !== ',') return false;
    at++;
    return true;
  };
  const string = () => {
    const begin = at;
    if (match(STRING) === undefined) return stop('expected a name in double quotes');
    if (at >= text.length) return stop('a string is not closed', begin);
    if (text[at] === '"') {
      at++;
      return true;
    }
    return stop(
      text[at] === '\\' ? 'unknown escape in a string' : 'line end or control character in a string',
    );
  };
  const object = (depth: number): boolean => {
    const names = new Set<string>();
    at++;
    match(SPACE);
    if (text[at] === '}') return expect('}', '}');
    do {
      match(SPACE);
      const begin = at;
      if (!string()) return false;
      const name = String(JSON.parse(text.slice(begin, at)));
      if (names.has(name)) return stop(`the name ${JSON.stringify(name)} appears twice in one object`, begin);
      names.add(name);
      if (!expect(':', 'a colon') || !value(depth + 1)) return false;
    } while (comma());
    return expect('}', 'a comma or }');
  };
  const array = (depth: number): boolean => {
    at++;
    match(SPACE);
    if (text[at] === ']') return expect(']', ']');
    do {
      if (!value(depth + 1)) return false;
    } while (comma());
    return expect(']', 'a comma or ]');
  };
  const value = (depth: number): boolean => {
    if (depth > MAX_DEPTH) return stop(`is nested deeper than ${MAX_DEPTH} levels`);
    match(SPACE);
    const char = text[at];
    if (char === '{') return object(depth);
    if (char === '[') return array(depth);
    if (char === '"') return string();
    for (const word of ['true', 'false', 'null']) {
      if (text.startsWith(word, at)) {
        at += word.length;
        return true;
      }
    }
    if (match(NUMBER) !== undefined) return true;
    return stop(char === undefined ? 'ends where a value is expected' : 'expected a value');
  };

  if (value(1)) {
    match(SPACE);
    if (at < text.length) stop('unexpected text after the value');
  }
  return fault;
}

/** Line and column of `at`, where the text itself begins at `line` and `column`. */
export function positionOf(text: string, at: number, line: number, column: number) {
  const lines = text.slice(0, at).split(/\r\n|\n|\r/);
  const last = lines.at(-1) ?? '';
  return lines.length === 1
    ? { line, column: column + at }
    : { line: line + lines.length - 1, column: last.length + 1 };
}

/**
 * The value of a JSON text, or its first fault: see `findFault`.
 * @param parse JSON.parse, or the like with a reviver that keeps objects as they are
 */
export function readJson(
  text: string,
  parse: (text: string) => unknown = JSON.parse,
): { readonly value: unknown } | Fault {
  const members = countMembers(text);
  if (members === undefined) return findFault(text) ?? { what: 'is nested too deeply', at: 0 };
  let value: unknown;
  try {
    value = parse(text);
  } catch {
    return findFault(text) ?? { what: 'is not valid JSON', at: 0 };
  }
  // JSON.parse keeps the last of two equal names and says nothing.
  if (countNames(value) === members) return { value };
  return findFault(text) ?? { what: 'a name appears twice', at: 0 };
}

/** Members of all objects in the text, which has one colon outside strings for each; undefined if too deep. */
function countMembers(text: string): number | undefined {
  let members = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = endOfString(text, at);
        break;
      case 0x3a: // :
        members++;
        break;
      case 0x7b: // {
      case 0x5b: // [
        if (++depth > MAX_DEPTH) return undefined;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth--;
        break;
      default:
        break;
    }
  }
  return members;
}

function endOfString(text: string, begin: number): number {
  for (let at = begin + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at++;
    else if (code === 0x22) return at;
  }
  return text.length;
}

function countNames(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) {
    let count = 0;
    for (const item of value) count += countNames(item);
    return count;
  }
  const names = Object.keys(value);
  let count = names.length;
  for (const name of names) {
    const item = (value as Readonly<Record<string, unknown>>)[name];
    if (typeof item === 'object') count += countNames(item);
  }
  return count;
}
