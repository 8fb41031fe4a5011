import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hireSync, ROOT } from '../cli/child.ts';
import { sharedData } from '../pipelines/shared-data.ts';
import { answered } from './answered.ts';
import {
  flatSheet,
  framedSheets,
  greenhouseLike,
  overallVerdicts,
  repeatedIds,
  wideSheet,
} from './exports.ts';

const run = promisify(execFile);
const generic = sharedData(
  'generic/applications.csv',
  'generic/candidates.csv',
  'generic/feedback.csv',
  'generic/interviews.csv',
);
const wide = sharedData('china/wide-rounds.utf8.csv');

interface Case {
  readonly name: string;
  /** Makes the export in a folder. */
  readonly make: (folder: string) => void;
  readonly flags: readonly string[];
  /** The draft is kept in `drafts/`: of data that is not this project's, it is not. */
  readonly isKept: boolean;
}

const copies = (files: readonly string[]) => (folder: string) => {
  mkdirSync(folder, { recursive: true });
  for (const file of files) cpSync(file, join(folder, file.split('/').at(-1) ?? ''));
};
const fixture = (name: string) => (folder: string) =>
  cpSync(join(ROOT, 'fixtures', name), folder, { recursive: true });
const CHINA = ['--zone', 'Asia/Shanghai'];

const CASES: readonly Case[] = [
  { name: 'demo', make: fixture('legacy-ats'), flags: CHINA, isKept: true },
  { name: 'demo-nested', make: fixture('legacy-ats-json'), flags: CHINA, isKept: true },
  { name: 'moka', make: fixture('moka-like'), flags: CHINA, isKept: true },
  { name: 'wide', make: wideSheet, flags: [...CHINA, '--lang', 'zh'], isKept: true },
  { name: 'framed', make: framedSheets, flags: [...CHINA, '--lang', 'zh'], isKept: true },
  { name: 'repeated', make: repeatedIds, flags: [...CHINA, '--lang', 'zh'], isKept: true },
  { name: 'overall', make: overallVerdicts, flags: [], isKept: true },
  { name: 'greenhouse-like', make: greenhouseLike, flags: [], isKept: true },
  {
    name: 'flat',
    make: flatSheet,
    flags: ['--zone', 'America/New_York', '--dates', 'month-first'],
    isKept: true,
  },
  ...(generic === undefined
    ? []
    : [{ name: 'generic', make: copies(generic), flags: ['--zone', 'Asia/Kolkata'], isKept: false }]),
  ...(wide === undefined ? [] : [{ name: 'wide-shared', make: copies(wide), flags: [], isKept: false }]),
];

let folder = '';
const drafts = new Map<string, string>();
const draftOf = (name: string): string => drafts.get(name) ?? '';
const file = (name: string): string => join(folder, 'pipelines', `${name}.ts`);

/** Runs a checker over the drafts; what it says where it finds fault. */
async function complaintsOf(program: string, args: readonly string[]): Promise<string> {
  const cwd = join(folder, 'pipelines');
  try {
    await run(join(ROOT, 'node_modules/.bin', program), [...args], { cwd });
    return '';
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return stdout + stderr;
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hire-sync-init-'));
  for (const { name, make, flags } of CASES) {
    make(join(folder, 'exports', name));
    const ended = await hireSync(['init', `exports/${name}`, '--name', name, ...flags], { cwd: folder });
    expect(ended.stderr, name).not.toMatch(/^hire-sync: /m);
    drafts.set(name, readFileSync(file(name), 'utf8'));
  }
  const settings = readFileSync(join(ROOT, 'biome.json'), 'utf8');
  writeFileSync(
    join(folder, 'pipelines/biome.json'),
    settings.replace(/"vcs".*/, '"root": true,').replace('"pipelines/**"', '"**"'),
  );
  writeFileSync(join(folder, 'pipelines/package.json'), '{ "type": "module" }\n');
  const compilerOptions = {
    paths: { 'hire-sync': [join(ROOT, 'dist/index.d.ts')] },
    typeRoots: [join(ROOT, 'node_modules/@types')],
  };
  const project = { extends: join(ROOT, 'tsconfig.json'), compilerOptions, include: ['*.ts'] };
  writeFileSync(join(folder, 'pipelines/tsconfig.json'), `${JSON.stringify(project)}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a draft', () => {
  it.each(CASES.filter(({ isKept }) => isKept))('of $name is the one that is kept', async ({ name }) => {
    await expect(draftOf(name)).toMatchFileSnapshot(`drafts/${name}.ts.txt`);
  });

  it('is written as the formatter writes, and has nothing that the linter finds', async () => {
    expect(
      await complaintsOf('biome', ['check', '--error-on-warnings', ...CASES.map(({ name }) => `${name}.ts`)]),
    ).toBe('');
    for (const code of drafts.values())
      expect(code.split('\n').filter((line) => line.length > 110)).toEqual([]);
  });

  it('does not compile, and no command runs it, before its words have a meaning', async () => {
    const complaints = await complaintsOf('tsc', ['-p', '.']);
    for (const { name } of CASES) {
      const open = draftOf(name).split(/: TODO\b/).length - 1;
      const pattern = new RegExp(
        `^${name}\\.ts\\(\\d+,\\d+\\): error .*Todo & "Say what this word means in Feishu"`,
        'gm',
      );
      expect([...complaints.matchAll(pattern)].length, name).toBe(open);
    }
    for (const command of ['validate', 'plan']) {
      const { code, stderr } = await hireSync([command, 'pipelines/demo.ts'], { cwd: folder });
      expect(code).toBe(2);
      expect(stderr).toContain('14 words have no meaning yet.');
      expect(stderr).toMatch(/demo\.ts:\d+ {2}'通过\(待复核\)' {2}\(result: 1 row\)/);
    }
  });

  it('is for its owner only: it holds words of the export', () => {
    for (const { name } of CASES) expect(statSync(file(name)).mode & 0o777).toBe(0o600);
  });

  it('compiles when its words have a meaning, and 95 % of the rows are valid', {
    timeout: 240_000,
  }, async () => {
    for (const { name } of CASES) writeFileSync(file(name), answered(draftOf(name)));
    expect(await complaintsOf('tsc', ['-p', '.'])).toBe('');
    for (const { name } of CASES) {
      if (name === 'generic') writeIds(join(folder, 'exports/generic'));
      if (name === 'wide-shared') writeIds(join(folder, 'exports/wide-shared'));
      const ended = await hireSync(['validate', `pipelines/${name}.ts`, '--format', 'json'], { cwd: folder });
      expect(ended.stderr.replaceAll(/^Warning.*\n/gm, ''), name).not.toMatch(/hire-sync:/);
      const { rows } = JSON.parse(ended.stdout) as { rows: Record<'read' | 'valid' | 'skipped', number> };
      expect(rows.valid, `${name}: ${ended.stdout.slice(0, 2000)}`).toBeGreaterThanOrEqual(
        (rows.read - rows.skipped) * 0.95,
      );
      expect(rows.valid, name).toBeGreaterThan(1);
    }
  });
});

/** The file of Feishu's ids that a user has to make, for the exports beside the repository. */
function writeIds(export_: string): void {
  const made = (rows: readonly string[], key: string) =>
    writeFileSync(
      join(export_, 'feishu-applications.csv'),
      [
        `${key},external_application_id`,
        ...rows.map((id, at) => `${id},72${10_000_000_000_000_000n + BigInt(at)}`),
      ].join('\n'),
    );
  if (export_.endsWith('generic')) {
    const rows = readFileSync(join(export_, 'applications.csv'), 'utf8').trim().split('\n').slice(1);
    made(
      rows.map((row) => row.split(',')[0] ?? ''),
      'ApplicationID',
    );
    return;
  }
  const rows = readFileSync(join(export_, 'wide-rounds.utf8.csv'), 'utf8').trim().split('\n').slice(1);
  made(
    rows.map((row) => {
      const [, phone, , post] = row.split(',');
      return `${phone}:${post}`;
    }),
    '电话号码:应聘职位',
  );
}
