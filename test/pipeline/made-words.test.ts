import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { id } from '../../src/mapping/ids.ts';
import { text } from '../../src/mapping/text.ts';
import { required, valueMap } from '../../src/mapping/values.ts';
import { definePipeline, type MapContext, type Pipeline } from '../../src/pipeline/define.ts';
import { recordOf, sourceOf, transformed } from './record-of.ts';

type Row = Readonly<Record<string, string>>;

function pipelineOf(
  map: (row: Row, context: MapContext) => unknown,
  key: (row: Row) => unknown = (row) => row.id,
): Pipeline {
  const settings = { name: 'test', target: 'external_interview', source: sourceOf<Row>(), key, map };
  return definePipeline(settings as Parameters<typeof definePipeline>[0]);
}

const both = pipelineOf((row) => ({ content: [`${text(row.grade)}\n${text(row.note)}`] }));

describe('a word that a template literal made', () => {
  it.each([
    ['undefined', both, { grade: '低风险', note: '' }],
    ['null', pipelineOf((row) => ({ a: { b: `评价：${row.note}` } })), { note: null }],
    [
      'NaN',
      pipelineOf((row) => ({ a: `平均 ${Number(row.score) / 0} ${Number(row.score)}` })),
      { score: '八' },
    ],
    ['[object Object]', pipelineOf((row) => ({ a: `${Object(row).who}` })), { who: {} }],
  ])('%s is rejected by name', (word, pipeline, values) => {
    const file = word === 'undefined' ? 'a.csv' : 'a.json';
    const json = word === '[object Object]' ? pipelineOf(() => ({ a: `面试官 ${{}}` })) : pipeline;
    const mapped = transformed(json, recordOf({ id: '1', ...values }, { file }));
    expect(mapped).toMatchObject({ kind: 'rejected', key: '1', problems: [{ code: 'PAYLOAD_INVALID' }] });
    if (mapped.kind !== 'rejected') return;
    const [problem] = mapped.problems;
    expect(problem?.message).toContain(`holds the word "${word}", which no cell of its record holds`);
    expect(problem?.message).toContain('joinText(');
    expect(problem?.value).toContain(word);
  });

  it('is named with its place in the payload', () => {
    const mapped = transformed(both, recordOf({ id: '1', grade: 'a', note: '' }));
    expect(mapped).toMatchObject({ problems: [{ field: 'content[0]', value: 'a\nundefined' }] });
  });

  it('is the source’s own where a cell, a child or a nested member holds it', () => {
    const held = (values: object, more?: Parameters<typeof recordOf>[1]) =>
      transformed(
        pipelineOf(() => ({ a: 'the result is undefined and null' })),
        recordOf({ id: '1', ...values }, { file: 'a.json', ...more }),
      ).kind;
    expect(held({ note: 'undefined, null' })).toBe('mapped');
    expect(held({ a: { b: ['undefined'] }, null: 1 })).toBe('mapped');
    const children = { x: [recordOf({ note: 'an undefined null' })] };
    expect(held({}, { children })).toBe('mapped');
    expect(held({ note: null })).toBe('rejected');
  });

  it('is a helper’s where a table has it', () => {
    const grade = valueMap({ 空: 'null result' });
    expect(
      transformed(
        pipelineOf((row) => ({ a: grade(row.x) })),
        recordOf({ id: '1', x: '空' }),
      ).kind,
    ).toBe('mapped');
  });

  it.each(['annulled', 'nullable', 'BaNaNa', '王NaNcy', 'Undefined', '[object]'])('is not in %s', (word) => {
    expect(
      transformed(
        pipelineOf(() => ({ a: word })),
        recordOf({ id: '1' }),
      ).kind,
    ).toBe('mapped');
  });

  it('is not in a dump of JSON, whose nulls are its own', () => {
    const pipeline = pipelineOf((row) => ({ a: JSON.stringify(row.extra) }));
    const record = recordOf({ id: '1', extra: { b: null } }, { file: 'a.json' });
    expect(transformed(pipeline, record).kind).toBe('mapped');
  });

  it('makes no key either', () => {
    const pipeline = pipelineOf(
      () => ({}),
      (row) => `${row.application}-${row.round}`,
    );
    const mapped = transformed(pipeline, recordOf({ application: 'A1' }, { file: 'a.json' }));
    expect(mapped).toMatchObject({ kind: 'rejected', key: null, problems: [{ code: 'CELL_INVALID' }] });
    expect(
      transformed(pipeline, recordOf({ application: 'A1', round: '1' }, { file: 'a.json' })),
    ).toMatchObject({
      kind: 'mapped',
      key: 'A1-1',
    });
  });

  it('is found wherever it stands, and cells are never taken for one', () => {
    const cell = fc.oneof(
      fc.constantFrom('undefined', 'null', 'NaN', '[object Object]', '', '好', 'nullable'),
      fc.string(),
    );
    const joined = pipelineOf((row) => ({ a: [`${row.a} ${row.b}`, row.c] }));
    fc.assert(
      fc.property(cell, cell, cell, fc.boolean(), (a, b, c, absent) => {
        const values = absent ? { id: '1', b, c } : { id: '1', a, b, c };
        const mapped = transformed(joined, recordOf(values, { file: 'a.json' }));
        const isMade = absent && !`${b}\n${c}`.includes('undefined');
        expect(mapped.kind).toBe(isMade ? 'rejected' : 'mapped');
      }),
    );
  });
});

describe('a word for nothing', () => {
  it('is no key, with id or without it', () => {
    for (const key of [(row: Row) => row.id, (row: Row) => id(row.id)]) {
      for (const word of ['NULL', '\\N', '-', '(null)']) {
        const mapped = transformed(
          pipelineOf((row) => ({ a: row.id }), key),
          recordOf({ id: word }),
        );
        expect(mapped).toMatchObject({ kind: 'rejected', key: null });
      }
    }
  });

  it('is refused with its column', () => {
    const mapped = transformed(
      pipelineOf((row) => ({ a: required(row.who) })),
      recordOf({ id: '1', who: 'NULL' }),
    );
    expect(mapped).toMatchObject({ problems: [{ code: 'VALUE_MISSING', field: 'who', value: 'NULL' }] });
  });
});
