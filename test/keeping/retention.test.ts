import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pruned } from '../../src/cli/retention.ts';
import { openLedger } from '../../src/ledger/ledger.ts';
import { planFacts } from '../../src/pipeline/forget-in-plan.ts';
import { pruneSchema } from '../../src/report/prune-schema.ts';
import type { Pruned, Retention } from '../../src/result/retention.ts';
import { csvOf } from '../faults/rows.ts';
import type { Cleanup } from '../faults/stage.ts';
import { aHome, edited, type Home, ROWS } from './home.ts';

const DAY_MS = 86_400_000;
const ALL_30_DAYS: Retention = {
  rejects: { days: 30 },
  runData: { days: 30 },
  replacedVersions: { days: 30 },
  backups: { days: 30 },
  savedPlans: { days: 30 },
  spools: { days: 30 },
};

/** By kind: what goes, or stays and why. */
function told({ gone, stays }: Pruned, names: Readonly<Record<string, string>>) {
  const name = (one: string) => names[one] ?? basename(one);
  return {
    gone: gone.map((one) => `${one.kind} ${name(one.name)}`).sort(),
    stays: stays.map((one) => `${one.kind} ${name(one.name)}: ${one.why}`).sort(),
  };
}

/** Four nights: all created; one changed; it and another changed, and one rejected; the same rejected again. */
async function fourNights(context: Cleanup) {
  const at = await aHome(context);
  const { stage, home } = at;
  const nights = [
    csvOf(ROWS),
    csvOf(edited(ROWS, 'R-001')),
    csvOf(edited(edited(edited(ROWS, 'R-001'), 'R-001'), 'R-002')),
  ].map((text, night) => (night === 2 ? text.replace(/(R-004,.*),\d+\n/, '$1,x\n') : text));
  const runs: string[] = [];
  for (const night of [0, 1, 2, 2]) {
    writeFileSync(join(stage.source, 'interviews.csv'), nights[night] ?? '');
    const { report } = await stage.sync('--keep-backups', '0');
    runs.push(report?.run ?? '');
  }
  const names = Object.fromEntries(runs.map((run, index) => [run, `night ${index + 1}`]));
  return { ...at, runs, names, folder: (night: number) => join(home, 'runs', runs[night - 1] ?? '') };
}

function pruneIn({ stage }: Home, retention: Retention, now: number, dryRun = false): Pruned {
  const ledger = openLedger({ file: stage.ledgerFile, mode: dryRun ? 'read' : 'write', now: Date.now });
  try {
    if (!dryRun) ledger.leases.acquire('prune-here');
    return pruned(ledger, { retention }, { dryRun, now });
  } finally {
    if (!dryRun) ledger.leases.release('prune-here');
    ledger.close();
  }
}

describe('retention', { timeout: 240_000 }, () => {
  it('erases what is too old, and names what stays because something needs it, which then works', async (context) => {
    const at = await fourNights(context);
    const { stage, home, cli, names, folder, runs } = at;
    mkdirSync(join(home, 'backups'), { recursive: true });
    for (const file of ['backups/old.db', 'new.db']) {
      expect((await cli('ledger', 'backup', join(home, file))).code).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    for (const name of ['old.plan', 'begun.plan']) {
      stage.write(edited(edited(edited(ROWS, 'R-001'), 'R-001'), name === 'old.plan' ? 'R-005' : 'R-006'));
      expect((await stage.plan('--out', join(home, name))).exitCode).toBe(0);
    }
    const ledger = openLedger({ file: stage.ledgerFile, mode: 'write', now: Date.now });
    ledger.leases.acquire('begins');
    ledger.planUses.begin(planFacts(join(home, 'begun.plan'))?.id ?? '', 'faults', 'begins');
    ledger.leases.release('begins');
    ledger.close();
    mkdirSync(join(home, 'read'));
    writeFileSync(join(home, 'read', 'other.pages'), 'x\n');
    // Somebody has begun to correct the reject file of the third night.
    const inWork = join(folder(3), 'rejects.csv');
    writeFileSync(inWork, readFileSync(inWork, 'utf8').replace(',x,', ',1709600880000,'));

    // Nothing is too old yet, and without limits nothing is looked at.
    const now = Date.now();
    expect(told(pruneIn(at, ALL_30_DAYS, now), names)).toEqual({ gone: [], stays: [] });
    expect(told(pruneIn(at, {}, now + 40 * DAY_MS), names)).toEqual({ gone: [], stays: [] });

    const later = now + 31 * DAY_MS;
    const expected = {
      gone: [
        'backups old.db',
        'replacedVersions night 2',
        'runData night 1',
        'runData night 2',
        'runData night 3',
        'savedPlans old.plan',
        'spools other.pages',
      ],
      stays: [
        'backups new.db: newest-copy',
        'rejects night 3: being-corrected',
        'rejects night 4: open-rejects',
        'replacedVersions night 3: undo-possible',
        'runData night 4: open-rows',
        'savedPlans begun.plan: plan-begun',
      ],
    };
    expect(told(pruneIn(at, ALL_30_DAYS, later, true), names)).toEqual(expected);
    expect(existsSync(join(folder(1), 'changes.db'))).toBe(true);
    expect(told(pruneIn(at, ALL_30_DAYS, later), names)).toEqual(expected);
    expect(existsSync(join(folder(1), 'changes.db'))).toBe(false);
    expect(told(pruneIn(at, ALL_30_DAYS, later), names)).toEqual({ gone: [], stays: expected.stays });
    expect((await cli('ledger', 'check')).code).toBe(0);

    // The corrected file goes in, the report of what is left is made, the run that can be undone is.
    writeFileSync(
      join(stage.source, 'interviews.csv'),
      readFileSync(join(stage.source, 'interviews.csv'), 'utf8'),
    );
    const fed = await stage.sync('--only-rejects', inWork);
    expect(fed.report?.rows, fed.stderr).toMatchObject({ read: 1, rejected: 0 });
    expect((await cli('runs', runs[3] ?? '', '--format', 'csv')).code).toBe(0);
    const undone = await cli('undo', '--run', runs[2] ?? '', '--yes', '--rate', '200', '--json');
    expect(JSON.parse(undone.out).rows, undone.err).toMatchObject({ read: 2, restored: 2 });
    const older = await cli('undo', '--run', runs[1] ?? '', '--plan', '--rate', '200', '--json');
    expect(JSON.parse(older.out).changes).toEqual([
      expect.objectContaining({ kind: 'left', key: 'R-001', reason: { code: 'undo-version-not-kept' } }),
    ]);
  });

  it('is carried out after a run that finished, as the settings say, and by a command of its own', async (context) => {
    const at = await fourNights(context);
    const { stage, cli, names } = at;
    const settings = { retention: { rejects: { runs: 1 }, runData: { runs: 2 } } };
    writeFileSync(join(dirname(stage.pipelineFile), 'hire-sync.config.json'), JSON.stringify(settings));
    const dry = await cli('prune', '--dry-run', '--json');
    expect(dry.code, dry.err).toBe(0);
    expect(told(pruneSchema.parse(JSON.parse(dry.out)), names)).toEqual({
      gone: ['rejects night 3', 'runData night 1', 'runData night 2'],
      stays: [],
    });
    const night = await stage.sync();
    expect(night.exitCode, night.stderr).toBe(3);
    const left = (name: string) =>
      readdirSync(join(at.home, 'runs'))
        .filter((run) => existsSync(join(at.home, 'runs', run, name)))
        .map((run) => names[run] ?? 'tonight')
        .sort();
    expect(left('rejects.csv')).toEqual(['tonight']);
    expect(left('rejects.original.csv')).toEqual(['tonight']);
    expect(left('changes.db')).toEqual(['night 4', 'tonight']);
    const text = await cli('prune');
    expect([text.code, text.out]).toEqual([0, '0 erased.\n']);
    writeFileSync(
      join(dirname(stage.pipelineFile), 'hire-sync.config.json'),
      '{"retention": {"rejects": {"days": 0}, "x": {}}}',
    );
    const wrong = await cli('prune');
    expect([wrong.code, wrong.err]).toEqual([
      2,
      expect.stringMatching(/retention\.rejects\.days is 0.*retention\.x|no setting "x"/s),
    ]);
  });
});
