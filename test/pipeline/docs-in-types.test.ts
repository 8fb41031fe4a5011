import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../cli/child.ts';

it.each([
  ['external-interview', 24],
  ['external-background-check', 5],
])('every payload field of %s says in the published types what it means', (name, count) => {
  const lines = readFileSync(join(ROOT, 'dist/feishu', `${name}.d.ts`), 'utf8').split('\n');
  const fields = lines.flatMap((line, at) =>
    /^ {4}readonly \w+\??:/.test(line) ? [[line, lines[at - 1]]] : [],
  );
  expect(fields).toHaveLength(count);
  expect(fields.filter(([, before]) => before?.trim().endsWith('*/') !== true)).toEqual([]);
});

it('a conclusion says 1 fail, 2 pass, 3 pending wherever an author may look', () => {
  const types = readFileSync(join(ROOT, 'dist/feishu/external-interview.d.ts'), 'utf8');
  const words =
    /\*\*1 fail\*\* \(不通过\), \*\*2 pass\*\* \(通过\), \*\*3 pending\*\* \(待定\)[^/]*\*\/\n +readonly conclusion\?: Conclusion/;
  expect(types).toMatch(words);
  expect(types).toMatch(/\*\*1 fail\*\*[^/]*\*\/\nexport type Conclusion = 1 \| 2 \| 3;/);
});
