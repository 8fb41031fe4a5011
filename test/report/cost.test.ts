import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { nextLocalTime } from '../../src/cli/local-time.ts';
import { TARGETS } from '../../src/feishu/targets.ts';
import { type Ledger, openLedger } from '../../src/ledger/ledger.ts';
import { costOf } from '../../src/pipeline/cost.ts';
import type { Deps, Job } from '../../src/pipeline/job.ts';
import { DEFAULT_LIMITS } from '../../src/plan/guard.ts';
import { costNotes, deadlineWarning } from '../../src/report/cost.ts';
import { languageOf } from '../../src/report/language.ts';
import { zonedTime } from '../../src/report/times.ts';
import { aFolder, anIntent, aPayload } from '../builders.ts';
import { aCost, at, planOf } from './plan-of.ts';

const job = {
  pipeline: { name: 'legacy-ats', target: TARGETS.external_interview, guards: DEFAULT_LIMITS },
  allowed: [],
} as unknown as Job;
const NOON = Date.parse('2026-11-21T04:00:00Z');

/** A ledger that knows a record of the pipeline, or none: then a first run looks for a lost ledger. */
function aLedger({ knows }: { readonly knows: boolean }): Ledger {
  const ledger = openLedger({ file: join(aFolder(), 'ledger.db'), mode: 'write', now: () => NOON });
  onTestFinished(() => ledger.close());
  ledger.leases.acquire('run-1');
  const intent = anIntent();
  if (knows) ledger.settle(ledger.begin(intent), intent, '1', { outcome: 'done', code: 0, logId: '' });
  return ledger;
}

const costIn = (store: Deps['store'], over: Partial<Deps> = {}, given: Partial<Job> = {}) =>
  costOf({ ...job, ...given }, {
    store,
    ledger: over.ledger ?? aLedger({ knows: true }),
    rate: 9,
    now: () => NOON,
    ...over,
  } as Deps);

describe('what a plan costs', () => {
  it('is a write for each change, a read for 20 updates and one for each application of creates', () => {
    const creates = Array.from({ length: 5 }, (_, i) => ({
      kind: 'create' as const,
      key: `c${i}`,
      origin: at(i),
      payload: aPayload({ external_application_id: String(7 + (i % 2)) }),
    }));
    const updates = Array.from({ length: 21 }, (_, i) => ({
      kind: 'update' as const,
      key: `u${i}`,
      origin: at(i),
      remoteId: '1',
      payload: aPayload(),
      fields: [{ path: 'begin_time', before: 1, after: 2 }],
    }));
    expect(costIn(planOf([...creates, ...updates]), { zone: 'Asia/Shanghai' })).toEqual({
      endpoints: {
        'external_interview.create': 5,
        'external_interview.update': 21,
        'external_interview.batch_query': 4,
      },
      requests: 26,
      ratePerSecond: 9,
      expectedMs: (30 / 9) * 1000,
      tokens: 1,
      endsAt: '2026-11-21T04:00:03.333Z',
      zone: 'Asia/Shanghai',
      deadline: null,
    });
  });

  it('is a read more where an update has to keep what is there, and one for 20 records of a page where all are asked about', () => {
    const update = (onDrift: 'overwrite' | 'keep', over = {}) => {
      const plan = planOf([
        {
          kind: 'update',
          key: 'u',
          origin: at(1),
          remoteId: '1',
          payload: aPayload(),
          fields: [{ path: 'begin_time', before: 1, after: 2 }],
        },
        ...Array.from({ length: 21 }, (_, i) => ({
          kind: 'unchanged' as const,
          key: `k${i}`,
          origin: at(i + 2),
          remoteId: `${i + 2}`,
        })),
      ]);
      const policy = { onDrift, repairDrift: false, recreateMissing: false, ...over };
      return costIn(plan, {}, { policy }).endpoints['external_interview.batch_query'];
    };
    expect([update('overwrite'), update('keep')]).toEqual([1, 2]);
    expect([
      update('overwrite', { repairDrift: true }),
      update('overwrite', { recreateMissing: true }),
    ]).toEqual([2, 3]);
  });

  it('of a first run is a read more for each application of its sample, unless that is not looked at', () => {
    const ledger = aLedger({ knows: false });
    const creates = Array.from({ length: 12 }, (_, i) => ({
      kind: 'create' as const,
      key: `c${i}`,
      origin: at(i),
      payload: aPayload({ external_application_id: String(100 + i) }),
    }));
    const reads = (count: number, given: Partial<Job> = {}) =>
      costIn(planOf(creates.slice(0, count)), { ledger }, given).endpoints['external_interview.batch_query'];
    // Fewer than three creates cannot be the sign of a lost ledger.
    expect([reads(0), reads(2), reads(3), reads(12)]).toEqual([0, 2, 6, 22]);
    expect(reads(12, { allowed: ['existing-content'] })).toBe(12);
  });

  it('is nothing without a change, and a token for every two hours begun', () => {
    expect(costIn(planOf([]))).toMatchObject({ requests: 0, expectedMs: 0, tokens: 0 });
    const one = planOf([{ kind: 'create', key: 'a', origin: at(2), payload: aPayload() }]);
    expect(costIn(one, { rate: 2 / 7_200 }).tokens).toBe(1);
    expect(costIn(one, { rate: 1.99 / 7_200 }).tokens).toBe(2);
  });

  it('warns when it is not done by the deadline', () => {
    const one = planOf([{ kind: 'create', key: 'a', origin: at(2), payload: aPayload() }]);
    const fits = costIn(one, { deadlineMs: NOON + 60_000 });
    expect(deadlineWarning(fits)).toBeNull();
    const late = costIn(one, { deadlineMs: NOON + 60_000, rate: 1 / 330, zone: 'Asia/Shanghai' });
    expect(late.deadline).toEqual({ at: '2026-11-21T04:01:00.000Z', lateMs: 600_000 });
    expect([...costNotes(late)].at(-1)?.en).toBe(
      'Warning: it will not be done by 2026-11-21 12:01 (Asia/Shanghai, UTC+08:00): about 2026-11-21 12:11 (Asia/Shanghai, UTC+08:00) is 10 min too late. Begin earlier, or let it run over several nights (a run that is stopped goes on where it was).',
    );
    expect([...costNotes(late)].at(-1)?.zh).toMatch(/^警告：无法在 2026-11-21 12:01 .*，晚 10 分钟/);
    expect([...costNotes(aCost())].map(({ zh }) => zh).join('')).not.toMatch(/警告/);
  });
});

describe('nextLocalTime', () => {
  const next = (time: string, now: string, zone: string) =>
    new Date(nextLocalTime(time, Date.parse(now), zone)).toISOString();
  it.each([
    ['06:00', '2026-11-21T04:00:00Z', 'Asia/Shanghai', '2026-11-21T22:00:00.000Z'],
    ['06:00', '2026-11-21T21:59:59Z', 'Asia/Shanghai', '2026-11-21T22:00:00.000Z'],
    ['06:00', '2026-11-21T22:00:00Z', 'Asia/Shanghai', '2026-11-22T22:00:00.000Z'],
    // The clocks go forward at 02:00: 02:30 is not there that day.
    ['02:30', '2026-03-08T06:00:00Z', 'America/New_York', '2026-03-08T07:30:00.000Z'],
    // They go back at 02:00, and the night is an hour longer.
    ['06:00', '2026-11-01T02:00:00Z', 'America/New_York', '2026-11-01T11:00:00.000Z'],
  ])('%s after %s in %s is %s', (time, now, zone, expected) => expect(next(time, now, zone)).toBe(expected));
});

it.each([
  ['2026-11-21T04:00:00Z', 'Asia/Shanghai', '2026-11-21 12:00 (Asia/Shanghai, UTC+08:00)'],
  ['2026-11-21T04:00:00Z', 'UTC', '2026-11-21 04:00 (UTC)'],
  ['2026-07-01T16:30:00Z', 'Asia/Kolkata', '2026-07-01 22:00 (Asia/Kolkata, UTC+05:30)'],
  ['2026-01-01T00:00:00Z', 'America/New_York', '2025-12-31 19:00 (America/New_York, UTC-05:00)'],
])('%s in %s is %s', (iso, zone, expected) => expect(zonedTime(iso, zone)).toBe(expected));

it.each([
  ['zh_CN.UTF-8', 'zh'],
  ['zh', 'zh'],
  ['zh-Hans', 'zh'],
  ['C.UTF-8', 'en'],
  ['zha_CN', 'en'],
  [undefined, 'en'],
] as const)('a locale %s means %s', (locale, language) => expect(languageOf(locale)).toBe(language));
