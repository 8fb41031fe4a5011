import { lazily } from '../lazily.ts';
import { shown } from '../readers/damage.ts';
import { isPlainName, quoted } from './identifier.ts';

/** Code as the formatter of this project writes it: lines of at most so many columns. */
export const LINE_WIDTH = 110;

/** A piece of code: a text that is never broken, a list that may be, or pieces behind each other. */
export type Code = string | List | Call | Arrow | readonly Code[];

interface List {
  readonly open: string;
  readonly items: readonly Item[];
  readonly close: string;
  /** One item per line in any case: an object stays broken where its author broke it. */
  readonly isBroken: boolean;
}

interface Call {
  readonly callee: string;
  readonly arguments: readonly Code[];
}

interface Arrow {
  readonly parameters: string;
  readonly body: Code;
}

interface Item {
  readonly code: Code;
  /** Behind the comma, on the item's line; forces the list to be broken. */
  readonly comment?: string;
}

/** `['a', 'b']`, on one line if it has room. */
export const array = (items: readonly Code[]): Code => ({
  ...{ open: '[', close: ']', isBroken: false },
  items: items.map((code) => ({ code })),
});

/** `{ a: 1 }` on lines of its own. A member without a value is its code alone: a shorthand, a spread. */
export function object(
  members: readonly (readonly [name: string, value: Code | null, comment?: string])[],
): Code {
  const items = members.map(([name, value, comment]): Item => {
    const code = value === null ? name : [`${propertyName(name)}: `, value];
    return comment === undefined ? { code } : { code, comment };
  });
  return { open: '{', close: '}', items, isBroken: true };
}

/** `{ a: 1 }` on one line if it has room. */
export function inlineObject(members: readonly (readonly [name: string, value: Code])[]): Code {
  const items = members.map(([name, value]): Item => ({ code: [`${propertyName(name)}: `, value] }));
  return { open: '{ ', close: ' }', items, isBroken: false };
}

/** `callee(a, { … })`: a list that ends the arguments is broken before they are. */
export const call = (callee: string, ...args: readonly Code[]): Code => ({ callee, arguments: args });

/** `(row) => …`, whose body begins a line of its own where it has no room. Not for a body in braces. */
export const arrow = (parameters: string, body: Code): Code => ({ parameters, body });

/** A name as a member of an object or a type has it, in quotes only where it needs them. */
export const propertyName = (name: string): string =>
  isPlainName(name) || /^(?:0|[1-9][0-9]*)$/.test(name) ? name : quoted(name);

/** A statement, or any other code that begins a line. @param indent its spaces */
export function print(code: Code, indent = 0): string {
  return `${' '.repeat(indent)}${render(code, { indent, column: indent, rest: 0 })}`;
}

interface Place {
  readonly indent: number;
  /** Where the code begins in its line. */
  readonly column: number;
  /** Columns taken by what follows on the same line. */
  readonly rest: number;
}

function render(code: Code, place: Place): string {
  if (typeof code === 'string') return code;
  if (isSequence(code)) return renderAll(code, place);
  const flat = flatten(code);
  if (flat !== undefined && place.column + widthOf(flat) + place.rest <= LINE_WIDTH) return flat;
  if ('parameters' in code) {
    const indent = place.indent + 2;
    const body = render(code.body, { indent, column: indent, rest: place.rest });
    return `${code.parameters} =>\n${' '.repeat(indent)}${body}`;
  }
  return 'callee' in code ? renderCall(code, place) : renderList(code, place);
}

function renderAll(codes: readonly Code[], { indent, column, rest }: Place): string {
  let text = '';
  for (const [at, code] of codes.entries()) {
    const after = codes.slice(at + 1).map((one) => flatten(one) ?? '');
    const begin = text.includes('\n')
      ? widthOf(text.slice(text.lastIndexOf('\n') + 1))
      : column + widthOf(text);
    text += render(code, { indent, column: begin, rest: rest + widthOf(after.join('')) });
  }
  return text;
}

function renderList({ open, items, close }: List, { indent }: Place): string {
  const inner = ' '.repeat(indent + 2);
  const lines = items.map(({ code, comment }) => {
    const text = render(code, { indent: indent + 2, column: indent + 2, rest: 1 });
    return `${inner}${text},${comment === undefined ? '' : ` // ${inComment(comment)}`}`;
  });
  return `${open.trimEnd()}\n${lines.join('\n')}\n${' '.repeat(indent)}${close.trimStart()}`;
}

function renderCall({ callee, arguments: args }: Call, place: Place): string {
  const last = args.at(-1);
  const first = args.slice(0, -1).map((one) => flatten(one));
  const head = `${callee}(${first.map((one) => `${one}, `).join('')}`;
  if (last !== undefined && typeof last === 'object' && !first.includes(undefined)) {
    if (place.column + widthOf(head) < LINE_WIDTH - 1) {
      const column = place.column + widthOf(head);
      return `${head}${render(last, { indent: place.indent, column, rest: place.rest + 1 })})`;
    }
  }
  const items = args.map((code) => ({ code }));
  return renderList({ open: `${callee}(`, close: ')', items, isBroken: true }, place);
}

/** On one line; undefined where it has to be broken. */
function flatten(code: Code): string | undefined {
  if (typeof code === 'string') return code.includes('\n') ? undefined : code;
  if (isSequence(code)) return joined(code, '');
  if ('parameters' in code) {
    const body = flatten(code.body);
    return body === undefined ? undefined : `${code.parameters} => ${body}`;
  }
  if ('callee' in code) {
    const args = joined(code.arguments, ', ');
    return args === undefined ? undefined : `${code.callee}(${args})`;
  }
  if (code.isBroken) return code.items.length === 0 ? `${code.open}${code.close}` : undefined;
  const items = joined(
    code.items.map((item) => item.code),
    ', ',
  );
  return items === undefined ? undefined : `${code.open}${items}${code.close}`;
}

function joined(codes: readonly Code[], separator: string): string | undefined {
  const texts = codes.map(flatten);
  return texts.includes(undefined) ? undefined : texts.join(separator);
}

// Array.isArray does not know read-only lists.
const isSequence = (code: Exclude<Code, string>): code is readonly Code[] => Array.isArray(code);

const stringWidth = lazily<typeof import('string-width')>('string-width');

/** The columns that a text takes; a Chinese character takes two. */
export const widthOf = (text: string): number =>
  /^[ -~]*$/.test(text) ? text.length : stringWidth().default(text);

/** A text of an export as a comment may have it: on one line, and nothing in it that turns the line round. */
export const inComment = (text: string): string => shown(text.replaceAll(/\s+/g, ' '));

/** Comment lines that fit; Chinese is broken anywhere but before a closing mark. */
export function comment(given: string, indent = 0): string {
  const text = inComment(given);
  const begin = `${' '.repeat(indent)}// `;
  const lines: string[] = [];
  let line = begin;
  for (const [word] of text.matchAll(
    /[^\s\p{Script=Han}，。；：、（）]+[，。；：、）]*\s*|[\p{Script=Han}（][，。；：、）]*\s*|\S\s*/gu,
  )) {
    if (line !== begin && widthOf(line + word.trimEnd()) > LINE_WIDTH) {
      lines.push(line.trimEnd());
      line = begin;
    }
    line += word;
  }
  return [...lines, line.trimEnd()].join('\n');
}

/** The order in which the formatter sorts imported names: letter by letter, a capital before the small one. */
export function importOrder(a: string, b: string): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const [x = '', y = ''] = [a[at], b[at]];
    if (x.toLowerCase() !== y.toLowerCase()) return x.toLowerCase() < y.toLowerCase() ? -1 : 1;
    if (x !== y) return x < y ? -1 : 1;
  }
  return a.length - b.length;
}
