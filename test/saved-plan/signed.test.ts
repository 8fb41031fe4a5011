import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { someRows } from '../faults/rows.ts';
import { aScene, expectExactlyOnce } from './scene.ts';

it('a plan is carried out where somebody signed it, and who did stands in the ledger and in every report', async (context) => {
  const scene = await aScene(context);
  const rows = someRows(3);
  scene.write(rows);
  const inFolder = (name: string) => join(scene.folder, name);
  writeFileSync(inFolder('hire-sync.config.json'), '{"requireApproval": true}');

  // Without a plan: what is typed next is said, and works.
  const unplanned = await scene.go(['sync']);
  expect([unplanned.code, unplanned.requests]).toEqual([2, 0]);
  expect(unplanned.stderr).toContain(
    `requireApproval in hire-sync.config.json: a sync carries out only a saved plan that somebody has signed. \`hire-sync plan ${scene.pipelineFile} --out FILE --report plan.html\`; when it has been read and signed: hire-sync sync ${scene.pipelineFile} --plan FILE --approved-by NAME`,
  );
  const rejects = await scene.go(['sync', '--only-rejects', 'rejects.csv']);
  expect([rejects.code, rejects.requests]).toEqual([2, 0]);
  expect(rejects.stderr).toContain('make the corrections in the export');
  const offLine = await scene.go(['sync', '--no-require-approval']);
  expect([offLine.code, offLine.requests]).toEqual([2, 0]);

  const plan = await scene.go(['plan', '--out', 'night.plan', '--report', 'plan.html', '--lang', 'zh']);
  expect(plan.code, plan.stderr).toBe(0);
  const seal = readFileSync(inFolder('night.plan'), 'utf8').trimEnd().split('\n').at(-1) ?? '';
  const { sha256 } = JSON.parse(seal) as { sha256: string };
  // The hash of the file is what the page shows above the line for the name, and what the terminal says.
  expect(readFileSync(inFolder('plan.html'), 'utf8')).toContain(`<code class="hash">${sha256}</code>`);
  expect(plan.stderr).toContain(
    `计划已保存到 night.plan（sha256 ${sha256}）；\`hire-sync sync ${basename(scene.pipelineFile)} --plan night.plan --approved-by NAME\` 恰好按它执行一次。`,
  );
  expect(plan.stdout).toContain(`保存的计划：校验码 ${sha256}。`);

  const saved = ['sync', '--plan', 'night.plan'];
  const unsigned = await scene.go(saved);
  expect([unsigned.code, unsigned.requests]).toEqual([2, 0]);
  expect(unsigned.stderr).toContain(
    `Say who signed this one: hire-sync sync ${scene.pipelineFile} --plan night.plan --approved-by NAME`,
  );
  for (const name of ['', '  ', 'A\nB']) {
    const nobody = await scene.go([...saved, '--approved-by', name]);
    expect([nobody.code, nobody.requests]).toEqual([2, 0]);
    expect(nobody.stderr).toContain('it must be the name of whoever signed the plan');
  }

  // A name that HTML and a spreadsheet would take for something else.
  const name = '=王芳 <b>';
  const files = ['txt', 'json', 'csv', 'html'].flatMap((ending) => ['--report', `done.${ending}`]);
  const begun = await scene.json([...saved, '--approved-by', ` ${name} `, '--canary', '1', '--redact']);
  expect(begun.stderr).toContain(
    `goes on with it: hire-sync sync ${basename(scene.pipelineFile)} --plan night.plan --approved-by '${name}'`,
  );
  const done = await scene.json([...saved, '--approved-by', name, '--redact', ...files]);
  expect(done.code, done.stderr).toBe(0);
  expectExactlyOnce(scene, rows);
  const { run } = done.report;
  expect(done.report).toMatchObject({ made: { plan: sha256, approved: { by: name } } });
  const at = (format: string) => readFileSync(inFolder(`done.${format}`), 'utf8');
  expect(at('txt')).toMatch(
    new RegExp(
      `^Saved plan: sha256 ${sha256}, signed by ${name}, noted at \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d\\.$`,
      'm',
    ),
  );
  expect(at('html')).toContain('=王芳 &lt;b&gt;');
  expect(at('html')).not.toContain(name);
  expect(at('csv')).toMatch(
    new RegExp(`,signed\\r\\n.*'${name} \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d sha256:${sha256}\\r\\n`),
  );

  const noted = await scene.run(['runs', run]);
  expect(noted.stdout).toContain(`plan      sha256 ${sha256}\nsigned    ${name}\n`);
  const listed = await scene.run(['runs', run, '--json']);
  expect(JSON.parse(listed.stdout)).toMatchObject({ plan: sha256, approvedBy: name });
  const again = await scene.run(['runs', run, '--format', 'text', '--limit', '0', '--redact']);
  expect(again.stdout).toBe(at('txt'));
});

it('a signature without a plan is refused, and a plan needs none where nobody asks for one', async (context) => {
  const scene = await aScene(context);
  scene.write(someRows(1));
  const loose = await scene.go(['sync', '--approved-by', '王芳']);
  expect([loose.code, loose.requests]).toEqual([2, 0]);
  expect(loose.stderr).toContain(
    `--approved-by is for a saved plan, which somebody has read: hire-sync sync ${scene.pipelineFile} --plan FILE --approved-by NAME.`,
  );
  await scene.here({ planOnly: true, out: join(scene.folder, 'night.plan') });
  const ended = await scene.json(['sync', '--plan', 'night.plan']);
  expect([ended.code, ended.writes]).toEqual([0, 1]);
  expect(ended.report).not.toHaveProperty('made.approved');
});
