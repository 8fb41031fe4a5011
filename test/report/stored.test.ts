import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FORMATS, isReport, render } from '../../src/report/formats.ts';
import type { Mode } from '../../src/report/report-model.ts';
import { openStoredRun, storeRun } from '../../src/report/stored.ts';
import { aFolder } from '../builders.ts';
import { theOptions } from './plan-of.ts';
import { sixModels } from './six-models.ts';

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
