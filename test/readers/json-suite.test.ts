import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { json } from '../../src/readers/json.ts';
import { jsonl } from '../../src/readers/jsonl.ts';
import { conformance, readFile } from './reading.ts';

const folder = conformance('JSONTestSuite');

const namesIn = (kind: string) => (folder === undefined ? [] : readdirSync(path.join(folder, kind)));
const bytesOf = (kind: string, name: string) => readFileSync(path.join(folder ?? '.', kind, name));
const wrap = (before: string, bytes: Uint8Array, after: string) =>
  Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]);

/** The case as the value of a member: of an array's element, and (on one line) of a JSONL record. */
async function readBothWays(bytes: Uint8Array) {
  const inArray = await readFile('a.json', wrap('[{"case":', bytes, '}]'), json('a.json'));
  if (bytes.includes(10) || bytes.includes(13)) return [inArray];
  return [inArray, await readFile('a.jsonl', wrap('{"case":', bytes, '}'), jsonl('a.jsonl'))];
}

// Read, and then refused on purpose: a NUL in a text is damage.
const DAMAGED = new Set(['y_string_null_escape.json', 'y_object_escaped_null_in_key.json']);
// Read by JSON.parse, and refused on purpose: one of the two values would be lost.
const LOSSY = new Set(['y_object_duplicated_key.json', 'y_object_duplicated_key_and_value.json']);

describe.skipIf(folder === undefined)('JSONTestSuite', () => {
  const cases = namesIn('test_parsing');

  test('is complete', () => expect(cases.length).toBe(318));

  test.each(cases.filter((name) => name.startsWith('y_')))('%s is accepted', async (name) => {
    const bytes = bytesOf('test_parsing', name);
    for (const { records, error } of await readBothWays(bytes)) {
      expect(error).toBeUndefined();
      expect(records).toHaveLength(1);
      const codes = records[0]?.problems?.map(({ code }) => code);
      if (LOSSY.has(name)) expect(codes).toEqual(['RECORD_UNREADABLE']);
      else {
        expect(codes).toEqual(DAMAGED.has(name) ? ['CELL_INVALID'] : undefined);
        const expected = JSON.parse(bytes.toString('utf8'), (_key, value, context?: { source?: string }) =>
          typeof value === 'number' && (unsafe(value) || String(value) !== context?.source)
            ? context?.source
            : value,
        );
        expect(records[0]?.values).toEqual({ case: expected });
      }
    }
  });

  test.each(cases.filter((name) => name.startsWith('n_')))('%s is refused', async (name) => {
    for (const { records, error } of await readBothWays(bytesOf('test_parsing', name))) {
      const refused =
        error?.code === 'SOURCE_INVALID' ||
        (records.length > 0 && records.every(({ problems }) => problems?.[0]?.code === 'RECORD_UNREADABLE'));
      expect(refused).toBe(true);
    }
  });

  test.each(cases.filter((name) => name.startsWith('i_')))(
    '%s is read or refused, and never crashes',
    async (name) => {
      const bytes = bytesOf('test_parsing', name);
      for (const { records, error } of await readBothWays(bytes)) {
        if (error !== undefined) expect(error.code).toBe('SOURCE_INVALID');
        else expect(records).toHaveLength(1);
        for (const { values, problems } of records)
          if (problems === undefined) expect(textsIn(values)).toEqual(textsIn(`{"case":${bytes}}`));
      }
    },
  );

  test.each(namesIn('test_transform'))('%s: nothing is altered without a word', async (name) => {
    const bytes = bytesOf('test_transform', name);
    for (const { records, error } of await readBothWays(bytes)) {
      expect(error === undefined || error.code === 'SOURCE_INVALID').toBe(true);
      for (const { values, problems } of records) {
        if (name.startsWith('object_same_key')) expect(problems).toBeDefined();
        if (problems === undefined) expect(textsIn(values)).toEqual(textsIn(`{"case":${bytes}}`));
      }
    }
  });
});

/** All names and values in order, numbers as they are written: what may not change. */
function textsIn(source: unknown): readonly string[] {
  const text = typeof source === 'string' ? source : JSON.stringify(source);
  const texts: string[] = [];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[^\s[\]{},:"]+/g)) {
    texts.push(token.startsWith('"') ? JSON.parse(token) : token);
  }
  return texts;
}

const unsafe = (value: number) => Number.isInteger(value) && !Number.isSafeInteger(value);
