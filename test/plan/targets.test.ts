import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { TARGETS, type TargetName } from '../../src/feishu/targets.ts';
import type { Entry } from '../../src/ledger/entries.ts';
import type { Payload } from '../../src/model.ts';
import { canonicalJson, createCheck } from '../../src/plan/canonical.ts';
import { changeOf } from '../../src/plan/compare.ts';
import type { Shape } from '../../src/plan/shape.ts';
import { DEFAULT_POLICY } from '../../src/plan/three-way.ts';

/** Of each target a full body, what Feishu shows for it, and one field changed. */
const EXAMPLES: Readonly<
  Record<TargetName, { readonly body: object; readonly shown: object; readonly changed: object }>
> = {
  external_interview: {
    body: {
      external_application_id: '6960663240925956437',
      participate_status: 2,
      begin_time: 1_709_600_700_000,
      end_time: 1_709_604_300_000,
      interview_assessments: [{ username: '王强', conclusion: 1 }],
    },
    shown: { interview_assessments: [{ id: '9', username: '王强', conclusion: 1, content: '' }] },
    changed: { participate_status: 3 },
  },
  external_background_check: {
    body: {
      external_application_id: '6960663240925956437',
      date: 1_709_600_700_000,
      name: '背调',
      result: '通过',
      attachment_id_list: ['71', '70'],
    },
    shown: {
      attachment_id_list: undefined,
      attachment_list: [
        { id: '70', name: 'b.pdf', size: 2 },
        { id: '71', name: 'a.pdf', size: 1 },
      ],
    },
    changed: { result: '未通过' },
  },
};

const CASES = Object.keys(EXAMPLES).map((name) => ({
  target: TARGETS[name as TargetName],
  ...EXAMPLES[name as TargetName],
}));

/** Paths of all fields, as a schema and as a shape know them. */
function pathsOf(schema: z.core.$ZodType, path = ''): string[] {
  const def = schema._zod.def as unknown as {
    readonly type: string;
    readonly innerType?: z.core.$ZodType;
    readonly element?: z.core.$ZodType;
    readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  };
  if (def.innerType !== undefined) return pathsOf(def.innerType, path);
  if (def.element !== undefined) return pathsOf(def.element, `${path}[]`);
  if (def.shape === undefined) return [path];
  return Object.entries(def.shape).flatMap(([name, inner]) => pathsOf(inner, `${path}.${name}`));
}

function shapePaths(shape: Shape, path = ''): string[] {
  if (shape.kind === 'list') return shapePaths(shape.of, `${path}[]`);
  if (shape.kind !== 'object') return [path];
  return shape.fields.flatMap(({ name, shape: inner }) => shapePaths(inner, `${path}.${name}`));
}

describe.each(CASES)('$target.name', ({ target, body, shown, changed }) => {
  const payloadOf = (over: object = {}): Payload => {
    const checked = createCheck(target)({ ...body, ...over });
    if (!checked.ok) throw new Error(checked.problems.map(({ message }) => message).join('; '));
    return checked.payload;
  };
  const entry = (payload: Payload): Entry => ({
    key: 'K',
    target: target.name,
    externalId: 'p:K',
    remoteId: '7000000000000000001',
    state: 'settled',
    applied: payload,
    intent: null,
    appliedSource: null,
    intentSource: null,
    shown: null,
    firstAttemptAt: 0,
    lastAttemptAt: 0,
    held: null,
    decision: null,
  });
  const change = (payload: Payload, known?: Entry) => {
    const mapped = { kind: 'mapped', key: 'K', origin: { file: 'a.csv', line: 2 }, payload } as const;
    return changeOf(mapped, known, DEFAULT_POLICY, target);
  };

  it('has a place in the canonical form for every field of its schema: another would not be sent', () => {
    expect(shapePaths(target.shape).sort()).toEqual(pathsOf(target.schema).sort());
    expect(shapePaths(target.shape)).toContain(`.${target.dateField}`);
  });

  it('is the same payload when Feishu shows it', () => {
    const found = { id: '7000000000000000001', ...body, ...shown };
    expect(canonicalJson(target.shape, target.readBack(found))).toBe(payloadOf().json);
  });

  it('is created, unchanged, updated, and held when it moves to another application', () => {
    const payload = payloadOf();
    expect(change(payload)).toMatchObject({ kind: 'create' });
    expect(change(payloadOf(), entry(payload))).toMatchObject({ kind: 'unchanged' });
    const [path] = Object.keys(changed);
    expect(change(payloadOf(changed), entry(payload))).toMatchObject({
      kind: 'update',
      fields: [{ path }],
    });
    const moved = payloadOf({ external_application_id: '1' });
    expect(change(moved, entry(payload))).toMatchObject({
      kind: 'held',
      reason: { code: 'key-reused', before: '6960663240925956437' },
    });
  });

  it('refuses an unknown field, an id that is none and seconds for ms', () => {
    const codes = (over: object) => createCheck(target)({ ...body, ...over });
    expect(codes({ colour: 1 })).toMatchObject({ ok: false, problems: [{ field: 'colour' }] });
    expect(codes({ external_application_id: 'A-1' })).toMatchObject({ ok: false });
    expect(codes({ [target.dateField]: 1_709_600_700 })).toMatchObject({
      ok: false,
      problems: [{ message: expect.stringContaining('looks like seconds') }],
    });
  });
});

it('takes a list that is a set for the same in any order, and with repeats', () => {
  const { shape } = TARGETS.external_background_check;
  const of = (...ids: readonly string[]) => canonicalJson(shape, { attachment_id_list: ids });
  expect(of('2', '10', '2')).toBe(of('10', '2'));
  expect(of('2')).not.toBe(of('2', '10'));
});
