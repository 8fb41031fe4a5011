import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTodos } from '../../src/mapping/todo.ts';
import { CHILD_ENV } from '../child-env.ts';
import { BIN, hireSync, ROOT } from '../cli/child.ts';
import { encodeIn } from '../fixtures/encode.ts';

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'hire-sync-init-'));
  cpSync(join(ROOT, 'fixtures/legacy-ats'), join(cwd, 'demo'), { recursive: true });
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const init = (...args: readonly string[]) => hireSync(['init', ...args, '--lang', 'en'], { cwd });
const files = (): readonly string[] => readdirSync(cwd, { recursive: true, encoding: 'utf8' }).sort();
/** A folder with one sheet. */
function sheet(folder: string, content: string | Uint8Array, name = 'interviews.csv'): string {
  mkdirSync(join(cwd, folder), { recursive: true });
  writeFileSync(join(cwd, folder, name), content);
  return folder;
}

describe('without a terminal', () => {
  it('names every flag that has to be given, at once, and writes nothing', async () => {
    const rows = Array.from({ length: 9 }, (_, at) => `I${at},A${at},3/${1 + at}/2024 10:00,pass\n`);
    sheet('ambiguous', `id,application_id,interview_date,result\n${rows.join('')}`);
    const before = files();
    const { code, stderr } = await init('ambiguous');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /Nothing was written.*\n.*interview_date name no zone.*--zone \S+\n.*d\/M\/yyyy H:mm.*--dates day-first or --dates month-first/,
    );
    expect(files()).toEqual(before);
    const followed = await init('ambiguous', '--zone', 'Asia/Tokyo', '--dates', 'month-first');
    expect(followed.code).toBe(0);
    expect(readFileSync(join(cwd, 'pipelines/ambiguous.ts'), 'utf8')).toContain("'M/d/yyyy H:mm'");
  });

  it('asks for the file with the interviews where two may be it', async () => {
    const rows =
      'id,application_id,start_time,status\n1,A1,2024-01-02T03:04:05Z,done\n2,A2,2024-01-02T03:04:05Z,done\n';
    sheet('two', rows, 'interviews-a.csv');
    sheet('two', rows, 'interviews-b.csv');
    const { code, stderr } = await init('two');
    expect(code).toBe(2);
    expect(stderr).toContain('--parent interviews-a.csv or --parent interviews-b.csv');
    expect((await init('two', '--parent', 'interviews-b.csv')).code).toBe(0);
    expect(readFileSync(join(cwd, 'pipelines/two.ts'), 'utf8')).toContain("csv('interviews-b.csv'");
    expect((await init('two', '--parent', 'nobody.csv')).stderr).toContain(
      'one of interviews-a.csv, interviews-b.csv',
    );
  });

  it('writes over nothing, and nowhere but into the folder it is told', async () => {
    const given = ['demo', '--zone', 'Asia/Shanghai', '--out', 'mine'];
    expect((await init(...given, '--name', 'kept')).stdout).toBe('mine/kept.ts\n');
    writeFileSync(join(cwd, 'mine/kept.ts'), '// mine\n');
    const again = await init(...given, '--name', 'kept');
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/There already is .*mine\/kept\.ts\. Nothing was written/);
    expect(readFileSync(join(cwd, 'mine/kept.ts'), 'utf8')).toBe('// mine\n');
    const before = files();
    for (const name of ['../out', '/tmp/out', 'a/b'])
      expect((await init(...given, '--name', name)).code).toBe(2);
    expect(files()).toEqual(before);
  });

  it('says what is wrong with what it is given', async () => {
    expect((await init()).stderr).toContain('Name the folder of an export');
    expect((await init('nowhere')).stderr).toContain('There is no file or folder');
    expect((await init('demo', '--zone', 'Beijing')).stderr).toContain('Did you mean "Asia/Shanghai"');
    sheet(
      'latin',
      encodeIn(
        'windows-1252',
        'id,application_id,round,interviewer,begin\n1,2,x,Jos\u00E9 Nu\u00F1ez,2024-01-01T00:00Z\n',
      ),
    );
    expect((await init('latin')).stderr).toMatch(/For init, that is --encoding\./);
    expect((await init('latin', '--encoding', 'windows-1252')).code).toBe(0);
    sheet('others', 'city,population\nRome,2\nParis,3\n', 'cities.csv');
    expect((await init('others')).stderr).toContain('No file of the export looks like interviews');
  });

  it('takes no row for a header, and tells nobody what it holds', async () => {
    sheet(
      'headless',
      '张三丰,后端,初试,2024-03-05 10:00,通过\n李四光,前端,初试,2024-03-06 10:00,不通过\n',
      '面试.csv',
    );
    const { code, stdout, stderr } = await init('headless');
    expect(code).toBe(2);
    expect(stderr).toContain('Not read: 面试.csv (it has no header).');
    expect(stdout + stderr).not.toMatch(/张三丰|李四光|后端/);
  });
});

it('tells nothing of a candidate, an interviewer or a comment: neither in the draft nor beside it', async () => {
  const { stdout, stderr } = await init(
    'demo',
    '--zone',
    'Asia/Shanghai',
    '--name',
    'secret',
    '--out',
    'drafts',
  );
  const draft = readFileSync(join(cwd, 'drafts/secret.ts'), 'utf8');
  const cellsOf = (name: string, column: string): readonly string[] => {
    const [header = '', ...rows] = readFileSync(join(cwd, 'demo', name), 'utf8')
      .replace('\uFEFF', '')
      .split('\n');
    const at = header.trim().split(',').indexOf(column);
    return rows.map((row) => row.split(',')[at] ?? '').filter((cell) => [...cell].length > 1);
  };
  const people = [
    ...cellsOf('interviews.csv', 'candidate_name'),
    ...cellsOf('interviews.csv', 'recruiter'),
    ...cellsOf('assessments.csv', 'interviewer'),
  ];
  expect(people.length).toBeGreaterThan(300);
  expect(people.filter((name) => `${draft}${stdout}${stderr}`.includes(name))).toEqual([]);
  expect(statSync(join(cwd, 'drafts/secret.ts')).mode & 0o777).toBe(0o600);
});

describe('--from', () => {
  it.each(['greenhouse', 'lever', 'ashby', 'beisen', 'moka'])(
    'copies what is ready for %s, reading from the export',
    async (system) => {
      const folder = { beisen: 'beisen-like', moka: 'moka-like' }[system] ?? system;
      cpSync(join(ROOT, 'fixtures', folder), join(cwd, 'exports', folder), { recursive: true });
      const { code, stdout } = await init('--from', system, `exports/${folder}`, '--out', `ready/${system}`);
      expect(code).toBe(0);
      const written = stdout.trim().split('\n');
      const pipelines = written.filter((file) => !file.includes('/rules/'));
      const ended = await hireSync(['validate', ...pipelines, '--format', 'json'], { cwd });
      const sum = ended.stdout.matchAll(/"valid": ?(\d+)/g).reduce((total, [, n]) => total + Number(n), 0);
      expect(sum, ended.stderr).toBeGreaterThan(1);
      const text = pipelines.map((file) => readFileSync(join(cwd, file), 'utf8')).join('');
      expect(text).not.toContain('fixtures');
      expect((await init('--from', system, `exports/${folder}`, '--out', `ready/${system}`)).code).toBe(2);
    },
  );
});

it('takes names and words of an export for text, whatever they look like', async () => {
  const names = [
    'id',
    'application_id',
    'start_time',
    'interviewer',
    'result',
    'notes',
    "it's a \\ `score`",
    `"rating" ${'$'}{x}`,
  ];
  const hostile = 'stage\nprocess.exit(7) //\u2028x\u202E';
  const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const header = [...names, hostile, `${'very long '.repeat(14)}score`].map(cell).join(',');
  const words = ["it's \\ ok", '"no"', '1', '__proto__x', `\`${'$'}{y}\``];
  const rows = Array.from({ length: 40 }, (_, at) =>
    [`I${at}`, `A${at}`, '2024-01-02T03:04:05Z', 'Ann Poe', words[at % 5] ?? '', 'x', '4', '5', 'a', '3']
      .map(cell)
      .join(','),
  );
  sheet('hostile', `${header}\n${rows.join('\n')}\n`);
  expect((await init('hostile')).stderr).not.toMatch(/^hire-sync: /m);
  const draft = join(cwd, 'pipelines/hostile.ts');
  const text = readFileSync(draft, 'utf8');
  expect(text).not.toMatch(/^process|\u2028|\u202E/m);
  expect(text.match(/: TODO,/g)).toHaveLength(5);
  writeFileSync(draft, text.replaceAll(': TODO,', ': 2,').replace('  TODO,\n', ''));
  const ids = rows.map((_, at) => `A${at},72${10_348_215_926_473_111n + BigInt(at) * 7n}`);
  writeFileSync(
    join(cwd, 'hostile/feishu-applications.csv'),
    `application_id,external_application_id\n${ids.join('\n')}\n`,
  );
  const { stdout, stderr } = await hireSync(['validate', 'pipelines/hostile.ts', '--format', 'json'], {
    cwd,
  });
  expect(JSON.parse(stdout || '{}'), stderr).toMatchObject({ rows: { read: 40, valid: 40 } });
});

it('lists each open word with its place and its note, several of a line, and no comment about them', () => {
  const code = `// A TODO: nothing.\nconst verdict = valueMap({ 通过: TODO, '不 通过': TODO });\n  'it\\'s': TODO, // result: 3 rows\n`;
  expect(openTodos(code)).toEqual([
    { line: 2, word: '通过', note: '' },
    { line: 2, word: "'不 通过'", note: '' },
    { line: 3, word: "'it\\'s'", note: 'result: 3 rows' },
  ]);
});

const hasPty = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;

// A real terminal: what it is asked is drawn on it, and answered by keys.
it.skipIf(!hasPty)('asks at a terminal, with a proposal for each answer', async () => {
  const command = `stty cols 120 rows 40; '${process.execPath}' '${BIN}' init demo --out asked --lang zh`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd,
    env: { ...CHILD_ENV, HOME: cwd, TZ: 'Asia/Shanghai', TERM: 'xterm' },
  });
  let shown = '';
  const answers = [
    [/是哪个时区的/, '\r'],
    [/同步规则叫什么/, '-2\r'],
  ] as const;
  let asked = 0;
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    shown += piece;
    const [question, answer] = answers[asked] ?? [];
    if (question?.test(shown) !== true) return;
    asked++;
    // Keys that come before the prompt listens are lost.
    setTimeout(() => child.stdin.write(answer ?? ''), 300);
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code, shown).toBe(0);
  const draft = readFileSync(join(cwd, 'asked/demo-2.ts'), 'utf8');
  expect(draft).toContain("  zone: 'Asia/Shanghai',");
  expect(shown).toContain('14 个词的含义只有您知道');
});
