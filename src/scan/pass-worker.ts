/** A thread that reads one file: see `pass-thread.ts`, which starts it. */
import { parentPort, workerData } from 'node:worker_threads';
import type { PassTask } from './pass-file.ts';
import { answerPass } from './pass-thread.ts';

if (parentPort !== null) {
  parentPort.postMessage(await answerPass(workerData as PassTask));
  parentPort.close();
}
