import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SANDBOX_APP } from '../../src/sandbox/index.ts';
import { csvOf, someRows } from '../faults/rows.ts';
import { aStage, type Cleanup, type Stage } from '../faults/stage.ts';
import { hireSync } from './child.ts';

const ROWS = someRows(3);

interface Desk extends Stage {
  readonly folder: string;
  /** A path in the folder in which the command runs. */
  at(name: string): string;
  put(name: string, text: string): string;
  run(...args: string[]): ReturnType<typeof hireSync>;
}

async function aDesk(context: Cleanup): Promise<Desk> {
  const stage = await aStage(context, { rows: ROWS });
  const folder = dirname(stage.pipelineFile);
  const at = (name: string): string => join(folder, name);
  const { appId, appSecret } = SANDBOX_APP;
  const env = { FEISHU_BASE_URL: stage.url, FEISHU_APP_ID: appId, FEISHU_APP_SECRET: appSecret };
  return {
    ...stage,
    folder,
    at,
    put(name, text) {
      writeFileSync(at(name), text);
      return at(name);
    },
    run: (...args) => hireSync(args, { cwd: folder, env }),
  };
}

const planned = (desk: Desk, ...flags: string[]) =>
  desk.run('plan', desk.pipelineFile, '--source', desk.source, '--ledger', desk.ledgerFile, ...flags);

/** The command ended at once with a sentence, and what was there is what is there. */
async function expectKept(desk: Desk, path: string, says: RegExp, ended: ReturnType<typeof hireSync>) {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : null;
  const { code, stderr, stdout } = await ended;
  expect(stderr).toMatch(says);
  expect([code, stdout]).toEqual([2, '']);
  expect(existsSync(path) ? readFileSync(path, 'utf8') : null).toBe(before);
  expect(desk.sandbox.arrivals()).toEqual([]);
}

const REPORTS = ['txt', 'json', 'csv', 'html'].map((ending) => `night.${ending}`);

it('a report replaces an older one of any kind, whole, and leaves nothing else behind', async (context) => {
  const desk = await aDesk(context);
  const flags = REPORTS.flatMap((name) => ['--report', name]);
  const sync = ['sync', desk.pipelineFile, '--source', desk.source, '--ledger', desk.ledgerFile];
  const verify = ['verify', 'faults', '--ledger', desk.ledgerFile];
  for (const [args, exitCode] of [
    [['plan', ...sync.slice(1), '--lang', 'zh'], 0],
    [['plan', ...sync.slice(1), '--lang', 'en'], 0],
    [[...sync, '--lang', 'en'], 0],
    // Nothing is listed now.
    [[...sync, '--lang', 'zh'], 0],
    [[...verify, '--lang', 'zh'], 0],
    [[...verify, '--lang', 'en'], 0],
    [['plan', ...sync.slice(1)], 0],
  ] as const) {
    const { code, stderr } = await desk.run(...args, ...flags);
    const said = stderr.replace(
      /^(?:No ledger yet|New ledger|还没有同步台账|新的同步台账)[:：].*\n(?:(?:First write to app|首次写入应用) .*\n)?/,
      '',
    );
    expect([code, said], args.join(' ')).toEqual([exitCode, '']);
  }
  for (const [name, begin] of [
    ['night.txt', '\nPlan: '],
    ['night.json', '{"run":"'],
    ['night.csv', '\ufeffkind,'],
    ['night.html', '<!doctype html>'],
  ] as const)
    expect(readFileSync(desk.at(name), 'utf8').startsWith(begin), name).toBe(true);
  expect(readdirSync(desk.folder).filter((name) => name.includes('tmp'))).toEqual([]);
});

describe.concurrent('a report is never written', () => {
  it('over a file that does not begin like one', async (context) => {
    const desk = await aDesk(context);
    for (const name of REPORTS) {
      const path = desk.put(name, 'candidate,verdict\n张三,通过\n');
      await expectKept(
        desk,
        path,
        /is there already and does not begin like/,
        planned(desk, '--report', name),
      );
    }
    const empty = desk.put('empty.html', '');
    expect((await planned(desk, '--report', 'empty.html')).code).toBe(0);
    expect(readFileSync(empty, 'utf8')).toMatch(/^<!doctype html>/);
  });

  it('over what the run uses, by whatever name, and even where that begins like a report', async (context) => {
    const desk = await aDesk(context);
    const source = join(desk.source, 'interviews.csv');
    // A column that is called like the first of a report.
    writeFileSync(source, csvOf(ROWS).replace('id,', 'kind,key,id,').replaceAll(/^R-/gm, 'k,e,R-'));
    writeFileSync(
      desk.pipelineFile,
      readFileSync(desk.pipelineFile, 'utf8').replace(", { columns: 'id,", ", { columns: 'kind,key,id,"),
    );
    const linked = desk.at('linked');
    symlinkSync(desk.source, linked);
    linkSync(source, desk.at('twin.csv'));
    for (const name of [source, join(linked, 'interviews.csv'), 'twin.csv'])
      await expectKept(
        desk,
        source,
        /interviews\.csv, which this command uses/,
        planned(desk, '--report', name),
      );
    for (const path of [desk.pipelineFile, desk.ledgerFile])
      await expectKept(desk, path, /which this command uses/, planned(desk, '--out', path));
    const ledger = ['--ledger', 'new.json', '--report', join(linked, '../new.json')];
    await expectKept(desk, desk.at('new.json'), /which this command uses/, planned(desk, ...ledger));
    expect((await planned(desk, '--out', 'night.txt')).code).toBe(0);
    const sync = ['sync', desk.pipelineFile, '--source', desk.source, '--plan', 'night.txt'];
    const over = desk.run(...sync, '--report', 'night.txt');
    await expectKept(desk, desk.at('night.txt'), /which this command uses/, over);
  });

  it('through a link, to a device, or over another output', async (context) => {
    const desk = await aDesk(context);
    const target = desk.put('other.html', '<!doctype html>\n<html lang="en" data-title-zh="">');
    symlinkSync(target, desk.at('link.html'));
    symlinkSync(desk.at('nowhere.html'), desk.at('dangling.html'));
    await expectKept(desk, target, /link\.html is a link/, planned(desk, '--report', 'link.html'));
    await expectKept(desk, desk.at('nowhere.html'), /is a link/, planned(desk, '--report', 'dangling.html'));
    expect(readlinkSync(desk.at('link.html'))).toBe(target);
    execFileSync('mkfifo', [desk.at('pipe.html')]);
    await expectKept(desk, target, /is no file/, planned(desk, '--report', 'pipe.html'));
    await expectKept(desk, target, /is no file/, planned(desk, '--out', '/dev/null'));
    mkdirSync(desk.at('folder.html'));
    await expectKept(desk, target, /is no file/, planned(desk, '--report', 'folder.html'));
    const twice = planned(desk, '--report', 'a.html', '--report', './a.html');
    await expectKept(desk, target, /is also what another --report writes/, twice);
    const both = planned(desk, '--report', 'a.txt', '--out', 'a.txt');
    await expectKept(desk, target, /is also what --report writes/, both);
  });
});

describe.concurrent('what a probe, a plan or a pull writes', () => {
  it('goes neither over other files nor through links', async (context) => {
    const desk = await aDesk(context);
    const mine = desk.put('mine.json', '{"version": "mine"}');
    symlinkSync(mine, desk.at('link.json'));
    desk.put('ids.txt', '6960663240910000001\n');
    const probe = (out: string) =>
      desk.run('probe', '--application', '1', '--yes', '--out', out, '--ledger', desk.ledgerFile);
    const pull = (out: string) => desk.run('pull', 'interviews', '--applications', 'ids.txt', '--out', out);
    await expectKept(desk, mine, /does not begin like/, probe('mine.json'));
    await expectKept(desk, mine, /is a link/, probe('link.json'));
    await expectKept(desk, mine, /which this command uses/, probe(desk.ledgerFile));
    await expectKept(desk, mine, /does not begin like/, planned(desk, '--out', 'mine.json'));
    await expectKept(desk, mine, /is a link/, planned(desk, '--out', 'link.json'));
    await expectKept(desk, mine, /is there already/, pull('mine.json'));
    await expectKept(desk, mine, /is a link/, pull('link.json'));
    symlinkSync(mine, desk.at('out.jsonl.part'));
    await expectKept(desk, mine, /out\.jsonl\.part is a link/, pull('out.jsonl'));
  });
});

describe('a pipe is refused at once', () => {
  it.each([
    ['a source', 'export/interviews.csv', []],
    ['a saved plan', 'pipe', ['--plan', 'pipe']],
    ['a reject file', 'pipe', ['--only-rejects', 'pipe']],
    ['what a probe found', 'pipe', ['--probe', 'pipe']],
  ] as const)('as %s', async (_, name, flags) => {
    const desk = await aDesk({ onTestFinished });
    execFileSync('rm', ['-f', desk.at(name)]);
    execFileSync('mkfifo', [desk.at(name)]);
    const sync = ['sync', desk.pipelineFile, '--source', desk.source, '--ledger', desk.ledgerFile];
    const { code, stderr } = await desk.run(...sync, ...flags);
    expect(stderr).toMatch(/is a pipe, not a file|is not a file/);
    expect(code).toBe(2);
    expect(desk.arrivals('external_interview.create')).toEqual([]);
  });
});
