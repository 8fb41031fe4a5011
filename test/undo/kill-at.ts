/**
 * Preload for a child of the built CLI: the process kills itself at the nth time a step of an undo is reached, with
 * SIGKILL from inside, as test/crash/kill-at.ts does for a sync. `HIRE_SYNC_KILL_STEP` and `HIRE_SYNC_KILL_NTH` say when.
 */
import { watchRequests, watchWrites } from '../crash/watch-ledger.ts';
import type { UndoStep } from './steps.ts';

const wanted = process.env.HIRE_SYNC_KILL_STEP;
const nth = Number(process.env.HIRE_SYNC_KILL_NTH);
let reached = 0;

function reach(step: UndoStep): void {
  if (step !== wanted) return;
  reached += 1;
  if (reached === nth) process.kill(process.pid, 'SIGKILL');
}

watchRequests((moment, { method }) => {
  if (method === 'PUT') reach(`restore:${moment}`);
  if (method === 'DELETE') reach(`delete:${moment}`);
});

watchWrites<UndoStep>(
  [
    { pattern: /^\s*UPDATE entry SET state = 'updating'/, after: () => 'restore:intent' },
    {
      pattern: /^\s*UPDATE entry SET state = 'settled', applied_fingerprint = @fingerprint/,
      before: () => 'restore:settling',
      after: () => 'restore:settled',
    },
    { pattern: /^\s*UPDATE entry SET held_reason = coalesce/, after: () => 'delete:intent' },
    { pattern: /^\s*DELETE FROM entry/, before: () => 'delete:settling', after: () => 'delete:settled' },
  ],
  reach,
);
