import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import type { PlanStore } from '../../src/plan/plan-store.ts';
import { jsonReport } from '../../src/report/json.ts';
import { reportJsonSchema } from '../../src/report/schema.ts';
import type { Report } from '../../src/result/report.ts';
import { ROOT } from '../cli/child.ts';
import { everyKind } from './every-kind.ts';
import { aCost, aFile, aReport, at, modelOf, planOf, theOptions } from './plan-of.ts';
import { sixModels } from './six-models.ts';

/** The schema with no room for names it does not tell: what it leaves out would be undocumented. */
const strict = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, strict(value)]));
  // Where it says itself what else there may be (the data of a reason's code), that stands.
  return 'properties' in inner ? { additionalProperties: false, ...inner } : inner;
};

const validate = new Ajv2020({ allErrors: true, strict: false, formats: { 'date-time': true } }).compile(
  strict(reportJsonSchema()) as object,
);
const errorsIn = (text: string) => {
  validate(JSON.parse(text));
  return validate.errors ?? [];
};
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

it('is published with the package', () => {
  const file = createRequire(join(ROOT, 'package.json')).resolve('hire-sync/report.schema.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(reportJsonSchema())));
});
