import { onTestFinished } from 'vitest';
import { TARGETS } from '../../src/feishu/targets.ts';
import type { Change, FileCount, RejectMark } from '../../src/model.ts';
import { openPlanStore, type PlanStore } from '../../src/plan/plan-store.ts';
import { type Changes, modelOfRun } from '../../src/report/models.ts';
import type { Described, RenderOptions, ReportModel } from '../../src/report/report-model.ts';
import type { Report } from '../../src/result/report.ts';

export { aCost, aReport } from './numbers.ts';

type Entry = Change | { readonly change: Change; readonly original: object; readonly rejected?: RejectMark };

/** A plan on disk that holds these changes; a rejected row may bring its own cells. */
export function planOf(entries: readonly Entry[]): PlanStore {
  const store = openPlanStore();
  onTestFinished(() => store.close());
  store.batch(() => {
    for (const entry of entries) {
      if ('change' in entry)
        store.add(
          entry.change,
          JSON.stringify({ values: entry.original, children: [], rejected: entry.rejected }),
          '',
        );
      else store.add(entry, null, '');
    }
  });
  return store;
}

export const at = (line: number) => ({ file: 'interviews.csv', line });

/** What became of one file; `over` replaces some of it. */
export function aFile(over: Partial<FileCount> = {}): FileCount {
  return {
    file: 'interviews.csv',
    bytes: 1,
    sha256: '',
    encoding: 'utf-8',
    delimiter: ',',
    finalNewline: true,
    rows: 1,
    blank: 0,
    ignored: 0,
    normalised: 0,
    emptied: 0,
    marks: 0,
    controls: 0,
    orphaned: 0,
    unnamed: 0,
    role: 'source',
    ...over,
  };
}

/** What a report follows: English, nothing left out, nothing cut short; `over` replaces some. */
export function theOptions(over: Partial<RenderOptions> = {}): RenderOptions {
  return { language: 'en', redact: false, limit: 0, ...over };
}

/** What the reports of a run about interviews are made from. */
export function modelOf(
  report: Report,
  store: Changes,
  target: Described = TARGETS.external_interview,
): ReportModel {
  return modelOfRun(report, store, target);
}
