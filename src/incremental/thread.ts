/** The threads of this folder: see `threads.ts`, which starts them. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadJob } from './protocol.ts';
import { serve } from './serve.ts';

if (parentPort !== null) {
  await serve(workerData as ThreadJob, parentPort);
  parentPort.close();
}
