import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { createInFeishu, deleteInFeishu, editInFeishu } from '../faults/feishu-user.ts';
import { bodyOf, someRows } from '../faults/rows.ts';
import { anUndoStage } from '../undo/undo-stage.ts';

const HOSTILE = '</script><img src=x onerror="alert(1)">';

it('verifies in text, JSON, CSV and HTML, private, escaped, and redacted where wished', async (context) => {
  const rows = someRows(6);
  const stage = await anUndoStage(context, { rows });
  await stage.night(rows);
  stage.aMinuteLater();
  const changed = stage.id('R-002');
  const body = bodyOf({ ...rows[1]!, comment: HOSTILE });
  await editInFeishu(stage.sandbox, changed, body);
  await deleteInFeishu(stage.sandbox, stage.id('R-003'));
  const unknown = await createInFeishu(stage.sandbox, bodyOf(rows[4]!));
  const folder = dirname(stage.ledgerFile);
  const reports = (name: string) =>
    ['html', 'csv', 'txt', 'json'].flatMap((ending) => ['--report', `${name}.${ending}`]);
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');

  const ran = await stage.cli([
    'verify',
    stage.pipelineFile,
    '--format',
    'csv',
    '--lang',
    'zh',
    ...reports('whole'),
  ]);
  expect(ran.stderr).not.toContain(HOSTILE);
  expect(ran.exitCode).toBe(10);
  expect(ran.stdout).toBe(read('whole.csv'));
  const [header, ...lines] = read('whole.csv').trimEnd().split('\r\n');
  expect(header).toBe(
    '\uFEFF类别,记录编号,文件,行,飞书 ID,字段路径,字段,之前,之后,说明,执行结果,同步规则,原因代码,可选决定,决定,投递,时区,候选人,签字',
  );
  expect(lines.map((line) => [0, 1, 4].map((place) => line.split(',')[place]))).toEqual([
    ['飞书中被修改', 'R-002', changed],
    ['飞书中不存在', 'R-003', stage.id('R-003')],
    ['飞书中多出的面试', '', unknown],
  ]);
  expect(lines[0]).toContain(HOSTILE.replaceAll('"', '""'));
  const page = read('whole.html');
  // As data: what the page's script makes of it is text.
  expect(page).toContain('\\u003c/script\\u003e\\u003cimg src=x onerror=\\"alert(1)\\"\\u003e');
  expect(page).not.toContain('<img');
  expect(page.match(/<\/script>/g)).toHaveLength(2);
  expect(page).toContain('<html lang="zh"');
  expect(page).toContain('default-src &#39;none&#39;');
  for (const id of [changed, stage.id('R-003'), unknown]) expect(page).toContain(`"i":"${id}"`);
  expect(read('whole.txt')).toContain(
    '核对：一致 4，飞书中被修改 1，飞书中不存在 1，未能比较 0 = 6 条记录。',
  );
  expect(read('whole.txt') + read('whole.json')).not.toContain('onerror');
  expect(JSON.parse(read('whole.json'))).toMatchObject({ records: { equal: 4, changed: 1 }, unknown: 1 });
  for (const ending of ['html', 'csv', 'txt', 'json'])
    expect(statSync(join(folder, `whole.${ending}`)).mode & 0o777).toBe(0o600);

  const redacted = await stage.cli(['verify', stage.pipelineFile, '--redact', ...reports('redacted')]);
  expect(redacted.exitCode).toBe(10);
  expect(redacted.stdout).toBe(read('redacted.txt'));
  for (const ending of ['html', 'csv', 'txt', 'json']) {
    expect(read(`redacted.${ending}`)).toContain('R-002');
    expect(read(`redacted.${ending}`)).not.toMatch(/onerror/);
  }
});
