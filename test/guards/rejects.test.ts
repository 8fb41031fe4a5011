import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { bodyOf, type Row, someRows } from '../faults/rows.ts';
import { aStage } from '../faults/stage.ts';
import { encodeGb18030 } from '../fixtures/gb18030.ts';

it('rejects corrected in Excel and saved as GBK are fed back: exactly the corrected rows are added', async (context) => {
  const rows = someRows(6);
  const bad: Row[] = rows.map((row, i) => {
    if (i === 1) return { ...row, verdict: '通过(待复核)' as Row['verdict'], comment: '=1+1，公式样的备注' };
    return i === 4 ? { ...row, verdict: 'Pass' as Row['verdict'] } : row;
  });
  const stage = await aStage(context, { rows: bad });
  const first = await stage.sync();
  expect(first.report?.rows).toMatchObject({ created: 4, rejected: 2 });

  const file = join(dirname(stage.ledgerFile), 'runs', first.report?.run ?? '', 'rejects.csv');
  const text = readFileSync(file, 'utf8');
  expect(text).toContain("'=1+1");
  // Corrects one of the two, as a person would: the word only, with the columns of hire-sync left where they are.
  const corrected = text.replace(',通过(待复核),', ',通过,');
  const gbk = join(stage.source, '..', 'corrected.csv');
  writeFileSync(gbk, corrected.replace('\uFEFF', ''));
  execFileSync('python3', [
    '-c',
    `p=${JSON.stringify(gbk)}; s=open(p,encoding='utf-8',newline='').read(); open(p,'w',encoding='gbk',newline='').write(s)`,
  ]);

  const second = await stage.sync('--only-rejects', gbk);
  expect(second.report?.rows).toMatchObject({ read: 2, created: 1, rejected: 1 });
  expect(second.report?.missing).toBe(0);
  const added = stage.sandbox.interviews().filter(({ externalId }) => externalId === 'faults:R-002');
  expect(added.map(({ body }) => body)).toEqual([bodyOf({ ...bad[1]!, verdict: '通过' })]);
  expect(stage.sandbox.interviews()).toHaveLength(5);
  // The next normal night is compared with the last whole one, not with these two rows.
  stage.write(
    rows.map((row, i) => (i === 1 ? { ...row, verdict: '通过' as const, comment: bad[1]!.comment } : row)),
  );
  expect((await stage.sync()).report?.rows).toMatchObject({ read: 6, created: 1, unchanged: 5 });
});

it('rejects.csv corrected in place and saved as GBK: what that lacks is not lost', async (context) => {
  const [row] = someRows(1);
  const bad: Row = { ...row!, verdict: 'Pass' as Row['verdict'], comment: '𠮷野家，很好👍' };
  const stage = await aStage(context, { rows: [bad] });
  const first = await stage.sync('--allow', 'rejected');
  const folderOf = (ran: typeof first) => join(dirname(stage.ledgerFile), 'runs', ran.report?.run ?? '');
  const file = join(folderOf(first), 'rejects.csv');
  expect(statSync(join(folderOf(first), 'rejects.original.csv')).mode & 0o777).toBe(0o600);
  const save = (path: string, text: string) => writeFileSync(path, encodeGb18030(text.replace('\uFEFF', '')));
  save(
    file,
    readFileSync(file, 'utf8')
      .replace(',Pass,', ',通过,')
      .replaceAll(/[𠮷👍]/gu, '??'),
  );

  const second = await stage.sync('--only-rejects', file);
  expect(second.report?.rows).toMatchObject({ read: 1, created: 1 });
  expect(second.stderr).not.toContain('很好');
  expect(stage.sandbox.interviews().map(({ body }) => body)).toEqual([bodyOf({ ...bad, verdict: '通过' })]);
});

it('a reject file that is not there is named', async (context) => {
  const stage = await aStage(context, { rows: someRows(1) });
  const missing = await stage.sync('--only-rejects', 'nothing.csv');
  expect([missing.exitCode, missing.stderr]).toEqual([
    2,
    expect.stringContaining('nothing.csv (from --only-rejects)'),
  ]);
});
