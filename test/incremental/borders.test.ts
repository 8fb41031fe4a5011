import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csv } from '../../src/readers/csv.ts';
import type { Encoding } from '../../src/readers/encodings.ts';
import { json } from '../../src/readers/json.ts';
import { jsonRecord } from '../../src/readers/json-record.ts';
import { jsonl } from '../../src/readers/jsonl.ts';
import { encodeGb18030 } from '../fixtures/gb18030.ts';
import { read, scan, withFile } from './read-all.ts';

const RUNS = 120;

// In GB18030 the second byte of 鉢 is a letter's, of 鄚 a bar's (0x7C); 𠀀 has digits in it.
const WORDS = [
  'a',
  '1',
  '\u000b',
  'x\u001dy',
  '通过',
  '鄚',
  '鉢',
  '𠀀',
  'é',
  ' ',
  '',
  '""',
  "'",
  ';',
  '|',
  '\t',
  '=',
  '张三',
];
const ODD = ['"', '\r', '\r\n', '\n', ',', '\ufeff', '\u0000', '\ufffd'];

/** A cell, mostly as an exporter writes it, sometimes mangled. */
const cell = (delimiter: string) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...WORDS.filter((word) => !word.includes(delimiter))) },
    {
      weight: 3,
      arbitrary: fc
        .array(fc.constantFrom(...WORDS, '\n', '\r\n', ',', '|'), { maxLength: 4 })
        .map((parts) => `"${parts.join('')}"`),
    },
    {
      weight: 1,
      arbitrary: fc.array(fc.constantFrom(...WORDS, ...ODD), { maxLength: 3 }).map((all) => all.join('')),
    },
  );

const text = fc
  .record({
    delimiter: fc.constantFrom(',', '|', ';', '\t'),
    lineEnd: fc.constantFrom('\n', '\n', '\r\n', '\r'),
    last: fc.boolean(),
    mark: fc.boolean(),
    seed: fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), { maxLength: 12 }),
  })
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      rows: fc.array(
        fc.oneof(
          { weight: 8, arbitrary: fc.array(cell(shape.delimiter), { minLength: 3, maxLength: 3 }) },
          { weight: 2, arbitrary: fc.array(cell(shape.delimiter), { maxLength: 4 }) },
        ),
        { maxLength: 12 },
      ),
    }),
  )
  .map(({ shape: { delimiter, lineEnd, last, mark }, rows }) => {
    const lines = [['id', 'key', 'note'], ...rows].map((cells) => cells.join(delimiter));
    return { delimiter, text: `${mark ? '\ufeff' : ''}${lines.join(lineEnd)}${last ? lineEnd : ''}` };
  });

const encode = (value: string, encoding: Encoding): Uint8Array =>
  encoding === 'utf-8' ? Buffer.from(value) : encodeGb18030(value);

describe('the borders of CSV records', () => {
  it.each(['utf-8', 'gb18030'] as const)(
    'are where csv-parse has them, or in doubt (%s)',
    async (encoding) => {
      let certain = 0;
      await fc.assert(
        fc.asyncProperty(text, async ({ delimiter, text: value }) => {
          const bytes = encode(value, encoding);
          await withFile('a.csv', bytes, async (folder) => {
            const options = { encoding, delimiter };
            const found = await scan({ kind: 'csv', file: 'a.csv', options }, folder, bytes, ['key']);
            if (typeof found === 'string') return;
            certain++;
            const whole = await read(csv('a.csv', options), folder);
            if (typeof whole === 'string') throw new Error(`found ${found.records.length}, but: ${whole}`);
            expect(found.facts.count).toEqual(whole.count);
            expect(found.records.map(({ line }) => line)).toEqual(
              whole.records.map(({ origin }) => origin.line),
            );
            const head = bytes.slice(found.facts.headFrom, found.facts.headTo);
            const byKey = new Map<string, string>();
            for (const [index, { bytes: one, keys }] of found.records.entries()) {
              const alone = Buffer.concat([
                head,
                head.at(-1) === 10 ? one : Buffer.concat([Buffer.from('\n'), one]),
              ]);
              const parsed = await withFile('a.csv', alone, (other) => read(csv('a.csv', options), other));
              if (typeof parsed === 'string') throw new Error(parsed);
              const record = whole.records[index];
              expect(parsed.records.map(({ values }) => values)).toEqual([record?.values]);
              const key = String(record?.values.key ?? '');
              expect(keys[0] === '').toBe(key === '');
              expect(byKey.get(key) ?? keys[0]).toBe(keys[0]);
              byKey.set(key, keys[0] ?? '');
            }
            expect(new Set(byKey.values()).size).toBe(byKey.size);
          });
        }),
        { numRuns: RUNS },
      );
      expect(certain).toBeGreaterThan(RUNS / 20);
    },
  );
});

describe('a file whose encoding is not declared', () => {
  const plain = Array.from({ length: 2000 }, (_, index) => `A${index},K${index},plain\n`).join('');
  const rest = Array.from({ length: 2000 }, (_, index) => `B${index},K${index},沟通清楚，第${index}位\n`);
  const whole = `id,key,note\n${plain}${rest.join('')}`;

  it.each(['utf-8', 'gb18030'] as const)('is scanned as what all of it is (%s)', async (encoding) => {
    const bytes = encode(whole, encoding);
    await withFile('a.csv', bytes, async (folder) => {
      const scanned = (options: object) =>
        scan({ kind: 'csv', file: 'a.csv', options }, folder, bytes, ['key']);
      const found = await scanned({});
      expect(found).toEqual(await scanned({ encoding }));
      expect(typeof found === 'string' ? found : found.records.length).toBe(4000);
    });
  });

  it('is in doubt where its last character is cut off', async () => {
    const bytes = encode(whole, 'utf-8').subarray(0, -2);
    const found = await withFile('a.csv', bytes, (folder) =>
      scan({ kind: 'csv', file: 'a.csv', options: {} }, folder, bytes),
    );
    expect(found).toBe('not UTF-8');
  });
});

const value = fc.oneof(
  { weight: 9, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  { weight: 1, arbitrary: fc.constantFrom('\u000b', 'a\bb\f', '\\b\\u000b', '\\\u001d', '\t\n') },
);
const object = fc.dictionary(fc.constantFrom('id', '面试', 'a"b', 'n'), value);
const element = fc.oneof(
  { weight: 9, arbitrary: object.map((one) => JSON.stringify(one)) },
  { weight: 2, arbitrary: object.map((one) => JSON.stringify(one, null, 2)) },
  { weight: 1, arbitrary: fc.constantFrom('{"a":[}', '{]}', '7', '{"a":"}', '{', '{"a":\n1}', '', 'null') },
);

describe('the borders of JSON records', () => {
  const array = fc.record({
    at: fc.constantFrom(undefined, 'data'),
    glue: fc.constantFrom(',', ',\n', ' ,\r\n', '\n'),
    all: fc.array(element, { maxLength: 6 }),
    tail: fc.constantFrom('', '\n', ' x', '\r'),
  });

  it('are where the splitter has them, or in doubt', async () => {
    let certain = 0;
    await fc.assert(
      fc.asyncProperty(array, async ({ at, glue, all, tail }) => {
        const list = `[${all.join(glue)}]`;
        const whole =
          at === undefined ? `${list}${tail}` : `{"total":[1,{"a":"]"}],\n"data": ${list},"x":{}}${tail}`;
        const bytes = Buffer.from(whole);
        await withFile('a.json', bytes, async (folder) => {
          const options = at === undefined ? {} : { at };
          const found = await scan({ kind: 'json', file: 'a.json', options }, folder, bytes);
          if (typeof found === 'string') return;
          const reading = await read(json('a.json', options), folder);
          const good = typeof reading === 'string' ? [] : reading.records;
          // A broken element leads to reading everything, and so need not be cut as the splitter cuts.
          if (typeof reading === 'string' || good.some(({ problems }) => problems !== undefined)) {
            expect(found.records.some(({ bytes: one }) => !isJson(one))).toBe(true);
            return;
          }
          certain++;
          expect(found.facts.count).toEqual(reading.count);
          expect(found.records.map(({ line }) => line)).toEqual(good.map(({ origin }) => origin.line));
          const alone = found.records.map(({ bytes: one, line }, ordinal) => ({
            ...jsonRecord('a.json', { text: Buffer.from(one).toString(), line, column: 1 }),
            ordinal,
          }));
          expect(alone).toEqual(good);
        });
      }),
      { numRuns: RUNS },
    );
    expect(certain).toBeGreaterThan(RUNS / 20);
  });

  it.each(['json', 'jsonl'] as const)('are found in a %s file of several windows', async (kind) => {
    const rows = Array.from({ length: 20_000 }, (_, n) =>
      JSON.stringify({ id: `I${n}`, note: `沟通清楚，第${n}位 "\\" \u000b ${'长'.repeat(n % 90)}` }),
    );
    const bytes = Buffer.from(kind === 'json' ? `[${rows.join(',\n')}]\n` : `${rows.join('\n')}\n`);
    const file = `a.${kind}`;
    await withFile(file, bytes, async (folder) => {
      const found = await scan({ kind, file, options: {} }, folder, bytes);
      const reading = await read(kind === 'json' ? json(file) : jsonl(file), folder);
      if (typeof found === 'string' || typeof reading === 'string') throw new Error(`${found} ${reading}`);
      expect(found.facts.count).toEqual(reading.count);
      expect(found.records.map(({ bytes: one }) => Buffer.from(one).toString())).toEqual(rows);
    });
  });

  it('are lines in JSONL', async () => {
    const lines = fc.record({
      all: fc.array(
        fc.oneof(
          element.map((one) => one.replaceAll('\n', ' ')),
          fc.constantFrom('', ' ', '\t'),
        ),
        {
          maxLength: 8,
        },
      ),
      lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
      last: fc.boolean(),
    });
    let certain = 0;
    await fc.assert(
      fc.asyncProperty(lines, async ({ all, lineEnd, last }) => {
        const bytes = Buffer.from(all.join(lineEnd) + (last ? lineEnd : ''));
        await withFile('a.jsonl', bytes, async (folder) => {
          const found = await scan({ kind: 'jsonl', file: 'a.jsonl', options: {} }, folder, bytes);
          if (typeof found === 'string') return;
          const reading = await read(jsonl('a.jsonl'), folder);
          if (typeof reading === 'string') throw new Error(reading);
          certain++;
          expect(found.facts.count).toEqual(reading.count);
          expect(found.records.map(({ line }) => line)).toEqual(
            reading.records.map(({ origin }) => origin.line),
          );
          expect(reading.records.map(({ ordinal }) => ordinal)).toEqual([...found.records.keys()]);
        });
      }),
      { numRuns: RUNS },
    );
    expect(certain).toBeGreaterThan(RUNS / 20);
  });
});

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(bytes).toString());
    return true;
  } catch {
    return false;
  }
}
