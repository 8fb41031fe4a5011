import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HireSyncError } from '../../src/errors.ts';
import { csv, definePipeline, json, jsonl, text } from '../../src/index.ts';
import type { Pipeline } from '../../src/pipeline/define.ts';
import type { Encoding } from '../../src/readers/encodings.ts';
import type { Source } from '../../src/readers/source.ts';
import { encodeGb18030 } from '../fixtures/gb18030.ts';
import { aPlace } from './nights.ts';

type Row = { readonly id: string; readonly comment: string };

const rows: readonly Row[] = Array.from({ length: 9 }, (_, index) => ({
  id: `I${index}`,
  comment: `基础扎实，沟通清楚，第${index}位`,
}));

const over = (source: Source<Row>): Pipeline =>
  definePipeline({
    name: 'nightly',
    target: 'external_interview',
    source,
    key: (row) => row.id,
    map: (row) => ({
      external_application_id: '6960663240925956437',
      interview_assessments: [{ content: text(row.comment) }],
    }),
  });

const asCsv = (all: readonly Row[]) =>
  `id,comment\n${all.map(({ id, comment }) => `${id},${comment}\n`).join('')}`;
const asLines = (all: readonly Row[]) => all.map((row) => `${JSON.stringify(row)}\n`).join('');
const asArray = (all: readonly Row[]) => `[${all.map((row) => JSON.stringify(row)).join(',\n')}]\n`;
const inCsv = (encoding?: Encoding) =>
  csv('a.csv', { columns: ['id', 'comment'], ...(encoding === undefined ? {} : { encoding }) });

const CASES: readonly [string, string, Source<Row>, (all: readonly Row[]) => Uint8Array][] = [
  ['CSV declared as UTF-8', 'a.csv', inCsv('utf-8'), (all) => Buffer.from(asCsv(all))],
  ['CSV declared as GB18030', 'a.csv', inCsv('gb18030'), (all) => encodeGb18030(asCsv(all))],
  ['CSV', 'a.csv', inCsv(), (all) => Buffer.from(asCsv(all))],
  ['JSON', 'a.json', json<Row>('a.json', { encoding: 'utf-8' }), (all) => Buffer.from(asArray(all))],
  ['JSONL', 'a.jsonl', jsonl<Row>('a.jsonl', { encoding: 'utf-8' }), (all) => Buffer.from(asLines(all))],
];

describe.each(CASES)('a night after a settled one, in a file of %s', (_what, file, source, bytesOf) => {
  const settled = async () => {
    const options = { pipeline: over(source) };
    const { folder, plan, sync } = aPlace();
    const put = (bytes: Uint8Array) => writeFileSync(join(folder, file), bytes);
    put(bytesOf(rows));
    await sync(options);
    expect((await plan(options)).unparsed).toBe(rows.length);
    /** What the plan says, or why there is none; the same whether or not known records are parsed. */
    const told = async () => {
      const ends = [false, true].map((full) =>
        plan({ ...options, full }).then(
          (planned) => planned.told,
          (error: unknown) =>
            HireSyncError.is(error) ? { code: error.code, message: error.message } : error,
        ),
      );
      const [short, full] = await Promise.all(ends);
      expect(short).toEqual(full);
      return short;
    };
    return { put, told };
  };
  const refusal = {
    code: 'SOURCE_INVALID',
    message: expect.stringMatching(new RegExp(`^${file.replace('.', '\\.')}, line \\d+, byte \\d+ \\(0x`)),
  };

  it('is refused by line and byte when it ends in the middle of a character', async () => {
    const { put, told } = await settled();
    const cut = bytesOf(rows).subarray(0, bytesOf(rows.slice(0, -1)).length + 24);
    // Whatever the encoding, one of these ends within a character.
    const ends = [];
    for (const less of [0, 1, 2]) {
      put(cut.subarray(0, cut.length - less));
      ends.push(await told());
    }
    expect(ends).toContainEqual(refusal);
  });

  it('is refused by line and byte for one bad byte', async () => {
    const { put, told } = await settled();
    const bytes = Uint8Array.from(bytesOf(rows));
    // It belongs to no character in either encoding.
    bytes[bytesOf(rows.slice(0, 5)).length - 8] = 0xff;
    put(bytes);
    expect(await told()).toEqual(refusal);
  });
});
