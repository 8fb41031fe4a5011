import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { FORMATS, isReport, render } from '../../src/report/formats.ts';
import type { Mode } from '../../src/report/report-model.ts';
import { openStoredRun, storeRun } from '../../src/report/stored.ts';
import { aFolder } from '../builders.ts';
import { theOptions } from './plan-of.ts';
import { sixModels } from './six-models.ts';
import { errorsIn } from './strictly.ts';

const MODES: readonly Mode[] = ['plan', 'sync', 'validate', 'verify', 'undo-plan', 'undo'];

it.each(MODES)('what is kept of %s makes the same reports, to the byte', (mode) => {
  const model = sixModels()[mode];
  const file = join(aFolder(), 'changes.db');
  storeRun(file, model);
  const stored = openStoredRun(file);
  try {
    for (const format of FORMATS)
      for (const language of ['zh', 'en'] as const) {
        const made = [...render(format, model, theOptions({ language }))].join('');
        expect([...render(format, stored, theOptions({ language }))].join('')).toBe(made);
        // A newer one may take its place.
        expect(isReport(made.slice(0, 512)), `${format} ${language} ${made.slice(0, 80)}`).toBe(true);
      }
  } finally {
    stored.close();
  }
});

/** A file as an earlier version of hire-sync kept it: taken from a demo run of that version, cut to a few rows of a kind. */
function keptEarlier(name: string): string {
  const file = join(aFolder(), 'changes.db');
  const database = new Database(file);
  database.exec(readFileSync(join(import.meta.dirname, 'kept', `${name}.sql`), 'utf8'));
  database.close();
  return file;
}

// Without words for verdicts; without their examples; an undo.
it.each(['layout-3-sync', 'layout-3-verdicts', 'layout-3-undo'])('%s is rendered', (name) => {
  const stored = openStoredRun(keptEarlier(name));
  try {
    const { run } = stored.result as { run: string };
    for (const format of FORMATS)
      for (const language of ['zh', 'en'] as const) {
        const made = [...render(format, stored, theOptions({ language }))].join('');
        expect(made.replaceAll(/<script.*?<\/script>/gs, ''), format).not.toMatch(/undefined|NaN|\[object/);
        expect(isReport(made.slice(0, 512)), made.slice(0, 80)).toBe(true);
        if (format === 'json') expect(errorsIn(made)).toEqual([]);
        if (format === 'html') expect(made).toContain(run);
      }
  } finally {
    stored.close();
  }
});

it.each(['layout-1-sync', 'layout-2-sync'])('%s says why it is not', (name) => {
  const form = name.split('-')[1];
  expect(() => openStoredRun(keptEarlier(name))).toThrow(
    `kept by an older hire-sync in a form (${form}) that this one (3) no longer reads, so no report can be made of it again. \`hire-sync runs RUN\` without --format tells the totals.`,
  );
});
