/**
 * Preload for a child of the built CLI (`node --import kill-at.ts dist/cli/bin.js …`): the process kills itself
 * at the nth time a step is reached. SIGKILL, so that nothing of it can clean up; from inside, because only there
 * the moment is exact. `HIRE_SYNC_KILL_STEP` and `HIRE_SYNC_KILL_NTH` say when.
 */
import { watchSteps } from './watch-steps.ts';

const wanted = process.env.HIRE_SYNC_KILL_STEP;
const nth = Number(process.env.HIRE_SYNC_KILL_NTH);
let reached = 0;

watchSteps((step) => {
  if (step !== wanted) return;
  reached += 1;
  if (reached === nth) process.kill(process.pid, 'SIGKILL');
});
