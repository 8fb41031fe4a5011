import { z } from 'zod';
import {
  changeField,
  FIELDS,
  type Field,
  isNamed,
  RESOURCE_NAMES,
  type ResourceName,
  type Side,
} from './fields.ts';
import { seededRandom, shuffled } from './random.ts';

/**
 * What Feishu may make of an object. `fields` narrows it: names as in the documents, `content` for each field of that
 * name, `interview_assessments.content` for one of them; without it, all fields of a fitting type.
 */
export type Transformation =
  /** Blanks at both ends of texts. */
  | { readonly kind: 'trim'; readonly fields?: readonly string[] }
  /** CRLF and CR become LF. */
  | { readonly kind: 'line-ends'; readonly fields?: readonly string[] }
  /** Texts end after so many characters (code points). */
  | { readonly kind: 'cut'; readonly characters: number; readonly fields?: readonly string[] }
  /** Times go down to a multiple of `toMs`: 1,000 or 60,000. */
  | { readonly kind: 'floor'; readonly toMs: number; readonly fields?: readonly string[] }
  /** Absent values are there: 0, "" or [] by type, null, a sample value, or the value given. */
  | {
      readonly kind: 'fill';
      readonly with: 'zero' | 'null' | 'sample' | { readonly value: unknown };
      readonly fields?: readonly string[];
    }
  /** Lists have another order: `shuffled` is the same every time, `shuffled-anew` is not. */
  | {
      readonly kind: 'order';
      readonly by: 'reversed' | 'sorted' | 'shuffled' | 'shuffled-anew';
      readonly seed?: number;
      readonly fields?: readonly string[];
    }
  /** The field is left out. */
  | { readonly kind: 'drop'; readonly fields: readonly string[] }
  /** The field is `***` wherever it has a value. Only shown, never kept, as the next two. */
  | { readonly kind: 'mask'; readonly fields: readonly string[] }
  /** Numbers and times as text, or texts of digits as numbers; ids only where `fields` names them. */
  | { readonly kind: 'retype'; readonly to: 'text' | 'number'; readonly fields?: readonly string[] }
  /** Ids that went through a double: the last digits are others. */
  | { readonly kind: 'round-ids'; readonly fields?: readonly string[] };

const fields = z.array(z.string().min(1)).min(1).exactOptional();
const needed = z.array(z.string().min(1)).min(1);
const transformation = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.enum(['trim', 'line-ends', 'round-ids']), fields }),
    z.strictObject({ kind: z.literal('cut'), characters: z.int().positive(), fields }),
    z.strictObject({ kind: z.literal('floor'), toMs: z.int().positive(), fields }),
    z.strictObject({
      kind: z.literal('fill'),
      with: z.union([z.enum(['zero', 'null', 'sample']), z.strictObject({ value: z.json() })]),
      fields,
    }),
    z.strictObject({
      kind: z.literal('order'),
      by: z.enum(['reversed', 'sorted', 'shuffled', 'shuffled-anew']),
      seed: z.int().exactOptional(),
      fields,
    }),
    z.strictObject({ kind: z.enum(['drop', 'mask']), fields: needed }),
    z.strictObject({ kind: z.literal('retype'), to: z.enum(['text', 'number']), fields }),
  ])
  .superRefine((value, context) => {
    for (const name of value.fields ?? [])
      if (
        !RESOURCE_NAMES.some((resource) => FIELDS[resource].some((f) => isNamed(f, name) && takes(value, f)))
      )
        context.addIssue({
          code: 'custom',
          path: ['fields'],
          message: `${value.kind}: no field "${name}" to do it to`,
        });
  });

/** Transformations of what is shown. */
export const shownTransformations = z.array(transformation).min(1);

/** Transformations of what is kept. They leave each field its type, whatever the values that `fill` is given. */
export const keptTransformations = z
  .array(transformation.refine(canBeKept, 'can be shown only, not kept'))
  .min(1);

function canBeKept(step: Transformation): boolean {
  if (step.kind === 'fill') return step.with !== 'null';
  return step.kind !== 'mask' && step.kind !== 'retype' && step.kind !== 'round-ids';
}

export type Transform = (resource: ResourceName, object: object) => object;

/** All of them, in their order, as one function of an object as it is sent (`kept`) or answered (`shown`). */
export function createTransform(list: readonly Transformation[], side: Side): Transform {
  const steps = list.map((step) => {
    const random = seededRandom('seed' in step ? (step.seed ?? 1) : 1);
    return (resource: ResourceName, object: object) =>
      FIELDS[resource]
        .filter((candidate) => candidate.sides.includes(side) && isMeant(step, candidate))
        .reduce(
          (changed, found) =>
            changeField(changed, found.path, (value) => valueAfter(step, found, value, random)),
          object,
        );
  });
  return (resource, object) => steps.reduce((changed, step) => step(resource, changed), object);
}

function isMeant(step: Transformation, candidate: Field): boolean {
  if (!takes(step, candidate)) return false;
  // What tells objects apart is touched only by name.
  if (step.fields === undefined) return step.kind !== 'retype' || candidate.type !== 'id';
  return step.fields.some((name) => isNamed(candidate, name));
}

/** Whether the transformation has a meaning for fields of this type. */
function takes(step: Transformation, { type, sample }: Field): boolean {
  switch (step.kind) {
    case 'trim':
    case 'line-ends':
    case 'cut':
      return type === 'text' || type === 'texts';
    case 'floor':
      return type === 'time';
    case 'fill':
      return type !== 'id' && (step.with !== 'sample' || sample !== undefined);
    case 'order':
      return type === 'texts' || type === 'ids' || type === 'objects';
    case 'retype':
      return step.to === 'text' ? type === 'number' || type === 'time' : type === 'text' || type === 'id';
    case 'round-ids':
      return type === 'id';
    case 'drop':
    case 'mask':
      return true;
  }
}

function valueAfter(
  step: Transformation,
  { type, sample }: Field,
  value: unknown,
  random: () => number,
): unknown {
  switch (step.kind) {
    case 'trim':
      return ofTexts(value, (text) => text.trim());
    case 'line-ends':
      return ofTexts(value, (text) => text.replaceAll(/\r\n?/g, '\n'));
    case 'cut':
      return ofTexts(value, (text) => [...text].slice(0, step.characters).join(''));
    case 'floor':
      return typeof value === 'number' ? Math.floor(value / step.toMs) * step.toMs : value;
    case 'fill':
      return value === undefined ? filling(step.with, type, sample) : value;
    case 'order':
      return Array.isArray(value) ? ordered(value, step, random) : value;
    case 'drop':
      return undefined;
    case 'mask':
      return value === undefined ? undefined : '***';
    case 'retype':
      if (step.to === 'text') return typeof value === 'number' ? String(value) : value;
      return typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
    case 'round-ids':
      return typeof value === 'string' && /^\d+$/.test(value) ? String(Number(value)) : value;
  }
}

function ofTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  return Array.isArray(value) ? value.map((item) => ofTexts(item, change)) : value;
}

type Filling = Extract<Transformation, { kind: 'fill' }>['with'];

function filling(given: Filling, type: Field['type'], sample: unknown): unknown {
  if (typeof given === 'object') return given.value;
  if (given === 'null') return null;
  if (given === 'sample') return sample;
  if (type === 'number' || type === 'time') return 0;
  return type === 'text' ? '' : [];
}

function ordered(
  list: readonly unknown[],
  { by, seed = 1 }: Extract<Transformation, { kind: 'order' }>,
  random: () => number,
): unknown[] {
  if (by === 'reversed') return list.toReversed();
  if (by === 'shuffled') return shuffled(list, seededRandom(seed));
  if (by === 'shuffled-anew') return shuffled(list, random);
  // Ids say when an object was made, which is what the order must not tell any more.
  const content = (item: unknown) =>
    JSON.stringify(item instanceof Object && !Array.isArray(item) ? { ...item, id: undefined } : item);
  return list.toSorted((a, b) => (content(a) < content(b) ? -1 : content(a) > content(b) ? 1 : 0));
}
