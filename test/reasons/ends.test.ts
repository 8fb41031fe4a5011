import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands/resolve.ts';
import { GUARDS } from '../../src/plan/guard.ts';
import type { Reason, ReasonCode } from '../../src/reason.ts';
import { REASON_CODES, wordsOf } from '../../src/report/reason-words.ts';
import { runHere } from '../faults/in-process.ts';
import { HELD } from './held.ts';
import { type Arrange, KEY, type Scene, typed } from './scene.ts';
import { UNDONE } from './undone.ts';

// A code without a story does not compile.
const STORIES: Readonly<Record<ReasonCode, Arrange>> = { ...HELD, ...UNDONE };

/** Each code with each of the ways in which the catalogue says that it ends. */
const WAYS = REASON_CODES.flatMap((code) =>
  wordsOf({ code } as Reason).ends.map((end, place) => ({
    code,
    place,
    way: end.by === 'resolve' ? `resolve --${end.decision}` : end.by,
  })),
);

describe.concurrent('what the catalogue says ends a reason', { timeout: 240_000 }, () => {
  it.for(WAYS)('$code: $way', async ({ code, place }, context) => {
    const scene = await STORIES[code](context);
    const met = await scene.look();
    expect(met?.code).toBe(code);
    if (met === null) return;
    await end(met, place, scene);
    if (wordsOf(met).ends[place]?.by !== 'nothing') expect((await scene.look())?.code).not.toBe(code);
  });
});

async function end(reason: Reason, place: number, scene: Scene): Promise<void> {
  const way = wordsOf(reason).ends[place];
  switch (way?.by) {
    case 'resolve': {
      const { pipelineFile, ledgerFile } = scene.stage;
      const { decision } = way;
      const value = decision === 'adopt' ? await scene.object?.() : true;
      if (value === undefined) throw new Error(`The story of ${reason.code} has no object to adopt.`);
      const [resolve] = commands;
      expect(await resolve?.run({ ledger: ledgerFile, [decision]: value }, pipelineFile, KEY)).toBe(0);
      return;
    }
    case 'command':
      await scene.before?.();
      return typed(way.command(reason), scene);
    case 'event':
      if (scene.happens === undefined) throw new Error(`The story of ${reason.code} has no event.`);
      await scene.happens();
      return;
    case 'nothing': {
      const { exitCode, rows } = await runHere(scene.stage, { allowed: GUARDS });
      expect([exitCode, rows.held, rows.inDoubt]).toEqual([0, 0, 0]);
      return;
    }
    case undefined:
  }
}
