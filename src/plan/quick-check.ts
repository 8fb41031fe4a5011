import type { Field, Shape } from './shape.ts';

/** What a quick check makes of a value that it does not take: the schema is to be asked. */
export const UNSURE = Symbol('unsure');

type Part = (value: unknown) => unknown;

/**
 * Checks a draft and brings it into canonical order in one pass, driven by the target's shape. It gives the payload with
 * the fields of the shape alone, in its order, without what counts as absent, or `UNSURE`: the schema then says what is
 * wrong. Only for shapes that say all that the schema demands: see `Target.shapeIsExact`.
 */
export function createQuickCheck(shape: Shape): Part {
  switch (shape.kind) {
    case 'text':
      return (value) => (isSoundText(value) ? value : UNSURE);
    case 'id':
      return (value) => (isFeishuId(value) ? value : UNSURE);
    case 'instant':
      return (value) => (isInstant(value) ? value : UNSURE);
    case 'integer': {
      const words = shape.words === undefined ? undefined : new Set(Object.keys(shape.words).map(Number));
      return (value) =>
        Number.isSafeInteger(value) && words?.has(value as number) !== false ? value : UNSURE;
    }
    case 'list':
      return listOf(shape);
    case 'object':
      return objectOf(shape);
  }
}

// What a mapping gives is checked here once more: a wrong unit, a name decoded wrongly. The same bounds as in `feishu/payloads.ts`.
const EARLIEST_MS = 631_152_000_000;
const LATEST_MS = 4_102_444_800_000;

const isInstant = (value: unknown) =>
  Number.isInteger(value) && (value as number) >= EARLIEST_MS && (value as number) <= LATEST_MS;

function isSoundText(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  return value.isWellFormed() && !value.includes('\uFFFD') && !value.includes('\0');
}

const MOST_DIGITS = 20;

function isFeishuId(value: unknown): boolean {
  if (typeof value !== 'string' || value.length === 0 || value.length > MOST_DIGITS) return false;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

function listOf({ of, unordered }: Extract<Shape, { kind: 'list' }>): Part {
  const item = createQuickCheck(of);
  return (value) => {
    if (!Array.isArray(value)) return UNSURE;
    const items: unknown[] = [];
    for (const one of value) {
      const made = isAbsent(one) ? UNSURE : item(one);
      if (made === UNSURE) return UNSURE;
      items.push(made);
    }
    return unordered === true ? asSet(items) : items;
  };
}

/** Items of a list in which neither order nor repeats matter. */
export function asSet(items: readonly unknown[]): readonly unknown[] {
  const byText = new Map(items.map((item) => [JSON.stringify(item), item]));
  return [...byText.keys()].sort().map((text) => byText.get(text));
}

function objectOf({ fields, rule }: Extract<Shape, { kind: 'object' }>): Part {
  const names = new Set(fields.map(({ name }) => name));
  const parts = fields.map(({ name, shape, required = false }: Field) => ({
    name,
    required,
    check: createQuickCheck(shape),
  }));
  return (value) => {
    if (typeof value !== 'object' || value === null || !isPlain(value)) return UNSURE;
    const given = value as Readonly<Record<string, unknown>>;
    for (const name in given) if (!names.has(name) && !isAbsent(given[name])) return UNSURE;
    const made: Record<string, unknown> = {};
    for (const { name, required, check } of parts) {
      const inner = given[name];
      if (isAbsent(inner)) {
        if (required) return UNSURE;
        continue;
      }
      const checked = check(inner);
      if (checked === UNSURE) return UNSURE;
      made[name] = checked;
    }
    return rule === undefined || rule(made) ? made : UNSURE;
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
