import { onTestFinished } from 'vitest';
import type { Change, FileCount } from '../../src/model.ts';
import { openPlanStore, type PlanStore } from '../../src/plan/plan-store.ts';
import type { Report } from '../../src/report/report.ts';

type Entry = Change | { readonly change: Change; readonly original: object };

/** A plan on disk that holds these changes; a rejected row may bring its own cells. */
export function planOf(entries: readonly Entry[]): PlanStore {
  const store = openPlanStore();
  onTestFinished(() => store.close());
  store.batch(() => {
    for (const entry of entries) {
      if ('change' in entry)
        store.add(entry.change, JSON.stringify({ values: entry.original, children: [] }), '');
      else store.add(entry, null, '');
    }
  });
  return store;
}

/** The numbers of a run; `over` replaces some. */
export function aReport(over: Partial<Report> = {}): Report {
  return {
    run: '20261121-001930-3f9a2c',
    pipeline: 'legacy-ats',
    mode: 'sync',
    exitCode: 0,
    rows: {
      read: 3,
      created: 1,
      updated: 1,
      unchanged: 1,
      skipped: 0,
      rejected: 0,
      held: 0,
      failed: 0,
      inDoubt: 0,
    },
    recovered: null,
    noted: { adopted: 0, recorded: 0, drifted: 0 },
    missing: 0,
    orphans: 0,
    files: [],
    byFile: [],
    newest: null,
    newestKey: null,
    retried: 0,
    allowed: [],
    requests: {},
    maxWritesPer1000ms: 9,
    startedAt: '2026-11-21T00:19:30.000Z',
    durationMs: 1234,
    cost: null,
    canary: null,
    stopped: null,
    notAttempted: 0,
    ...over,
  };
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
    marks: 0,
    orphaned: 0,
    ...over,
  };
}
