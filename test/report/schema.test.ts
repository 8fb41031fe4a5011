import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { jsonSchemaOf, SCHEMAS, type SchemaName } from '../../src/cli/schemas.ts';
import type { PlanStore } from '../../src/plan/plan-store.ts';
import { jsonReport } from '../../src/report/json.ts';
import type { Report } from '../../src/result/report.ts';
import { ROOT } from '../cli/child.ts';
import { everyKind } from './every-kind.ts';
import { aCost, aFile, aReport, at, modelOf, planOf, theOptions } from './plan-of.ts';
import { sixModels } from './six-models.ts';
import { errorsIn } from './strictly.ts';

const json = (report: Report, store: PlanStore, redact = false) =>
  [...jsonReport(modelOf(report, store), theOptions({ redact }))].join('');

it.each(['plan', 'sync'] as const)('tells every name and type of the report of a %s', (mode) => {
  const store = planOf(everyKind());
  store.addMissing([{ key: 'gone', remoteId: '9' }]);
  store.addOrphan({ file: 'a.csv', line: 3, message: 'no parent', zh: null });
  store.outcomes.note(1, { kind: 'failed', code: 7, message: 'secret', logId: 'log-1' });
  const report = aReport({
    mode,
    cost: aCost({ deadline: { at: '2026-11-21T22:00:00.000Z', lateMs: 5 } }),
    files: [aFile()],
    recovered: { adopted: 1, created: 0, held: 0, open: 0 },
    requests: { 'external_interview.create': { sent: 1, retried: 0, limited: 0 } },
    stopped: { code: 'INTERRUPTED', message: 'x' },
  });
  expect(errorsIn(json(report, store))).toEqual([]);
  expect(errorsIn(json(report, store, true))).toEqual([]);
  expect(errorsIn(json(aReport({ mode }), planOf([])))).toEqual([]);
  expect(json(report, store)).not.toContain('secret');
});

it.each(['validate', 'verify', 'undo-plan', 'undo'] as const)(
  'tells every name and type of the report of %s',
  (mode) => {
    for (const redact of [false, true])
      expect(errorsIn([...jsonReport(sixModels()[mode], theOptions({ redact }))].join(''))).toEqual([]);
  },
);

it('tells of reasons whose data are objects', () => {
  const owner = { pipeline: 'old', key: 'IV-1' };
  const reason = {
    code: 'near-other-pipeline',
    pipeline: 'new',
    remoteId: '1',
    agrees: ['all'],
    owner,
  } as const;
  const store = planOf([{ kind: 'held', key: 'IV-1', origin: at(2), reason }]);
  expect(errorsIn(json(aReport({ mode: 'plan' }), store))).toEqual([]);
});

it('says what is wrong with anything else', () => {
  expect(errorsIn('{"run":1}').length).toBeGreaterThan(10);
  expect(errorsIn(json(aReport(), planOf([])).replace('"mode":"sync"', '"mode":"undo"'))).not.toEqual([]);
});

it.each(Object.keys(SCHEMAS) as SchemaName[])('%s is published with the package', (name) => {
  const file = createRequire(join(ROOT, 'package.json')).resolve(`hire-sync/${name}.schema.json`);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(jsonSchemaOf(name))));
});
