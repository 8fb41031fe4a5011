import { describe, expect, it } from 'vitest';
import { tableOf } from '../../src/cli/probe-table.ts';
import { HireSyncError } from '../../src/errors.ts';
import { watchHeaders } from '../../src/probe/burst.ts';
import { findingsSchema } from '../../src/probe/findings.ts';
import { probe } from '../../src/probe/probe.ts';
import { ENDPOINT_NAMES, type SandboxOptions } from '../../src/sandbox/index.ts';
import { APPLICATION, aSandbox, aWorld, found, probed } from './world.ts';

describe('a probe of each configuration of the sandbox reports that configuration', () => {
  const same = { answer: 'same-id' };
  const error = (code: number) => ({ answer: 'error', status: 400, code });
  const rows: readonly (readonly [SandboxOptions, object])[] = [
    [
      {},
      {
        repeat: { sameBody: same, otherBody: { ...same, content: 'first' } },
        assessmentIds: 'renewed',
        content: { accepted: 131_072, beyond: { fate: 'not-met' }, countedIn: null },
        deletedId: { status: 400, code: 1002002 },
        badToken: { status: 400, code: 99991663 },
        limited: null,
      },
    ],
    [{ repeat: 'refuses' }, { repeat: { sameBody: error(1002002), otherBody: error(1002002) } }],
    [
      { repeat: 'refuses', repeatCode: 1160008 },
      { repeat: { sameBody: error(1160008), otherBody: error(1160008) } },
    ],
    [{ repeat: 'creates' }, { repeat: { sameBody: { answer: 'new-id' }, otherBody: { answer: 'new-id' } } }],
    [{ repeatOtherBody: 'refuses' }, { repeat: { sameBody: same, otherBody: error(1002002) } }],
    [
      { repeatOtherBody: 'replaces' },
      { repeat: { sameBody: same, otherBody: { ...same, content: 'second' } }, assessmentIds: 'renewed' },
    ],
    [{ repeatOtherBody: 'replaces', assessmentIds: 'keep' }, { assessmentIds: 'kept' }],
    [{ assessmentIds: 'keep' }, { assessmentIds: 'kept' }],
    [{ unknownIdCode: 1002801 }, { deletedId: { status: 400, code: 1002801 } }],
    [{ tokenErrorStatus: 200 }, { badToken: { status: 200, code: 99991663 } }],
    [
      { tokenErrorStatus: 401, latency: { meanMs: 2, jitter: 1 } },
      { badToken: { status: 401, code: 99991663 } },
    ],
    [
      { contentLimit: { characters: 2_000, over: 'refuses' } },
      {
        content: {
          accepted: 2_000,
          beyond: { fate: 'refused', status: 400, code: 1002002 },
          countedIn: 'characters',
        },
      },
    ],
    [
      { contentLimit: { characters: 517, over: 'truncates' } },
      { content: { accepted: 517, beyond: { fate: 'truncated' }, countedIn: 'characters' } },
    ],
  ];

  it.each(rows)('%j', async (options, expected) => {
    const sandbox = aSandbox(options);
    const findings = await found(sandbox);
    expect(findings).toMatchObject(expected);
    expect(findingsSchema.parse(JSON.parse(JSON.stringify(findings)))).toEqual(findings);
    expect(sandbox.interviews()).toEqual([]);
    expect(tableOf(findings).every(([what, answer]) => what.en !== '' && answer.en !== '')).toBe(true);
  });

  it.each([0, 60, 150])('readLagMs: %i', async (readLagMs) => {
    const { readLag } = await found(aSandbox({ readLagMs }));
    for (const { moreThanMs, atMostMs } of [readLag.create, readLag.update]) {
      // Both bounds hold however slow the machine is; the sandbox's clock has whole ms.
      expect(moreThanMs).toBeLessThanOrEqual(readLagMs + 2);
      expect(atMostMs).toBeGreaterThanOrEqual(readLagMs - 2);
    }
  });

  it('readLagMs beyond all patience', async () => {
    const { readLag } = await found(aSandbox({ readLagMs: 3_600_000 }), { lagCapMs: 30 });
    expect(readLag.create.atMostMs).toBeNull();
    expect(readLag.update.atMostMs).toBeNull();
  });

  const limits = Object.fromEntries(ENDPOINT_NAMES.map((name) => [name, null]));
  it.each([
    [429, 'seconds', { 'x-ogw-ratelimit-limit': '10', 'x-ogw-ratelimit-reset': '1' }],
    [
      400,
      'fractional',
      {
        'x-ogw-ratelimit-limit': '10',
        'x-ogw-ratelimit-reset': expect.stringMatching(/^0\.\d{3}$|^1\.000$/),
      },
    ],
    [200, 'absent', { 'x-ogw-ratelimit-limit': '10' }],
  ] as const)('limitedStatus %i, limitedReset %s', async (limitedStatus, limitedReset, headers) => {
    const sandbox = aSandbox({
      limits: { ...limits, 'external_interview.batch_query': 10 },
      limitedStatus,
      limitedReset,
    });
    const { limited } = await found(sandbox, { burst: watchHeaders() });
    expect(limited).toMatchObject({ sent: 12, answer: { status: limitedStatus, code: 99991400, headers } });
    expect(limited?.limited).toBeGreaterThan(0);
  });

  it('no limit', async () => {
    const { limited } = await found(aSandbox(), { burst: watchHeaders() });
    expect(limited).toMatchObject({ sent: 12, limited: 0, answer: null });
  });
});

describe('a probe takes away what it made', () => {
  const somebodys = {
    external_application_id: APPLICATION,
    interview_assessments: [{ username: '王强', content: 'hire-sync probe' }],
  };

  it('and nothing else', async () => {
    const sandbox = aSandbox();
    const { interviews } = sandbox.seed({ interviews: [somebodys] });
    await found(sandbox);
    expect(sandbox.interviews().map(({ id }) => id)).toEqual(interviews);
  });

  it('also what an earlier one that was killed has left', async () => {
    const sandbox = aSandbox();
    const left = { username: 'hire-sync probe', content: 'hire-sync probe: first text' };
    sandbox.seed({ interviews: [somebodys, { ...somebodys, interview_assessments: [left] }] });
    expect(await probed(sandbox)).toMatchObject({ earlier: 1, left: [], error: null });
    expect(sandbox.interviews()).toHaveLength(1);
  });

  it('after an error', async () => {
    const sandbox = aSandbox({
      faults: [{ match: { endpoint: 'external_interview.update', nth: 3 }, fault: { kind: 'permission' } }],
    });
    const { findings, left, error } = await probed(sandbox);
    expect(findings).toBeNull();
    expect(HireSyncError.is(error) && error.code).toBe('FEISHU_REFUSES_APP');
    expect(left).toEqual([]);
    expect(sandbox.interviews()).toEqual([]);
  });

  it('when it is stopped', async () => {
    const sandbox = aSandbox();
    const steps: string[] = [];
    const world = aWorld(sandbox, {
      onStep: (what) => {
        steps.push(what);
        if (what.startsWith('updating')) world.halt.abort(new HireSyncError('INTERRUPTED', 'Interrupted.'));
      },
    });
    const { findings, left, error } = await probe(world.input);
    expect([findings, left]).toEqual([null, []]);
    expect(HireSyncError.is(error) && error.code).toBe('INTERRUPTED');
    expect(sandbox.interviews()).toEqual([]);
  });

  it('when a create is carried out and its answer is lost', async () => {
    const sandbox = aSandbox({
      faults: [{ match: { endpoint: 'external_interview.create', nth: 1 }, fault: { kind: 'reset-after' } }],
    });
    const { error, left } = await probed(sandbox);
    expect(HireSyncError.is(error) && error.code).toBe('PROBE_FAILED');
    expect(left).toEqual([]);
    expect(sandbox.interviews()).toEqual([]);
  });

  it.each([1, 2, 3])('also where reads lag behind the create that was lost (the %i.)', async (nth) => {
    const sandbox = aSandbox({
      readLagMs: 250,
      repeat: 'creates',
      faults: [{ match: { endpoint: 'external_interview.create', nth }, fault: { kind: 'reset-after' } }],
    });
    const { left } = await probed(sandbox, { tidyWaitsMs: [100, 300] });
    expect(left).toEqual([]);
    expect(sandbox.interviews()).toEqual([]);
  });

  it('and says so where it cannot see what a lost create made', async () => {
    const sandbox = aSandbox({
      readLagMs: 3_600_000,
      faults: [{ match: { endpoint: 'external_interview.create', nth: 1 }, fault: { kind: 'reset-after' } }],
    });
    const { left } = await probed(sandbox, { tidyWaitsMs: [1] });
    expect(left).toEqual([{ id: null, why: expect.stringContaining('was not to be seen') }]);
  });

  it('and names what it could not delete', async () => {
    const sandbox = aSandbox({
      repeat: 'creates',
      faults: [
        {
          match: { endpoint: 'external_interview.delete', nth: 3 },
          fault: { kind: 'error', status: 400, code: 1002002, msg: 'no' },
        },
      ],
    });
    const { left, findings } = await probed(sandbox);
    expect(findings).not.toBeNull();
    expect(left).toEqual([{ id: sandbox.interviews()[0]?.id, why: expect.stringContaining('code 1002002') }]);
  });
});
