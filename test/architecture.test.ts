import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/**
 * What a folder of `src/` may import besides itself and the files of `FOR_ALL`; `type x`: its types only.
 */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  readers: ['type feishu'],
  incremental: ['readers'],
  mapping: ['readers'],
  plan: ['type ledger'],
  ledger: [],
  feishu: ['type plan', 'type ops'],
  writer: ['feishu', 'plan', 'type ledger', 'type ops'],
  // What other systems export, types only: for pipelines.
  records: [],
  // What a command came to, in numbers, and its exit codes: below all that make it and all that show it.
  result: ['type plan'],
  report: ['plan', 'readers', 'result', 'type ledger'],
  pipeline: ['readers', 'incremental', 'mapping', 'plan', 'type ledger', 'feishu', 'writer', 'result'],
  // Drafts a pipeline from an export: reads as pipelines do, and writes the file.
  init: ['readers', 'mapping', 'type plan'],
  pull: ['readers', 'feishu', 'writer', 'type mapping', 'type ledger'],
  probe: ['feishu', 'writer', 'type ledger'],
  // If both sides shared one wrong belief about Feishu, the tests would be green.
  verify: ['plan', 'type ledger', 'feishu', 'writer', 'result'],
  undo: ['plan', 'type ledger', 'feishu', 'writer', 'result', 'verify'],
  // Erasing and retention: where text lies, and how it goes.
  keeping: ['readers', 'ledger', 'pipeline', 'result', 'type undo'],
  sandbox: [],
  ops: ['type result'],
  demo: [],
  'complaint.ts': [],
  'problem-detail.ts': [],
  'errors.ts': [],
  'in-pages.ts': [],
  'epoch-range.ts': [],
  'lazily.ts': [],
  'model.ts': [],
  'difference.ts': [],
  'file-count.ts': [],
  'without-key.ts': [],
  'reason.ts': [],
  'scratch.ts': [],
  'index.ts': [
    'readers',
    'mapping',
    'plan',
    'ledger',
    'pipeline',
    'type feishu',
    'type records',
    'type result',
  ],
  cli: [
    'index.ts',
    'readers',
    'mapping',
    'plan',
    'ledger',
    'feishu',
    'writer',
    'report',
    'result',
    'pipeline',
    'pull',
    'init',
    'probe',
    'verify',
    'undo',
    'keeping',
    'sandbox',
    'ops',
  ],
};

/** The files that may import a package. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  '@clack/prompts': /^cli\/ask\.ts$/,
  'better-sqlite3':
    /^(scratch|ledger\/(database|copies|erase-copy)|readers\/staging|plan\/(plan-store|plan-keys|creates-by-application|beside-changes|outcomes|record-labels|findings|questions)|report\/stored|verify\/state|pull\/journal)\.ts$/,
  bottleneck: /^writer\//,
  // Nowhere else can a flag be declared.
  commander: /^cli\/(command|main)\.ts$/,
  'csv-parse': /^readers\//,
  'csv-stringify': /^(readers\/csv-line|report\/ids)\.ts$/,
  diff: /^report\/page\//,
  'html-to-text': /^mapping\//,
  ioredis: /^writer\/limiter-/,
  jiti: /^pipeline\/load\.ts$/,
  'p-limit': /^(writer|pull)\//,
  pino: /^ops\//,
  'pino-pretty': /^ops\//,
  'prom-client': /^ops\/metrics\.ts$/,
  'string-width': /^(report|init)\//,
  'temporal-polyfill': /^mapping\/temporal\.ts$/,
  undici: /^feishu\//,
  zod: /^(cli\/(flag|schemas|settings-file|notify-settings|retention-settings)\.ts|feishu\/.*|sandbox\/.*|probe\/findings\.ts|pipeline\/spec-schema\.ts|plan\/(canonical|three-way)\.ts|report\/(status-|ledger-|forget-|prune-)?schema(-parts)?\.ts)$/,
};

interface Import {
  /** From `src/` on: `plan/diff.ts`. */
  readonly file: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

const IMPORT =
  /^(?:import|export)\s+(type\s)?(?:([^'";]*?)\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

function importsIn(folder: string): Import[] {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(ROOT, folder, file), 'utf8');
      return [...text.matchAll(IMPORT)].map(([, type, names = '', still, dynamic]) => {
        const list = /^\{(.*?),?\s*\}$/s.exec(names)?.[1]?.split(',') ?? [''];
        const typeOnly = type !== undefined || list.every((name) => name.trim().startsWith('type '));
        return { file, specifier: still ?? dynamic ?? '', typeOnly };
      });
    });
}

const FOR_ALL = [
  'model.ts',
  'difference.ts',
  'file-count.ts',
  'without-key.ts',
  'reason.ts',
  'complaint.ts',
  'problem-detail.ts',
  'errors.ts',
  'in-pages.ts',
  'epoch-range.ts',
  'lazily.ts',
  'scratch.ts',
];
const IMPORT_NOTHING = [
  'complaint.ts',
  'epoch-range.ts',
  'in-pages.ts',
  'problem-detail.ts',
  'reason.ts',
  'records',
  'without-key.ts',
];
// The build is no part of what it builds.
const imports = importsIn('src').filter(({ file }) => file !== 'build.ts');
/** `@clack/prompts` of a scope, `csv-parse` of `csv-parse/sync`. */
const packageIn = (specifier: string): string => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '';
const top = (file: string): string => file.split('/')[0] ?? '';

describe('src', () => {
  it('is read whole', () => {
    expect(imports.length).toBeGreaterThan(300);
    expect([...new Set(imports.map(({ file }) => top(file)))].sort()).toEqual(
      Object.keys(FOLDERS)
        .filter((name) => !IMPORT_NOTHING.includes(name))
        .sort(),
    );
  });

  it('has its folders import only what they may', () => {
    const wrong = imports.filter(({ file, specifier, typeOnly }) => {
      if (!specifier.startsWith('.')) return false;
      const [from, to] = [top(file), top(join(dirname(file), specifier))];
      if (from === to || FOR_ALL.includes(to)) return false;
      const allowed = FOLDERS[from] ?? [];
      return !allowed.includes(to) && !(typeOnly && allowed.includes(`type ${to}`));
    });
    expect(wrong).toEqual([]);
  });

  it('has one door to what is known of unchanged records', () => {
    const wrong = imports.filter(({ file, specifier }) => {
      const into = join(dirname(file), specifier);
      return top(into) === 'incremental' && top(file) !== 'incremental' && into !== 'incremental/index.ts';
    });
    expect(wrong).toEqual([]);
  });

  it('shows nothing from within: only the command line imports the renderers', () => {
    const users = imports.filter(({ file, specifier }) => {
      if (!specifier.startsWith('.') || top(file) === 'report') return false;
      return top(join(dirname(file), specifier)) === 'report';
    });
    expect([...new Set(users.map(({ file }) => top(file)))]).toEqual(['cli']);
  });

  it('has each package in its place', () => {
    const wrong = imports.filter(({ file, specifier }) => {
      if (/^(\.|node:)/.test(specifier)) return false;
      return PACKAGES[packageIn(specifier)]?.test(file) !== true;
    });
    expect(wrong).toEqual([]);
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    // Types that our own published types need are no code: nobody imports them.
    const code = Object.keys(dependencies).filter((name) => !name.startsWith('@types/'));
    expect(code.sort()).toEqual(Object.keys(PACKAGES).sort());
  });

  it('looks into the environment in cli/ (and the demo, which is a user of it) only', () => {
    const files = [...new Set(imports.map(({ file }) => file))];
    const readers = files.filter((file) =>
      /^(?!\s*(\/\/|\*|\/\*)).*process\.env/m.test(readFileSync(join(ROOT, 'src', file), 'utf8')),
    );
    expect(readers.map(top).filter((folder) => folder !== 'cli' && folder !== 'demo')).toEqual([]);
  });

  it.each(['model.ts', 'reason.ts', 'complaint.ts', 'problem-detail.ts'])(
    'has nothing but types in %s',
    (file) => {
      expect(readFileSync(join(ROOT, 'src', file), 'utf8')).not.toMatch(
        /^(export )?(const|let|function|class|enum) /m,
      );
    },
  );
});

describe('pipelines', () => {
  it('import hire-sync by its name: a second copy would have classes of its own', () => {
    const outside = importsIn('pipelines').filter(
      ({ file, specifier }) =>
        specifier !== 'hire-sync' &&
        (!specifier.startsWith('.') || join(dirname(file), specifier).startsWith('..')),
    );
    expect(outside).toEqual([]);
  });
});
