import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dateTime } from '../../src/mapping/dates.ts';
import { valueMap } from '../../src/mapping/values.ts';
import { definePipeline } from '../../src/pipeline/define.ts';
import { loadPipeline } from '../../src/pipeline/load.ts';
import { recordOf, sourceOf, transformed } from './record-of.ts';

// What a pipeline imports from 'hire-sync'; `csv` without files to read.
const self = { definePipeline, valueMap, dateTime, csv: () => sourceOf() };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pipelines-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const load = (name: string, text: string) => loadPipeline(write(name, text), self);
const refusal = (name: string, text: string): Promise<string> =>
  load(name, text).then(
    () => expect.fail('nothing was refused'),
    (error) => `${error.code} ${error.message.replaceAll(folder, '')}`,
  );

const PIPELINE = `import { csv, definePipeline } from 'hire-sync';
import { verdict } from './words/verdict.ts';
import type { Row } from './types.ts';

const name: string = 'legacy-ats';
export default definePipeline({
  name,
  target: 'external_interview',
  source: csv('interviews.csv'),
  sourceDir: '../export',
  key: (row: Row) => row.id,
  map: (row: Row) => {
    const word: string = row.result;
    return { external_application_id: row.app.trim(), participate_status: verdict(word) };
  },
});
`;
const WORDS = `import { valueMap } from 'hire-sync';
export const verdict = valueMap({ 通过: 2 });
`;

function writeAll(): string {
  write('words/verdict.ts', WORDS);
  write('types.ts', 'export type Row = Record<string, string>;\n');
  return write('ats.ts', PIPELINE);
}

describe('loadPipeline', () => {
  it('loads TypeScript outside of the repository, with relative imports and this very package', async () => {
    const file = writeAll();
    const loaded = await loadPipeline(file, self);
    expect(loaded).toMatchObject({
      file,
      sourceDir: path.resolve(folder, '../export'),
      pipeline: { name: 'legacy-ats' },
    });
    expect(transformed(loaded.pipeline, recordOf({ id: '1', app: ' 7', result: '通过' }))).toMatchObject({
      payload: { json: '{"external_application_id":"7","participate_status":2}' },
    });
    // The helper in the imported file reports to this package's collector, and the row's view names the column.
    expect(transformed(loaded.pipeline, recordOf({ id: '1', app: '7', result: '过' }))).toMatchObject({
      kind: 'rejected',
      problems: [{ code: 'VALUE_UNKNOWN', field: 'result' }],
    });
  });

  it('names the line of the pipeline file at which a mapping fails', async () => {
    const { pipeline } = await loadPipeline(writeAll(), self);
    const mapped = transformed(pipeline, recordOf({ id: '1', app: 7, result: '通过' }));
    expect(mapped.kind === 'rejected' && mapped.problems[0]?.message).toBe(
      'the pipeline failed at ats.ts:14: TypeError: row.app.trim is not a function; the last column read was app',
    );
  });

  it('hashes the code: the pipeline file and what it imports by relative paths', async () => {
    const file = writeAll();
    const first = await loadPipeline(file, self);
    expect(first.codeFiles.map((name) => path.relative(folder, name)).sort()).toEqual([
      'ats.ts',
      'types.ts',
      'words/verdict.ts',
    ]);
    expect((await loadPipeline(file, self)).sha256).toBe(first.sha256);
    write('unrelated.ts', 'export {};');
    expect((await loadPipeline(file, self)).sha256).toBe(first.sha256);
    write('words/verdict.ts', WORDS.replace('2', '3'));
    const second = await loadPipeline(file, self);
    expect(second.sha256).not.toBe(first.sha256);
    // And the edited code is what runs.
    expect(transformed(second.pipeline, recordOf({ id: '1', app: '7', result: '通过' }))).toMatchObject({
      payload: { json: expect.stringContaining('"participate_status":3') },
    });
  });

  it.each(['p.js', 'p.mjs', 'p.mts'])('loads %s', async (name) => {
    const text = `import { csv, definePipeline } from 'hire-sync';
export default definePipeline({ name: 'js', target: 'external_interview', source: csv('a.csv'), key: (row) => row.id, map: () => ({}) });`;
    expect((await load(name, text)).pipeline.name).toBe('js');
  });

  it('survives imports in a circle', async () => {
    write('b.ts', `import { a } from './a.ts';\nexport const b = 'b';\nexport const both = () => a + b;\n`);
    const text = `import { both } from './b.ts';\nexport const a = 'a';\nexport default { both };`;
    expect(await refusal('a.ts', text)).toContain('that definePipeline did not make');
  });
});

describe('loadPipeline refuses', () => {
  it.each([
    [
      'syntax',
      'import { csv } from "hire-sync";\n\nexport default csv({ name: \n',
      'PIPELINE_INVALID /p.ts:4:1: syntax error: Unexpected token',
    ],
    [
      'a throwing file',
      '\nconst a: number = 1;\nthrow new TypeError("boom " + a);\n',
      'PIPELINE_INVALID /p.ts:3: the file failed while it was loaded: TypeError: boom 1',
    ],
    ['a thrown text', 'throw "x";', 'PIPELINE_INVALID /p.ts: the file failed while it was loaded: x'],
    [
      'no default export',
      'export const a = 1;',
      'PIPELINE_INVALID /p.ts has no default export. A pipeline file ends in: export default definePipeline({ … });',
    ],
    [
      'another default export',
      'export default { name: "x" };',
      'PIPELINE_INVALID /p.ts has a default export that definePipeline did not make. A pipeline file ends in: export default definePipeline({ … });',
    ],
    [
      'a missing import',
      '\nimport { x } from "./gone.ts";\nexport default x;',
      "PIPELINE_INVALID /p.ts:2: Cannot find module './gone.ts'; check the import",
    ],
    [
      'a missing package',
      'import x from "no-such-package-here";\nexport default x;',
      "PIPELINE_INVALID /p.ts:1: Cannot find module 'no-such-package-here'; check the import",
    ],
    [
      'a misspelt helper',
      'import { definePipline } from "hire-sync";\n\nexport default definePipline({});',
      'PIPELINE_INVALID /p.ts:3: "hire-sync" exports no "definePipline". Did you mean "definePipeline"?',
    ],
  ])('%s', async (_what, text, message) => {
    expect(await refusal('p.ts', text)).toBe(message);
  });

  it('settings, with their place and all complaints', async () => {
    const text =
      'import { definePipeline } from "hire-sync";\n\nexport default definePipeline({ nam: "x" });';
    const message = await refusal('p.ts', text);
    expect(message).toContain('PIPELINE_INVALID /p.ts:3: The pipeline is not valid:\n');
    expect(message).toContain('"nam" is not a setting. Did you mean "name"?');
    expect(message).not.toContain('    at ');
  });

  it('a syntax error in an imported file, by that file', async () => {
    write('words.ts', 'export const a = ;\n');
    expect(await refusal('p.ts', 'import { a } from "./words.ts";\nexport default a;')).toBe(
      'PIPELINE_INVALID /words.ts:1:18: syntax error: Unexpected token',
    );
  });

  it('what is no pipeline file', async () => {
    write('legacy-ats.ts', '');
    await expect(loadPipeline(path.join(folder, 'legacy-at.ts'), self)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `There is no pipeline file ${folder}/legacy-at.ts. Did you mean "legacy-ats.ts"?`,
    });
    await expect(loadPipeline(folder, self)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(loadPipeline(write('p.json', '{}'), self)).rejects.toThrow(
      'its name must end in .ts, .mts, .js, .mjs',
    );
  });
});
