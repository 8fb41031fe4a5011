import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bodyOf, type Row } from '../faults/rows.ts';
import { aStage, type Stage } from '../faults/stage.ts';
import { CREATE, objectsIn, UPDATE } from '../target.ts';
import { rowsApart, TEXT, TEXT_FIELD } from './tenant.ts';

const heldOf = (stage: Stage, key: string) => {
  const id = stage.entries().get(key)?.remote_id;
  return objectsIn(stage.sandbox).find((object) => object.id === id)?.body;
};

/** The same as a user meets it: processes of their own, and what they print. */
describe('over processes', { timeout: 600_000 }, () => {
  it('text that Feishu cuts is told once, and ends with 3 until the pipeline accepts it', async (context) => {
    const rows = rowsApart(3, (n) => ({ comment: '长'.repeat(600 + n) }));
    const quirks = [{ keep: [{ kind: 'cut', characters: 500, fields: [TEXT_FIELD] }] }] as const;
    const stage = await aStage(context, { rows, sandbox: { quirks } });
    const ran = await stage.sync('--report', 'night.txt');
    expect([ran.exitCode, ran.report?.rows.created, ran.stderr]).toEqual([3, 3, expect.any(String)]);
    expect(ran.report?.shown).toEqual([
      expect.objectContaining({ kind: 'cut', path: TEXT, records: 3, length: 500, lost: 'open' }),
    ]);
    const told = readFileSync(join(dirname(stage.pipelineFile), 'night.txt'), 'utf8');
    expect(told).toMatch(/Feishu stores .* cut to 500 characters: 3 records, longest 60\d\./);
    const accepts = `accepts: { cut: ['${TEXT}'] },\n  name: 'faults',`;
    const text = readFileSync(stage.pipelineFile, 'utf8');
    expect(told).toContain(accepts.split(',\n')[0]);
    writeFileSync(stage.pipelineFile, text.replace("name: 'faults',", accepts));
    stage.write(rowsApart(4, (n) => ({ comment: '长'.repeat(600 + n) })));
    expect((await stage.sync()).exitCode).toBe(0);
  });

  it('a create refused after the commit, corrected since: Feishu ends with the correction', async (context) => {
    const rows = rowsApart(3);
    const refused = { kind: 'error', status: 400, code: 1002002, committed: true } as const;
    const faults = [{ match: { endpoint: CREATE, key: 'R-002' }, fault: refused, times: 1 }];
    // Two reads that show nothing: the row is called rejected, and the next night does not see the object either.
    const hidden = { read: { kind: 'nothing' }, match: { by: 'list' } } as const;
    const stage = await aStage(context, { rows, sandbox: { faults, quirks: [hidden] } });
    expect(await stage.sync()).toMatchObject({ exitCode: 3, report: { rows: { created: 2, rejected: 1 } } });
    const corrected = rows.map((row): Row => (row.id === 'R-002' ? { ...row, verdict: '通过' } : row));
    stage.write(corrected);
    expect(await stage.sync()).toMatchObject({ exitCode: 0, report: { rows: { created: 1 } } });
    expect(corrected.map(({ id }) => heldOf(stage, id))).toEqual(corrected.map(bodyOf));
    expect(objectsIn(stage.sandbox)).toHaveLength(3);
  });

  it("a PUT answered with another record's object: never a crash, and each keeps its own", async (context) => {
    const rows = rowsApart(3);
    const quirks = [
      { match: { endpoint: UPDATE }, times: 1, answer: { with: 'other-application' } },
    ] as const;
    const stage = await aStage(context, { rows, sandbox: { quirks } });
    expect((await stage.sync()).exitCode).toBe(0);
    const ids = [...stage.entries().values()].map(({ remote_id }) => remote_id);
    const changed = rows.map((row): Row => ({ ...row, comment: '改过' }));
    stage.write(changed);
    const ran = await stage.sync('--allow', 'changed');
    expect([ran.exitCode, ran.stderr.includes('internal error')]).toEqual([0, false]);
    expect([...stage.entries().values()].map(({ remote_id }) => remote_id)).toEqual(ids);
    expect(changed.map(({ id }) => heldOf(stage, id))).toEqual(changed.map(bodyOf));
  });

  it('a field that the app may not see stops `keep` with its name and the permission', async (context) => {
    const rows = rowsApart(4);
    const stage = await aStage(context, { rows });
    expect((await stage.sync()).exitCode).toBe(0);
    stage.sandbox.setQuirks([{ show: [{ kind: 'mask', fields: [TEXT] }] }]);
    stage.write(rows.map((row): Row => (row.id === 'R-001' ? { ...row, verdict: '通过' } : row)));
    const ran = await stage.sync('--on-drift', 'keep');
    expect(ran.exitCode).toBe(4);
    expect(ran.report?.stopped?.message).toMatch(/hire:external_application.*--on-drift overwrite/s);
    expect(stage.arrivals(UPDATE)).toHaveLength(0);
    expect((await stage.sync('--on-drift', 'overwrite')).exitCode).toBe(0);
    expect(stage.arrivals(UPDATE).length).toBeGreaterThan(0);
  });
});
