import type { Cost } from '../../src/result/cost.ts';
import type { Report } from '../../src/result/report.ts';

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
    noted: { adopted: 0, recorded: 0, drifted: 0 },
    recovered: null,
    missing: 0,
    orphans: 0,
    files: [],
    eyes: [],
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
    shown: [],
    stopped: null,
    notAttempted: 0,
    ...over,
  };
}

/** What a plan of one create and one update costs; `over` replaces some of it. */
export function aCost(over: Partial<Cost> = {}): Cost {
  return {
    endpoints: {
      'external_interview.create': 1,
      'external_interview.update': 1,
      'external_interview.batch_query': 2,
    },
    requests: 2,
    ratePerSecond: 9,
    expectedMs: 444,
    tokens: 1,
    endsAt: '2026-11-21T00:19:31.000Z',
    zone: 'Asia/Shanghai',
    deadline: null,
    ...over,
  };
}
