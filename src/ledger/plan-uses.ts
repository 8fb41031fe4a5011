import type { SqliteDatabase } from './database.ts';
import type { Guarded } from './entries.ts';
import type { Fenced } from './fence.ts';

/** Saved plans that were begun, by the SHA-256 of their content: each is carried out once. */
export interface PlanUses {
  find(
    plan: string,
  ): { readonly run: string; readonly state: 'begun' | 'done'; readonly at: number } | undefined;
  /** Before its first write. The run that began it first stays noted. */
  begin(plan: string, pipeline: string, run: string): void;
  /** All of it was carried out. */
  end(plan: string): void;
  /** The same plan was written anew, and has another hash; copies of the old one are known as before. */
  renamed(plan: string, to: string): void;
}

export function createPlanUses(
  database: SqliteDatabase,
  guarded: Guarded,
  { fenced, now }: { fenced: Fenced; now: () => number },
): PlanUses {
  const find = database.prepare('SELECT run, state, at FROM plan_use WHERE plan = ?');
  const begin = database.prepare(`
    INSERT INTO plan_use (plan, pipeline, run, state, at) VALUES (@plan, @pipeline, @run, 'begun', @now)
    ON CONFLICT DO NOTHING`);
  const renamed = database.prepare(`
    INSERT INTO plan_use (plan, pipeline, run, state, at) SELECT @to, pipeline, run, state, at FROM plan_use
    WHERE plan = @plan ON CONFLICT DO NOTHING`);
  const end = database.prepare("UPDATE plan_use SET state = 'done', at = @now WHERE plan = @plan");
  return {
    find: guarded((plan) => find.get(plan) as ReturnType<PlanUses['find']>),
    begin: fenced((plan, pipeline, run) => void begin.run({ plan, pipeline, run, now: now() })),
    renamed: fenced((plan, to) => void renamed.run({ plan, to })),
    end: fenced((plan) => void end.run({ plan, now: now() })),
  };
}
