import { describe, expect, it } from 'vitest';
import { HireSyncError } from '../../src/errors.ts';
import { TARGETS } from '../../src/feishu/targets.ts';
import { dateTime } from '../../src/mapping/dates.ts';
import { id } from '../../src/mapping/ids.ts';
import { integer, required, valueMap } from '../../src/mapping/values.ts';
import type { Problem } from '../../src/model.ts';
import { definePipeline, type MapContext, type Pipeline } from '../../src/pipeline/define.ts';
import { createTransform } from '../../src/pipeline/transform.ts';
import { createCheck } from '../../src/plan/canonical.ts';
import { recordOf, sourceOf, transformed } from './record-of.ts';

type Row = Readonly<Record<string, string>>;
const verdict = valueMap({ 不通过: 1, 通过: 2 });

/** A pipeline whose functions may be wrong in every way that JavaScript allows. */
function pipelineOf(spec: {
  key?: (row: Row) => unknown;
  skip?: (row: Row) => unknown;
  map?: (row: Row, context: MapContext) => unknown;
}): Pipeline {
  const { key = (row) => row.id, map = (row) => ({ ...row }) } = spec;
  const settings = { name: 'test', target: 'external_interview', source: sourceOf<Row>(), ...spec, key, map };
  return definePipeline(settings as Parameters<typeof definePipeline>[0]);
}

function problems(pipeline: Pipeline, values: Record<string, unknown>, file?: string): readonly Problem[] {
  const mapped = transformed(pipeline, recordOf(values, file === undefined ? {} : { file }));
  if (mapped.kind !== 'rejected') throw new Error(`the row is ${mapped.kind}`);
  return mapped.problems;
}

describe('createTransform', () => {
  it('maps a row', () => {
    const mapped = transformed(
      pipelineOf({ map: (row) => ({ a: integer(row.n) }) }),
      recordOf({ id: 'A-1', n: '7' }),
    );
    expect(mapped).toMatchObject({ kind: 'mapped', key: 'A-1', origin: { file: 'interviews.csv', line: 2 } });
    expect(mapped).toMatchObject({ payload: { json: '{"a":7}' } });
  });

  it('refuses a key of more than 512 characters', () => {
    const [problem] = problems(pipelineOf({}), { id: 'x'.repeat(513) });
    expect(problem).toMatchObject({ code: 'CELL_INVALID', field: 'id' });
    expect(problem?.message).toMatch(/has 513 characters; 512 are allowed/);
    expect(transformed(pipelineOf({}), recordOf({ id: 'x'.repeat(512) }))).toMatchObject({
      key: 'x'.repeat(512),
    });
  });

  it('skips a row with its reason', () => {
    const pipeline = pipelineOf({
      skip: (row) => row.status === '已取消' && 'cancelled',
      map: () => expect.fail(),
    });
    expect(transformed(pipeline, recordOf({ id: '1', status: '已取消' }))).toMatchObject({
      kind: 'skipped',
      key: '1',
      reason: { code: 'skipped-by-pipeline', words: 'cancelled' },
    });
  });

  it('asks skip before it complains about a key', () => {
    const pipeline = pipelineOf({
      key: (row) => id(row.id),
      skip: (row) => {
        if (/^导出时间/.test(String(row.id))) return 'footer';
        return verdict(row.结果) === 1 && 'failed';
      },
      map: () => expect.fail(),
    });
    const reason = (words: string) => ({ kind: 'skipped', key: null, reason: { words } });
    expect(transformed(pipeline, recordOf({ id: '导出时间：2024 年', 结果: '' }))).toMatchObject(
      reason('footer'),
    );
    expect(transformed(pipeline, recordOf({ id: '', 结果: '不通过' }))).toMatchObject(reason('failed'));
    // What skip itself cannot read is complained about, with the key.
    const found = problems(pipelineOf({ skip: (row) => verdict(row.结果) === 1 && 'failed' }), {
      id: '',
      结果: '过',
    });
    expect(found.map(({ field }) => field)).toEqual(expect.arrayContaining(['id', '结果']));
  });

  it('reports all problems of a row together, each with its column', () => {
    const pipeline = pipelineOf({
      skip: (row) => verdict(row.结果) === 1 && 'failed',
      map: (row, { reject }) => {
        if (row.备注 !== '') reject('remarks are not brought over', '备注');
        return {
          conclusion: verdict(row.结果),
          begin: dateTime(row.时间, 'Asia/Shanghai'),
          score: integer(row.分数),
        };
      },
    });
    const found = problems(pipeline, {
      id: '',
      结果: '过',
      时间: '2024-02-31 09:00',
      分数: '52.5',
      备注: 'x',
    });
    expect(found.map(({ code, field, value }) => [code, field, value])).toEqual([
      ['KEY_MISSING', 'id', ''],
      ['VALUE_UNKNOWN', '结果', '过'],
      ['MAPPING_REJECTED', '备注', 'x'],
      ['DATE_INVALID', '时间', '2024-02-31 09:00'],
      ['NUMBER_INVALID', '分数', '52.5'],
    ]);
  });

  it('takes the problems found for the explanation of an exception', () => {
    const pipeline = pipelineOf({ map: (row) => required(row.name).trim() });
    expect(problems(pipeline, { id: '1', name: '' }).map(({ code }) => code)).toEqual(['VALUE_MISSING']);
  });

  it('reports an exception with nothing found, its place and the last column', () => {
    const pipeline = pipelineOf({
      map: (row) => (row.name as unknown as { first: { last: string } }).first.last,
    });
    const [problem, ...more] = problems(pipeline, { id: '1', name: 'Ann' });
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ code: 'MAPPING_FAILED', field: 'name', value: 'Ann' });
    expect(problem?.message).toMatch(
      /^the pipeline failed at transform\.test\.ts:[0-9]+: TypeError: Cannot read properties of undefined .*; the last column read was name$/,
    );
  });

  it.each([
    [
      () => {
        throw 'a text';
      },
      'the pipeline failed: a text',
    ],
    [
      () => {
        throw undefined;
      },
      'the pipeline failed: ',
    ],
  ])('survives whatever is thrown', (map, message) => {
    expect(problems(pipelineOf({ map }), { id: '1' })[0]?.message).toContain(message);
  });

  it('reports exceptions of key and skip alike, and loses no other problem', () => {
    const boom = (what: string) => (): never => {
      throw new Error(what);
    };
    const pipeline = pipelineOf({ key: boom('key'), skip: boom('skip'), map: (row) => integer(row.n) });
    const found = problems(pipeline, { id: '1', n: 'x' });
    expect(found.map(({ code }) => code)).toEqual(['MAPPING_FAILED', 'MAPPING_FAILED', 'NUMBER_INVALID']);
  });

  it('gives the schema’s problems when the mapping has none', () => {
    const check = createCheck(TARGETS.external_interview);
    const pipeline = pipelineOf({
      map: (row) => ({ external_application_id: row.app, participate_status: 9 }),
    });
    const transform = createTransform(pipeline, {
      lookups: { names: [], find: () => [], describe: String, holds: () => false, alike: () => undefined },
      check,
      hasColumns: () => true,
    });
    const mapped = transform(recordOf({ id: '1', app: 'A-1' }));
    expect(
      mapped.kind === 'rejected' && mapped.problems.map(({ code, field, value }) => [code, field, value]),
    ).toEqual([
      ['PAYLOAD_INVALID', 'external_application_id', 'A-1'],
      ['PAYLOAD_INVALID', 'participate_status', '9'],
    ]);
    expect(transform(recordOf({ id: '1', app: '' }))).toMatchObject({ kind: 'rejected', key: '1' });
  });
});

describe('the key', () => {
  it.each([
    [7, '7'],
    ['007', '007'],
    ['a b', 'a b'],
    [0, '0'],
  ])('%j is %j', (id, key) => {
    expect(transformed(pipelineOf({}), recordOf({ id }))).toMatchObject({ kind: 'mapped', key });
  });

  it.each([
    ['', 'KEY_MISSING', 'the key is empty'],
    [null, 'KEY_MISSING', 'the key is empty'],
    [' ', 'KEY_MISSING', 'the key is empty'],
    [' A-1', 'CELL_INVALID', 'it has spaces around it'],
    ['A-1\u3000', 'CELL_INVALID', 'it has spaces around it'],
    ['A\u00001', 'CELL_INVALID', 'control characters, invisible ones or damaged ones'],
    ['A\uFFFD', 'CELL_INVALID', 'control characters, invisible ones or damaged ones'],
    [1.5, 'CELL_INVALID', 'a number must be whole'],
    [2 ** 53, 'CELL_INVALID', 'a number must be whole'],
    [true, 'CELL_INVALID', 'the key must be text or a whole number'],
    [{ a: 1 }, 'CELL_INVALID', 'the key must be text or a whole number'],
  ])('%j is refused: %s', (id, code, message) => {
    const [problem] = problems(pipelineOf({}), { id });
    expect(problem).toMatchObject({ code, field: 'id' });
    expect(problem?.message).toContain(message);
  });

  it('that is missing is complained about where the row is not skipped', () => {
    const pipeline = pipelineOf({ skip: (row) => row.id === '合计' && 'total', map: () => ({}) });
    expect(problems(pipeline, { id: '' }).map(({ code }) => code)).toEqual(['KEY_MISSING']);
  });

  it('reports a helper’s problem once', () => {
    const pipeline = pipelineOf({ key: (row) => required(row.id) });
    expect(problems(pipeline, { id: '' }).map(({ code }) => code)).toEqual(['VALUE_MISSING']);
  });
});

describe('a record that the reader could not read', () => {
  const problem: Problem = { code: 'CELL_COUNT', field: 'b', value: '', message: '2 cells, 3 columns' };
  const never = (): never => expect.fail('mapped a broken row');

  it('is rejected with the reader’s problems, without a key that could be anything', () => {
    const pipeline = pipelineOf({ map: never });
    expect(transformed(pipeline, recordOf({ id: 'A-1' }, { problems: [problem] }))).toEqual({
      ...{ kind: 'rejected', key: null, origin: { file: 'interviews.csv', line: 2 }, problems: [problem] },
      hiddenKey: 'A-1',
    });
    expect(transformed(pipeline, recordOf({ a: '1' }, { problems: [problem] }))).toMatchObject({
      key: null,
      problems: [problem],
    });
    const damaged: Problem = { code: 'CELL_INVALID', field: 'a', value: '\uFFFD', message: 'damaged' };
    const inPlace = recordOf({ id: 'A-1', a: '\uFFFD' }, { problems: [damaged] });
    expect(transformed(pipelineOf({ map: () => ({}) as never }), inPlace)).toMatchObject({ key: 'A-1' });
  });

  it('is rejected when a child of it could not be read, with the child’s place', () => {
    const child = recordOf({}, { file: 'scores.csv', line: 9, problems: [problem] });
    const mapped = transformed(
      pipelineOf({ map: never }),
      recordOf({ id: '1' }, { children: { scores: [child] } }),
    );
    expect(mapped).toMatchObject({
      kind: 'rejected',
      key: '1',
      problems: [{ ...problem, origin: { file: 'scores.csv', line: 9 } }],
    });
  });
});

describe('a pipeline that is wrong', () => {
  const stops = (pipeline: Pipeline, values: Record<string, unknown>): unknown => {
    try {
      return transformed(pipeline, recordOf(values));
    } catch (error) {
      return HireSyncError.is(error) ? `${error.code} ${error.message}` : error;
    }
  };

  it('stops at a column that the file does not have', () => {
    expect(stops(pipelineOf({ map: (row) => ({ a: row.resutl }) }), { id: '1', result: 'x' })).toBe(
      'PIPELINE_INVALID The pipeline reads column "resutl", but interviews.csv has no such column. Did you mean "result"? Its columns: id, result.',
    );
  });

  it('stops even if the mapping catches it', () => {
    const pipeline = pipelineOf({
      map: (row) => {
        try {
          return { a: row.nope };
        } catch {
          return {};
        }
      },
    });
    expect(stops(pipeline, { id: '1' })).toContain('reads column "nope"');
  });

  it('stops at an unknown zone, an unknown lookup, a reason that is no text, an async map', () => {
    expect(stops(pipelineOf({ map: (row) => dateTime(row.id, 'Mars/Base') }), { id: '1' })).toContain(
      '"Mars/Base" is not a time zone',
    );
    expect(
      stops(pipelineOf({ map: (row, { lookup }) => lookup('application', row.id) }), { id: '1' }),
    ).toContain('has no lookup "application"');
    expect(stops(pipelineOf({ skip: () => true }), { id: '1' })).toContain(
      'skip() must give the reason as a text',
    );
    expect(stops(pipelineOf({ map: async () => Promise.reject(new Error('late')) }), { id: '1' })).toContain(
      'map() must not be async',
    );
  });
});
