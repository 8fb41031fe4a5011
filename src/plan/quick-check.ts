import { EARLIEST_MS, LATEST_MS } from '../epoch-range.ts';
import type { Field, Shape } from './shape.ts';

/**
 * The canonical JSON of a value, if it is one that the target's schema takes; undefined where that is not sure: the schema
 * then says what is wrong, if anything is.
 */
type Writer = (value: unknown) => string | undefined;

/**
 * Checks a draft and writes its canonical JSON in one pass, driven by the target's shape. Only for shapes that say all
 * that the schema demands: see `Target.shapeIsExact`.
 */
export function createQuickCheck(shape: Shape): Writer {
  switch (shape.kind) {
    case 'text':
      return textOf;
    case 'id':
      return (value) => (isFeishuId(value) ? `"${value}"` : undefined);
    case 'instant':
      return (value) => (isInstant(value) ? String(value) : undefined);
    case 'integer': {
      const words = shape.words === undefined ? undefined : new Set(Object.keys(shape.words).map(Number));
      return (value) => (isInteger(value) && words?.has(value) !== false ? String(value) : undefined);
    }
    case 'list':
      return listOf(shape);
    case 'object':
      return objectOf(shape);
  }
}

const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);

const isInstant = (value: unknown): value is number =>
  isInteger(value) && value >= EARLIEST_MS && value <= LATEST_MS;

const MOST_DIGITS = 20;

function isFeishuId(value: unknown): value is string {
  if (typeof value !== 'string' || value.length === 0 || value.length > MOST_DIGITS) return false;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

// What JSON spells with a backslash, or may be damaged. Most texts have nothing of it, and need no more than quotes.
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about them
const UNUSUAL = /["\\\u0000-\u001f\ud800-\udfff\ufffd]/;

function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (!UNUSUAL.test(value)) return `"${value}"`;
  const isSound = value.isWellFormed() && !value.includes('\uFFFD') && !value.includes('\0');
  return isSound ? JSON.stringify(value) : undefined;
}

function listOf({ of, unordered }: Extract<Shape, { kind: 'list' }>): Writer {
  const write = createQuickCheck(of);
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    const items: string[] = [];
    for (const item of value) {
      // An absent item is nothing that could be left out.
      const json = isAbsent(item) ? undefined : write(item);
      if (json === undefined) return undefined;
      items.push(json);
    }
    return `[${(unordered === true ? [...new Set(items)].sort() : items).join(',')}]`;
  };
}

function objectOf(shape: Extract<Shape, { kind: 'object' }>): Writer {
  const names = new Set(shape.fields.map(({ name }) => name));
  const parts = shape.fields.map(({ name, shape: inner, required = false }: Field) => {
    return { name, required, head: `${JSON.stringify(name)}:`, write: createQuickCheck(inner) };
  });
  const isRight = rulesOf(shape);
  return (value) => {
    if (typeof value !== 'object' || value === null || !isPlain(value)) return undefined;
    const given = value as Given;
    for (const name in given) if (!names.has(name) && !isAbsent(given[name])) return undefined;
    let json = '';
    for (const { name, required, head, write } of parts) {
      const inner = given[name];
      if (isAbsent(inner)) {
        if (required) return undefined;
        continue;
      }
      const text = write(inner);
      if (text === undefined) return undefined;
      json += json === '' ? head + text : `,${head}${text}`;
    }
    return isRight(given, json === '') ? `{${json}}` : undefined;
  };
}

type Given = Readonly<Record<string, unknown>>;

/** What holds between the fields of an object, each of which is right. */
function rulesOf({ mayBeEmpty = true, inOrder, chosenBy }: Extract<Shape, { kind: 'object' }>) {
  const choices = Object.entries(chosenBy?.choices ?? {}).map(
    ([value, name]) => [Number(value), name] as const,
  );
  return (given: Given, isEmpty: boolean): boolean => {
    if (isEmpty && !mayBeEmpty) return false;
    if (inOrder !== undefined) {
      const [first, last] = [given[inOrder[0]], given[inOrder[1]]];
      if (isInteger(first) && isInteger(last) && last < first) return false;
    }
    if (chosenBy === undefined) return true;
    const chosen = given[chosenBy.field];
    return choices.every(([value, name]) => isAbsent(given[name]) === (value !== chosen));
  };
}

// Objects of a class may have more than their own names.
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Whether a value stands for "not there". */
export function isAbsent(value: unknown): boolean {
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}
