/** The scanner's thread: see `scan.ts`, which starts it. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ScanTask } from './protocol.ts';
import { serve } from './serve.ts';

if (parentPort !== null) {
  await serve(workerData as ScanTask, parentPort);
  parentPort.close();
}
