/**
 * Fills a ledger as if every create of a pipeline had been sent: `node fill-ledger.ts PIPELINE SOURCE LEDGER [BUILD]`.
 * Writing a million interviews through Feishu takes 28 hours; here the plan is real, the entries come by SQL from it, and
 * the marks are kept by the code that keeps them after a sync. BUILD is the folder whose `src`, or
 * `dist` where that is all there is, does all that; default: this project.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type * as Self from '../../src/index.ts';
import type * as Planning from '../../src/pipeline/planning.ts';
import type * as SkipUnchanged from '../../src/pipeline/skip-unchanged.ts';

const [file = '', folder = '', ledgerFile = '', build = join(import.meta.dirname, '../..')] =
  process.argv.slice(2);
const hasSource = existsSync(join(build, 'src'));
const built = (name: string) => import(join(build, hasSource ? `src/${name}.ts` : `dist/${name}.js`));
const self: typeof Self = await built('index');
const { planJob }: typeof Planning = await built('pipeline/planning');
const { keepMarks }: typeof SkipUnchanged = await built('pipeline/skip-unchanged');
const { version } = JSON.parse(readFileSync(join(build, 'package.json'), 'utf8')) as { version: string };
const { pipeline, sha256 } = await self.loadPipeline(file, self);
const ledger = self.openLedger({ file: ledgerFile, mode: 'write', now: Date.now });
// Only who holds the lease may write.
ledger.leases.acquire('bench');
const store = self.openPlanStore();
const job = { run: 'bench', pipeline, folder, allowed: [], identity: { sha256, version } };
// Only the signal that stops a run is asked of the writer while a plan is made.
const writer = { stopping: new AbortController().signal } as unknown as Self.Writer;
const plan = await planJob(job, { ledger, store, writer, rate: 9, now: Date.now });
const database = new Database(ledgerFile);
database.pragma('synchronous = OFF');
const insert = database.prepare(`
  INSERT INTO entry (pipeline, key, target, external_id, remote_id, state, applied_fingerprint, applied_payload,
                     first_attempt_at, last_attempt_at, settled_at, first_run, last_run)
  VALUES (@pipeline, @key, 'external_interview', @pipeline || ':' || @key, @remoteId, 'settled', @fingerprint, @json, 0, 0, 0,
          'bench', 'bench')`);
let filled = 0;
database.transaction(() => {
  for (const { change } of self.eachChange(store, ['create'])) {
    if (change.kind !== 'create') continue;
    filled++;
    insert.run({
      pipeline: pipeline.name,
      key: change.key,
      remoteId: String(7e15 + filled),
      ...change.payload,
    });
  }
})();
database.close();
keepMarks({ pipeline }, { ledger, store }, plan.context);
store.close();
ledger.leases.release('bench');
ledger.close();
process.stdout.write(`${JSON.stringify({ read: plan.read, filled, context: plan.context !== null })}\n`);
