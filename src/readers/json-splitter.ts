import { HireSyncError } from '../errors.ts';
import { positionOf, readJson } from './json-syntax.ts';
import { createTextCursor } from './lines.ts';

/** One element of the array, as it is written in the file. */
export interface Element {
  /** Its JSON text; undefined when it is longer than the limit. */
  readonly text: string | undefined;
  /** Physical line and column (UTF-16 units) of its first character, from 1. */
  readonly line: number;
  readonly column: number;
  /** Characters before it, from the beginning of what was pushed. */
  readonly offset: number;
}

/**
 * Cuts an array into the texts of its elements; holds one of them at a time. What the elements are is for others to
 * judge; all else in the file is checked here: the other members beside the array must be valid JSON with unique names.
 */
export interface ArraySplitter {
  /** The elements that end in this chunk. @param codes its characters as numbers, where they are at hand */
  push(chunk: string, codes?: Codes): readonly Element[];
  /** To be called at the end of the file. */
  end(): void;
  /** Set once the structure is broken: nothing after that point is read. */
  readonly failure: HireSyncError | undefined;
}

/** The codes of a text's characters: an array is read several times faster than the text itself, letter by letter. */
type Codes = Uint8Array | Uint16Array;

function codesOf(text: string): Uint16Array {
  const { buffer, byteOffset } = Buffer.from(text, 'utf16le');
  return new Uint16Array(buffer, byteOffset, text.length);
}

type State =
  | 'start'
  | 'first-name'
  | 'name'
  | 'colon'
  | 'value'
  | 'after-value'
  | 'first-element'
  | 'element'
  | 'after-element'
  | 'done';

const EXPECTED: Record<State, string> = {
  start: 'the beginning of an array: [',
  'first-name': 'a member name, or }',
  name: 'a member name',
  colon: 'a colon',
  value: 'a value',
  'after-value': 'a comma, or }',
  'first-element': 'an element, or ]',
  element: 'an element (a comma announced it)',
  'after-element': 'a comma, or ]',
  done: 'nothing more: the JSON text is complete',
};

/** What follows a state by a character that begins no value. @param isAlone whether the array is the whole file */
function transitions(isAlone: boolean): Partial<Record<State, Readonly<Record<string, State>>>> {
  const behind = isAlone ? 'done' : 'after-value';
  return {
    start: isAlone ? { '[': 'first-element' } : { '{': 'first-name' },
    'first-element': { ']': behind },
    'after-element': { ',': 'element', ']': behind },
    'first-name': { '}': 'done' },
    'after-value': { '}': 'done', ',': 'name' },
    colon: { ':': 'value' },
  };
}

// Brackets are remembered even where the text is not kept: so many are no data any more.
const MAX_OPEN = 1_000_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const isSpace = (code: number) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
const isOpening = (code: number) => code === 0x7b || code === 0x5b;
const isClosing = (code: number) => code === 0x7d || code === 0x5d;
const isEndOfBare = (code: number) =>
  isSpace(code) || isOpening(code) || isClosing(code) || code === 0x2c || code === 0x3a || code === QUOTE;

/**
 * @param options.at name of the top-level member that holds the array; without it the array is the whole file
 * @param options.limit largest length of one element, in UTF-16 units
 * @param options.decode what the text of a value stands for: brackets and quotes are the same in the raw bytes of UTF-8, read
 *   as Latin-1, and so the search for unchanged records splits those
 */
export function createArraySplitter(options: {
  file: string;
  at?: string | undefined;
  limit: number;
  decode?: (text: string) => string;
}): ArraySplitter {
  const { file, at, limit, decode = (text) => text } = options;
  const cursor = createTextCursor();
  let state: State = 'start';
  let failure: HireSyncError | undefined;
  const next = transitions(at === undefined);
  let found = at === undefined;
  let memberName = '';

  // The value being read: its kind, its open brackets, and its text so far.
  let reading: 'nothing' | 'container' | 'string' | 'bare' = 'nothing';
  let inString = false;
  let escaped = false;
  let open: number[] = [];
  // Whether its opening bracket or quote is still to be passed: it may be the last character of its chunk.
  let isFresh = false;
  let text = '';
  let tooLong = false;
  let line = 1;
  let column = 1;
  let offset = 0;

  const fail = (what: string, place = { line: cursor.line(), column: cursor.column() }) => {
    const text = `${file}, line ${place.line}, column ${place.column}: ${what}. The file is not intact: export it again.`;
    failure = new HireSyncError('SOURCE_INVALID', text, { fault: 'json' });
  };
  const names = new Set<string>();

  /** What is not handed on must be in order all the same: it is part of the file. @returns the value */
  const checked = (): unknown => {
    if (tooLong) {
      fail(`the value is longer than the limit (recordLimit: ${limit} characters)`, { line, column });
      return undefined;
    }
    const decoded = decode(text);
    const read = readJson(decoded);
    if (!('what' in read)) return read.value;
    fail(read.what, positionOf(decoded, read.at, line, column));
    return undefined;
  };

  const keep = (piece: string) => {
    if (tooLong) return;
    tooLong = text.length + piece.length > limit;
    text = tooLong ? '' : text + piece;
  };

  const begin = (code: number, index: number) => {
    cursor.moveTo(index);
    line = cursor.line();
    column = cursor.column();
    offset = cursor.offset();
    text = '';
    tooLong = false;
    open = isOpening(code) ? [code] : [];
    inString = code === QUOTE;
    escaped = false;
    reading = open.length > 0 ? 'container' : inString ? 'string' : 'bare';
    isFresh = reading !== 'bare';
  };

  const complete = (elements: Element[]) => {
    reading = 'nothing';
    switch (state) {
      case 'first-name':
      case 'name':
        memberName = String(checked());
        if (names.has(memberName))
          fail(
            memberName === at
              ? `there is a second member "${at}"`
              : 'a name appears twice in the outermost object',
            { line, column },
          );
        names.add(memberName);
        state = 'colon';
        return;
      case 'value':
        checked();
        state = 'after-value';
        return;
      default:
        elements.push({ text: tooLong ? undefined : text, line, column, offset });
        state = 'after-element';
    }
  };

  /** Index of the quote that ends the string it is in; the chunk's length where it goes on. */
  const endOfString = (codes: Codes, start: number): number => {
    const { length } = codes;
    let index = escaped ? start + 1 : start;
    while (index < length && codes[index] !== QUOTE) index += codes[index] === BACKSLASH ? 2 : 1;
    inString = index >= length;
    // What a backslash at the very end escapes is in the next chunk.
    escaped = index > length;
    return Math.min(index, length);
  };
  /** The same for the bracket that ends the container. */
  const endOfContainer = (codes: Codes, start: number): number => {
    const { length } = codes;
    let index = start;
    for (; index < length; index++) {
      const code = codes[index] as number;
      if (code === QUOTE) {
        index = endOfString(codes, index + 1);
        if (inString) return length;
      } else if (isOpening(code)) {
        if (open.push(code) <= MAX_OPEN) continue;
        cursor.moveTo(index);
        fail(`more than ${MAX_OPEN} brackets are open`);
        return length;
      } else if (isClosing(code)) {
        // [ and ] lie two apart, and so do { and }.
        if (open.pop() !== code - 2) {
          cursor.moveTo(index);
          fail(`"${String.fromCharCode(code)}" closes a bracket of the other kind`);
          return length;
        }
        if (open.length === 0) return index;
      }
    }
    return length;
  };
  /** Index of the last character of the value; the chunk's length where it goes on. */
  const endOfValue = (codes: Codes, start: number): number => {
    let index = start;
    if (reading === 'bare') {
      while (index < codes.length && !isEndOfBare(codes[index] as number)) index++;
      return index < codes.length ? index - 1 : index;
    }
    if (inString) {
      index = endOfString(codes, index);
      if (inString || reading === 'string') return index;
      index++;
    }
    return endOfContainer(codes, index);
  };

  /** Reads on in the value; returns the index after it, or the chunk's length when it goes on. */
  const readValue = (chunk: string, codes: Codes, start: number, elements: Element[]): number => {
    const last = endOfValue(codes, isFresh ? start + 1 : start);
    isFresh = false;
    if (failure !== undefined) return chunk.length;
    keep(chunk.slice(start, last + 1));
    if (last < chunk.length) complete(elements);
    return last + 1;
  };

  /** One character between values. Returns whether a value begins with it. */
  const step = (code: number): boolean => {
    const char = String.fromCharCode(code);
    const follows = next[state]?.[char];
    if (follows !== undefined) state = follows;
    else if (state === 'value' && memberName === at) {
      if (char !== '[') fail(`the member "${at}" must be an array`);
      found = true;
      state = 'first-element';
    } else if (state === 'first-name' || state === 'name') {
      if (code === QUOTE) return true;
      fail(`expected ${EXPECTED[state]}`);
    } else if (state === 'value' || state === 'first-element' || state === 'element') {
      if (isOpening(code) || code === QUOTE || !isEndOfBare(code)) return true;
      fail(`expected ${EXPECTED[state]}`);
    } else if (state === 'start')
      fail(`expected ${at === undefined ? EXPECTED.start : `an object with the member "${at}"`}`);
    else fail(`expected ${EXPECTED[state]}`);
    return false;
  };

  return {
    get failure() {
      return failure;
    },
    push(chunk, codes = codesOf(chunk)) {
      const elements: Element[] = [];
      cursor.enter(chunk);
      let index = 0;
      while (index < chunk.length && failure === undefined) {
        if (reading !== 'nothing') {
          index = readValue(chunk, codes, index, elements);
          continue;
        }
        const code = codes[index] as number;
        if (isSpace(code)) index++;
        else {
          cursor.moveTo(index);
          if (step(code)) begin(code, index);
          else index++;
        }
      }
      if (failure === undefined) cursor.moveTo(chunk.length);
      return elements;
    },
    end() {
      if (failure !== undefined) return;
      if (reading !== 'nothing') {
        fail(`the file ends inside the value that begins on line ${line}, column ${column}`);
      } else if (state !== 'done') fail(`the file ends here; expected ${EXPECTED[state]}`);
      else if (!found) fail(`there is no member "${at}"`);
    },
  };
}
