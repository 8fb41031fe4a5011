import type { Point } from './word-points.ts';

/**
 * The shape of a target's payload: the order of its fields in the canonical form, and their names in reports.
 * Written once per target, beside its schema; canonical form, field diff and report all follow it.
 */
export type Shape =
  /** Free text; may be candidate data, so lists show its length only. */
  | { readonly kind: 'text' }
  /** An id: shown as it is. */
  | { readonly kind: 'id' }
  /**
   * `words` names the values of an enum: `{ 2: { zh: '通过', en: 'pass' } }`; `points` tells which way some of them point,
   * so that a word of the export that points the other way is noticed.
   */
  | {
      readonly kind: 'integer';
      readonly words?: Readonly<Record<number, Bilingual>>;
      readonly points?: Readonly<Record<number, Point>>;
    }
  /** Epoch ms. */
  | { readonly kind: 'instant' }
  /**
   * `identity`: the fields of an element that tell whose it is; without them such a list is merged as a whole or not at all.
   * `unordered`: a set. Order and repeats do not matter; the canonical form has its own order.
   */
  | {
      readonly kind: 'list';
      readonly of: Shape;
      readonly identity?: readonly string[];
      readonly unordered?: boolean;
    }
  | {
      readonly kind: 'object';
      readonly fields: readonly Field[];
      /** False: an object of which all fields are absent is refused. */
      readonly mayBeEmpty?: boolean;
      /** Two fields of which the second must not be less than the first, where both are there. */
      readonly inOrder?: readonly [string, string];
      /** By the value of `field`, which one of these fields must be there; the others must not. */
      readonly chosenBy?: { readonly field: string; readonly choices: Readonly<Record<number, string>> };
    };

export interface Field {
  readonly name: string;
  readonly shape: Shape;
  readonly label: Bilingual;
  /** The schema refuses an object without it. */
  readonly required?: boolean;
}

/** One text in the two languages of the reports. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

/** The languages of the reports. */
export type Language = keyof Bilingual;

/** Paths of all single values, and of lists of such, without places in lists. */
export function leafPaths(shape: Shape, path = ''): readonly string[] {
  if (shape.kind === 'list') return leafPaths(shape.of, path);
  if (shape.kind !== 'object') return [path];
  return shape.fields.flatMap(({ name, shape: inner }) =>
    leafPaths(inner, path === '' ? name : `${path}.${name}`),
  );
}

/** Paths of the texts of a payload, without places in lists: `interview_assessments.content`. */
export function textPaths(shape: Shape, path = ''): readonly string[] {
  switch (shape.kind) {
    case 'text':
      return [path];
    case 'id':
    case 'integer':
    case 'instant':
      return [];
    case 'list':
      return textPaths(shape.of, path);
    case 'object':
      return shape.fields.flatMap(({ name, shape: inner }) =>
        textPaths(inner, path === '' ? name : `${path}.${name}`),
      );
  }
}
