/**
 * Writes and reads a saved plan of many changes in a small heap: `npm run bench:plan [-- --changes 1000000 --heap 64]`.
 * Each part is a process of its own whose heap (MB) does not grow with the plan: it dies if memory is not bounded.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { writePlanText } from '../../src/cli/saved-plan.ts';
import { TARGETS } from '../../src/feishu/targets.ts';
import type { Change } from '../../src/model.ts';
import { openSavedPlan, planLines } from '../../src/pipeline/plan-file.ts';
import { fingerprintOf } from '../../src/plan/canonical.ts';
import { openPlanStore, type PlanStore } from '../../src/plan/plan-store.ts';

const { values } = parseArgs({
  options: {
    changes: { type: 'string', default: '1000000' },
    heap: { type: 'string', default: '64' },
    part: { type: 'string' },
    file: { type: 'string', default: '' },
  },
});
const changes = Number(values.changes);

/** Two creates and an update of every four rows, with a note as long as they are. */
function changeAt(i: number): Change {
  const key = `MS${String(i).padStart(8, '0')}`;
  const origin = { file: 'interviews.csv', line: i + 2 };
  const content = `第 ${i} 条：${'沟通清楚，思路完整；'.repeat(12)}`;
  const json = JSON.stringify({
    external_application_id: String(6_960_663_240_900_000_000n + BigInt(i)),
    begin_time: 1_709_600_700_000 + i,
    interview_assessments: [{ username: '王强', conclusion: 2, content }],
  });
  const payload = { json, fingerprint: fingerprintOf(json) };
  if (i % 4 < 2) return { kind: 'create', key, origin, payload };
  if (i % 4 === 3) return { kind: 'unchanged', key, origin, remoteId: String(i) };
  const fields = [{ path: 'interview_assessments[0].content', before: '旧', after: content }];
  return { kind: 'update', key, origin, remoteId: String(i), payload, fields };
}

function fill(store: PlanStore): void {
  for (let from = 0; from < changes; from += 500)
    store.batch(() => {
      for (let i = from; i < Math.min(from + 500, changes); i++)
        store.add(changeAt(i), JSON.stringify({ values: { id: String(i) }, children: [] }), '');
    });
}

async function measured(what: string, work: () => void | Promise<void>): Promise<void> {
  const startedAt = performance.now();
  await work();
  const seconds = (performance.now() - startedAt) / 1000;
  const rate = Math.round(changes / seconds).toLocaleString('en');
  const rssMb = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(`${what}: ${seconds.toFixed(1)} s, ${rate} rows/s, ${rssMb} MB at most\n`);
}

async function part(name: string): Promise<void> {
  const store = openPlanStore();
  if (name === 'write') {
    fill(store);
    const made = { bound: {}, report: {} } as Parameters<typeof planLines>[0];
    await measured('written', () =>
      writePlanText(
        { flag: '--out', path: values.file, isOurs: () => true },
        planLines(made, store, () => null),
      ),
    );
  } else {
    let written = 0;
    await measured('read, checked twice and loaded', async () => {
      const plan = await openSavedPlan(values.file);
      const note = () => void written++;
      await plan.load(store, TARGETS.external_interview, note, () => false);
    });
    const counts = [store.count('create'), store.count('update'), written].join(' ');
    const of = (kind: number) => Math.floor((changes + 3 - kind) / 4);
    const expected = [of(0) + of(1), of(2), of(0) + of(1) + of(2)].join(' ');
    if (counts !== expected) throw new Error(`${counts} changes were read, ${expected} written`);
  }
  store.close();
}

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'hire-sync-plan-'));
  const file = join(folder, 'big.plan');
  try {
    for (const name of ['write', 'read']) {
      const own = [`--max-old-space-size=${values.heap}`, '--max-semi-space-size=4', import.meta.filename];
      const args = [...own, '--part', name, '--file', file, '--changes', values.changes];
      const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
      if (status !== 0) throw new Error(`${name} failed in a heap of ${values.heap} MB`);
    }
    const mb = Math.round(statSync(file).size / 1_000_000);
    process.stdout.write(`${values.changes} changes, ${mb} MB, in a heap of ${values.heap} MB\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (values.part === undefined) main();
else await part(values.part);
