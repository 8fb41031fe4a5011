import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TARGETS } from '../../src/feishu/targets.ts';
import { createCheck } from '../../src/plan/canonical.ts';
import { createQuickCheck } from '../../src/plan/quick-check.ts';
import type { Shape } from '../../src/plan/shape.ts';

const TEXTS = [
  '通过',
  ' x ',
  '"读源码"\\',
  'a\nb\t\u000b\u2028',
  '😀',
  '',
  '\ud83d',
  'x\uFFFD',
  'a\0b',
  '\u007f',
];
const NUMBERS = [0, -0, 1, 2, 3, 4, 5, -1, 1.5, Number.NaN, 2 ** 53, 1_709_600_700, 1_709_600_700_000];
const ABSENT = [undefined, null, '', []];

/** A value of the shape, nearly always a right one. */
function drafted(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'text':
      return fc.oneof({ weight: 29, arbitrary: fc.string({ unit: 'grapheme' }) }, fc.constantFrom(...TEXTS));
    case 'id':
      return fc.oneof(
        { weight: 49, arbitrary: fc.bigInt(1n, 10n ** 20n - 1n).map(String) },
        fc.constantFrom('5001.0', '1'.repeat(21), 'A1', ' 1', 71),
      );
    case 'integer': {
      const words = shape.words === undefined ? [0, 7, -3] : Object.keys(shape.words).map(Number);
      return fc.oneof({ weight: 49, arbitrary: fc.constantFrom(...words) }, fc.constantFrom(...NUMBERS, '2'));
    }
    case 'instant':
      return fc.oneof(
        { weight: 49, arbitrary: fc.integer({ min: 1_709_600_700_000, max: 1_709_600_700_003 }) },
        fc.constantFrom(...NUMBERS, 631_152_000_000, 631_151_999_999, 4_102_444_800_000, 4_102_444_800_001),
      );
    case 'list':
      return fc.array(drafted(shape.of), { maxLength: 3 });
    case 'object':
      return objectOf(shape);
  }
}

function objectOf({ fields, chosenBy }: Extract<Shape, { kind: 'object' }>): fc.Arbitrary<unknown> {
  const choices = Object.values(chosenBy?.choices ?? {});
  const parts = Object.fromEntries(fields.map(({ name, shape }) => [name, drafted(shape)]));
  const sometimes = fc.record({ at: fc.nat(), absent: fc.constantFrom(...ABSENT), shuffled: fc.boolean() });
  return fc.tuple(fc.record(parts), sometimes, fc.nat(19)).map(([whole, { at, absent, shuffled }, luck]) => {
    const given: Record<string, unknown> = { ...whole };
    // The value in the field of its type, mostly.
    const chosen = chosenBy?.choices[Number(given[chosenBy.field])];
    if (luck > 0) for (const name of choices) if (name !== chosen) delete given[name];
    const names = Object.keys(given);
    if (luck < 4) given[names[at % names.length] ?? ''] = absent;
    return shuffled ? Object.fromEntries(Object.entries(given).reverse()) : given;
  });
}

/** Something else in one place of a draft, however deep. */
function mangled(draft: unknown, { at, by }: { readonly at: number; readonly by: unknown }): unknown {
  const places: ((value: unknown) => void)[] = [];
  const copy: unknown = structuredClone(draft);
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const name of Object.keys(value)) {
      const inner = value as Record<string, unknown>;
      places.push((other) => {
        inner[name] = other;
      });
      visit(inner[name]);
    }
    if (!Array.isArray(value)) places.push((other) => Object.assign(value, { no_such_field: other }));
  };
  visit(copy);
  places[at % Math.max(places.length, 1)]?.(by);
  return copy;
}

class Draft {
  external_application_id = '1';
  get date() {
    return 1;
  }
}

describe.each(Object.values(TARGETS))('the quick check of $name', (target) => {
  const quick = createQuickCheck(target.shape);
  const check = createCheck(target, String);
  const bySchema = createCheck({ ...target, shapeIsExact: false }, String);

  const agrees = (draft: unknown): boolean => {
    const checked = bySchema(draft);
    const json = quick(draft);
    expect(json, JSON.stringify(draft)).toBe(checked.ok ? checked.payload.json : undefined);
    expect(check(draft)).toEqual(checked);
    return checked.ok;
  };

  it('takes what the schema takes, gives the same text, and nothing else', () => {
    let taken = 0;
    const mangling = fc.option(
      fc.record({
        at: fc.nat(),
        by: fc.oneof(fc.constantFrom(...TEXTS, ...NUMBERS, ...ABSENT), fc.jsonValue()),
      }),
    );
    const runs = 2000;
    fc.assert(
      fc.property(drafted(target.shape), mangling, (draft, how) => {
        if (agrees(how === null ? draft : mangled(draft, how))) taken++;
      }),
      { numRuns: runs },
    );
    // Both answers are tried.
    expect(taken).toBeGreaterThan(runs / 20);
    expect(taken).toBeLessThan((runs * 9) / 10);
  });

  it('leaves what is no plain object to the schema', () => {
    for (const draft of [undefined, null, 7, 'x', [], [{}], new Draft(), new Map()])
      expect(quick(draft)).toBeUndefined();
    expect(quick(Object.assign(Object.create(null), { external_application_id: '1' }))).toBe(
      '{"external_application_id":"1"}',
    );
  });
});
