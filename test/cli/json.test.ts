import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { commandsFor } from '../../src/cli/commands/index.ts';
import { helpIn } from '../../src/cli/flag.ts';
import type { SchemaName } from '../../src/cli/schemas.ts';
import { sandboxEnv } from '../child-env.ts';
import { type Row, someRows } from '../faults/rows.ts';
import { aStage } from '../faults/stage.ts';
import { errorsIn } from '../report/strictly.ts';
import { hireSync } from './child.ts';

it('every command that prints JSON prints what its schema says, and nothing else', async (context) => {
  const printed = new Set<string>();
  const [first, second, ...others] = someRows(6) as [Row, Row, ...Row[]];
  const bad = { ...first, verdict: '好' } as unknown as Row;
  const stage = await aStage(context, { rows: [bad, second, ...others] });
  const folder = dirname(stage.pipelineFile);
  writeFileSync(
    join(folder, 'hire-sync.config.json'),
    JSON.stringify({ ledger: stage.ledgerFile, retention: { runData: { runs: 1 }, rejects: { runs: 1 } } }),
  );
  const source = ['--source', stage.source];
  /** Carries out a command and checks each line (`lines`), or all that it prints. */
  const told = async <T>(schema: SchemaName, args: readonly string[], lines = false): Promise<T> => {
    const { stdout: out, stderr: err } = await hireSync(args, { cwd: folder, env: sandboxEnv(stage.url) });
    for (const text of lines ? out.trimEnd().split('\n') : [out]) {
      expect(text, err).toMatch(/^[{]/);
      expect(errorsIn(text, schema), `${args.join(' ')}: ${text.slice(0, 300)}`).toEqual([]);
    }
    const names = [args.slice(0, 2).join(' '), args[0] ?? ''];
    const all = await commandsFor([]);
    const of = names.map((name) => all.find((one) => one.name === name)).find((one) => one !== undefined);
    expect(of?.prints, args.join(' ')).toContain(schema);
    printed.add(`${of?.name} ${schema}`);
    return (lines ? null : JSON.parse(out)) as T;
  };
  const { pipelineFile } = stage;
  await told('report', ['validate', pipelineFile, ...source, '--json']);
  const rebuilt = ['ledger', 'rebuild', pipelineFile, ...source, '--rate', '200', '--json'];
  await told('ledger-rebuild', rebuilt);
  const synced = await told<{ run: string }>('report', ['sync', pipelineFile, ...source, '--json']);
  stage.write([{ ...bad, id: 'R-new' }, { ...second, comment: '改过' }, ...others.slice(1)]);
  await told('report', ['plan', pipelineFile, ...source, '--json']);
  await told('report', ['verify', 'faults', '--json']);
  await told('status', ['status', '--json']);
  await told('rekey', ['rekey', pipelineFile, ...source, '--json', '--yes']);
  await told('ledger-export', ['ledger', 'export', '--format', 'jsonl'], true);

  // Two pipelines, of which one ends before it has a report.
  const files = ['good', 'bad'].map((name) => {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'rows.csv'), name === 'good' ? 'id\n1\n' : '');
    const file = join(folder, `${name}.ts`);
    writeFileSync(
      file,
      `import { csv, definePipeline } from 'hire-sync';
export default definePipeline({
  name: '${name}', target: 'external_interview', sourceDir: '${name}', source: csv('rows.csv', { columns: ['id'] }),
  key: (row) => row.id, map: () => ({ external_application_id: '1', begin_time: 1709600700000 }),
});`,
    );
    return file;
  });
  const several = await told<{ pipelines: object[] }>('report', ['plan', ...files, '--json']);
  expect(several.pipelines.map((one) => 'rows' in one)).toEqual([true, false]);
  await told('report', ['undo', '--run', synced.run, '--plan', '--json']);
  await told('report', ['undo', '--run', synced.run, '--yes', '--json']);
  await told('runs', ['runs', '--json']);
  await told('runs', ['runs', synced.run, '--json']);
  await told('report', ['runs', synced.run, '--format', 'json']);

  const forgotten = others[0]?.id ?? '';
  await told('forget', ['forget', 'faults', forgotten, '--yes', '--rate', '200', '--json']);
  stage.write([bad, second, ...others]);
  const after = await told<{ rows: object }>('report', ['sync', pipelineFile, ...source, '--json']);
  expect(after.rows).toMatchObject({ read: 6, forgotten: 1 });
  await told('status', ['status', '--json']);
  await told('runs', ['runs', '--json']);
  await told('prune', ['prune', '--json']);

  const application = others[0]?.application ?? '';
  writeFileSync(join(folder, 'ids.txt'), `${application}\n`);
  const list = ['--applications', join(folder, 'ids.txt'), '--out', join(folder, 'all.jsonl')];
  await told('pull', ['pull', 'interviews', ...list, '--json']);
  await told('probe', ['probe', '--application', application, '--yes', '--rate', '200', '--json']);

  const declared = (await commandsFor([])).flatMap(({ name, flags, prints = [] }) => {
    const formats = helpIn(flags.format?.allowed ?? '', 'en');
    if ('json' in flags || /jsonl? /.test(formats)) expect(prints, name).not.toEqual([]);
    return prints.map((schema) => `${name} ${schema}`);
  });
  expect([...printed].sort()).toEqual(declared.sort());
});
