import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Quirk, SandboxOptions } from '../../src/sandbox/index.ts';
import { type HereOptions, runHere } from '../faults/in-process.ts';
import { bodyOf, defaultGuards, type Row } from '../faults/rows.ts';
import { aStage, type Cleanup, type Stage } from '../faults/stage.ts';
import { CREATE, objectsIn, TARGET, UPDATE } from '../target.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** What a night must come to. Everything else is unchanged, or was never there. */
export interface Expected {
  readonly created?: number;
  readonly updated?: number;
  readonly adopted?: number;
  readonly held?: number;
  readonly missing?: number;
}

export interface Story {
  readonly stage: Stage;
  /**
   * A sync a day after the last one, in this process over sockets, and a rerun two minutes later that sends no write; and
   * no request at all unless something is held. Exit 0 without holds, else 3.
   */
  night(rows: readonly Row[], expected: Expected, options?: HereOptions): Promise<void>;
  /** Every row owns an object of its own, which holds what the row says. */
  expectRight(rows: readonly Row[]): void;
  /** Objects that somebody made in Feishu. */
  typeInFeishu(rows: readonly Row[]): void;
  objects(): number;
}

/** A tenant and a pipeline with the guards as they are for every user. */
export async function aStory(
  context: Cleanup,
  { quirks = [], ...sandbox }: SandboxOptions & { readonly quirks?: readonly Quirk[] } = {},
): Promise<Story> {
  const stage = await aStage(context, { rows: [], sandbox: { ...sandbox, quirks } });
  writeFileSync(stage.pipelineFile, defaultGuards(readFileSync(stage.pipelineFile, 'utf8')));
  let passedMs = 0;
  const later = (ms: number): void => {
    passedMs += ms;
    stage.sandbox.clock.advance(ms);
  };
  const run = (options: HereOptions) => {
    const shiftMs = passedMs;
    return runHere(stage, { now: () => Date.now() + shiftMs, ...options });
  };
  const writes = (): number => stage.arrivals(CREATE).length + stage.arrivals(UPDATE).length;

  return {
    stage,
    async night(rows, expected, options = {}) {
      const { created = 0, updated = 0, adopted = 0, held = 0, missing = 0 } = expected;
      stage.write(rows);
      if (passedMs > 0) later(DAY_MS);
      const report = await run(options);
      expect([report.stopped, report.exitCode, report.rows]).toMatchObject([
        null,
        held === 0 ? 0 : 3,
        { created, updated, held, rejected: 0, failed: 0, inDoubt: 0 },
      ]);
      expect([report.noted.adopted, report.missing]).toEqual([adopted, missing]);

      later(2 * MINUTE_MS);
      const [sent, asked] = [writes(), stage.sandbox.arrivals().length];
      const again = await run({});
      expect([again.stopped, again.exitCode, again.rows]).toMatchObject([
        null,
        report.exitCode,
        { created: 0, updated: 0, held, unchanged: rows.length - held },
      ]);
      expect(writes()).toBe(sent);
      if (held === 0) expect(stage.sandbox.arrivals()).toHaveLength(asked);
    },
    expectRight(rows) {
      const entries = stage.entries();
      const objects = new Map(objectsIn(stage.sandbox).map(({ id, body }) => [id, body]));
      const ids = rows.map(({ id }) => entries.get(id)?.remote_id ?? '');
      expect(ids.map((id) => objects.get(id))).toEqual(rows.map(bodyOf));
      expect(new Set(ids).size).toBe(rows.length);
    },
    typeInFeishu(rows) {
      const bodies = rows.map(bodyOf);
      stage.sandbox.seed(
        TARGET === 'external_interview' ? { interviews: bodies } : ({ backgroundChecks: bodies } as never),
      );
    },
    objects: () => objectsIn(stage.sandbox).length,
  };
}

/** The same verdict and words a second time would be a chance; these are one person's, at length. */
export const AT_LENGTH = '基础扎实，表达清楚，项目经历与岗位匹配，建议进入下一轮。';

/** Rows of an application each, one a day. */
export function rowsOf(count: number, over: (n: number) => Partial<Row> = () => ({})): Row[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `R-${String(n + 1).padStart(3, '0')}`,
    application: `69606632409${String(3e7 + n).padStart(8, '0')}`,
    interviewer: n % 2 === 0 ? '王强' : '李娜',
    verdict: '通过',
    comment: `${AT_LENGTH}第 ${n + 1} 位`,
    beginMs: 1_709_600_700_000 + n * 3_600_000,
    ...over(n),
  }));
}
