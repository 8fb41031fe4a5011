import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../cli/child.ts';
import { aPlace } from '../cli/place.ts';
import { aSource } from './shared-data.ts';

const PIPELINE = join(ROOT, 'pipelines/background-checks.ts');
const FIXTURES = ['applications.csv', 'background-checks.csv'].map((name) =>
  join(ROOT, 'fixtures/background-checks', name),
);

it('brings the bundled background checks, then nothing, then one change; a report in another order is none', async () => {
  const place = await aPlace();
  const attachments = ['0', '1', '2', '3'].map((n) => ({
    id: `698795404392543262${n}`,
    name: 'a.pdf',
    size: 1,
  }));
  place.sandbox.seed({ attachments });
  const source = aSource(place.folder, FIXTURES, {});
  const sync = () => place.sync(PIPELINE, '--source', source);

  const first = await sync();
  expect(first.report).toMatchObject({ exitCode: 0, rows: { read: 5, created: 4, skipped: 1 } });
  expect(first.report?.requests).toHaveProperty(['external_background_check.create', 'sent'], 4);
  const bodies = new Map(place.sandbox.backgroundChecks().map(({ externalId, body }) => [externalId, body]));
  expect(bodies.size).toBe(4);
  expect(bodies.get('background-checks:BD0001002')).toEqual({
    external_application_id: '7435500000915106069',
    date: Date.UTC(2024, 2, 21, 16),
    name: '诚查 BD0001002',
    result: '低风险\n前一家公司离职日期相差 12 天；证明人确认为笔误。',
    attachment_id_list: ['6987954043925432621', '6987954043925432622'],
  });
  expect(bodies.get('background-checks:BD0001003')).not.toHaveProperty('attachment_id_list');
  expect(place.sandbox.interviews()).toEqual([]);

  const file = join(source, 'background-checks.csv');
  const turned = readFileSync(file, 'utf8').replace(/(\d{19});(\d{19})/, '$2;$1');
  writeFileSync(file, turned);
  expect((await sync()).report).toMatchObject({ exitCode: 0, rows: { unchanged: 4, updated: 0 } });

  writeFileSync(file, turned.replace('高风险', '中风险'));
  const last = await sync();
  expect(last.report).toMatchObject({ exitCode: 0, rows: { unchanged: 3, updated: 1 } });
  expect(place.sandbox.state().writes).toEqual({
    'external_background_check.create': 4,
    'external_background_check.update': 1,
  });
  const exported = await place.run(['ledger', 'export', '--ledger', place.ledgerFile]);
  expect(exported.stdout).toMatch(/^background-checks,BD0001001,external_background_check,/m);
});
