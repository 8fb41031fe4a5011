import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.ts';
import { DEFAULT_POLICY } from '../../src/plan/three-way.ts';
import { SANDBOX_APP } from '../../src/sandbox/index.ts';
import { openPlace } from '../cli/place.ts';
import type { HereOptions } from '../faults/in-process.ts';
import { bodyOf, otherwise, someRows } from '../faults/rows.ts';
import { ANOTHER_MAPPING, mixedNight, PIPELINE_TEXT, type Scene, sceneOf, touchByte } from './scene.ts';

/** What each case changes is put back before the next one. */
const MOVABLE = ['export', 'pipeline.ts', '.hire-sync', 'night.plan'];

describe('eight ways to make a saved plan stale: each is refused by name, and nothing is written', () => {
  let scene: Scene;
  let file: string;
  const at = (name: string): string => join(scene.folder, name);
  beforeAll(async () => {
    scene = sceneOf(await openPlace({ apps: [SANDBOX_APP] }));
    await mixedNight(scene);
    file = at('night.plan');
    await scene.here({ planOnly: true, out: file });
    mkdirSync(at('kept'));
    for (const name of MOVABLE) cpSync(at(name), join(at('kept'), name), { recursive: true });
  });
  afterAll(() => scene.close());

  /** Why the plan is not carried out; `null` when it is. */
  const refusal = async (options: HereOptions = {}): Promise<string | null> => {
    const before = scene.writes().length;
    try {
      await scene.here({ ...options, saved: file });
      return null;
    } catch (error) {
      expect(error).toMatchObject({ code: 'PLAN_STALE' });
      expect(scene.writes().length).toBe(before);
      const [, why] =
        /^The plan .*night\.plan is not carried out: (.*) Nothing was sent\./.exec(
          (error as Error).message,
        ) ?? [];
      return why ?? (error as Error).message;
    }
  };
  const hold = (): void => {
    const ledger = openLedger({ file: scene.ledgerFile, mode: 'write', now: Date.now });
    ledger.leases.acquire('by hand');
    ledger.doubts.hold('scene', 'R-002', { code: 'missing-in-feishu', remoteId: '1' });
    ledger.leases.release('by hand');
    ledger.close();
  };

  it.for<[what: string, move: () => unknown, why: string, options?: HereOptions]>([
    [
      'one byte of the source',
      () => touchByte(at('export/interviews.csv'), '第 9 轮', '第 8 轮'),
      'interviews.csv has changed.',
    ],
    [
      'a lookup',
      () => touchByte(at('export/applications.csv'), '\n', '\n\n'),
      'applications.csv has changed.',
    ],
    [
      'the mapping',
      () => writeFileSync(at('pipeline.ts'), PIPELINE_TEXT.replace(...ANOTHER_MAPPING)),
      "the pipeline's code has changed.",
    ],
    [
      'a setting',
      () => {},
      'the setting onDrift: it was "overwrite" and is "keep" now.',
      { drift: { ...DEFAULT_POLICY, onDrift: 'keep' } },
    ],
    ['the ledger', hold, "the ledger's entry of R-002 has changed."],
    ['a hand edit', () => touchByte(file, '改过', '改坏'), 'it was edited, or cut off, after it was made.'],
  ])('%s', async ([, move, why, options]) => {
    await move();
    expect(await refusal(options)).toBe(why);
    for (const name of MOVABLE) {
      rmSync(at(name), { recursive: true, force: true });
      cpSync(join(at('kept'), name), at(name), { recursive: true });
    }
  });

  it('Feishu', async () => {
    const [row] = someRows(1);
    await scene.edit('R-001', { ...bodyOf(row!), ...otherwise() });
    expect(await refusal()).toBe('Feishu: R-001 has changed.');
    await scene.edit('R-001', bodyOf(row!));
  });

  it('a second apply, after the first one, for which nothing has moved any more', async () => {
    expect(await refusal()).toBe(null);
    expect(await refusal()).toMatch(/^it was carried out already, by run \S+ at [\d-]+ [\d:]+ \S+\.$/);
  });
});
