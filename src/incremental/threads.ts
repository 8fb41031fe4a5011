import { Worker } from 'node:worker_threads';
import { type NeedsParser, needsParser } from './needs-parser.ts';
import type { Passed, PassTask } from './pass-file.ts';
import type { ScanAnswer, ThreadJob } from './protocol.ts';

// In `src` as in `dist`, where this code lies in another folder of the same depth.
const threadFile = () =>
  new URL(
    import.meta.url.endsWith('.ts') ? '../incremental/thread.ts' : '../incremental/thread.js',
    import.meta.url,
  );

/** Starts a thread, which answers as the protocol says. */
export function startThread(job: ThreadJob): Worker {
  return new Worker(threadFile(), {
    workerData: job,
    // Descriptors outlive the thread: what it wrote is read here.
    trackUnmanagedFds: false,
    // It makes few objects; what it holds lies in buffers.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
}

/** Reads a file as `passFile` does, in a thread of its own. What a reader would refuse needs the parser, too. */
export async function passInThread(task: PassTask): Promise<Passed | NeedsParser> {
  const worker = startThread({ kind: 'pass', task });
  try {
    const answer = await new Promise<ScanAnswer>((settle, reject) => {
      worker.once('message', settle);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('A thread of the scanner ended without an answer.')));
    });
    if (answer.kind === 'passed') return answer.passed;
    return needsParser(answer.kind === 'needs-parser' ? answer.why : 'an answer to another task');
  } finally {
    await worker.terminate();
  }
}
