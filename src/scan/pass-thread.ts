import { Worker } from 'node:worker_threads';
import { HireSyncError } from '../errors.ts';
import { NoRegularFile } from '../readers/regular-file.ts';
import { Doubt } from './csv-borders.ts';
import { type Passed, type PassTask, passFile } from './pass-file.ts';

/** What the thread says when it is done. */
export type PassAnswer =
  | { readonly kind: 'passed'; readonly passed: Passed }
  | { readonly kind: 'doubt'; readonly why: string };

/**
 * Reads a file as `passFile` does, in a thread of its own.
 * @throws Doubt for whatever `passFile` doubts or a reader would refuse
 */
export async function passInThread(task: PassTask): Promise<Passed> {
  // Descriptors outlive the thread: what it wrote is read here. It makes few objects.
  const worker = new Worker(workerFile(), {
    workerData: task,
    trackUnmanagedFds: false,
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  try {
    const answer = await new Promise<PassAnswer>((settle, reject) => {
      worker.once('message', settle);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('A thread of the scanner ended without an answer.')));
    });
    if (answer.kind === 'doubt') throw new Doubt(answer.why);
    return answer.passed;
  } finally {
    await worker.terminate();
  }
}

// In `src` as in `dist`, where this code lies in another folder of the same depth.
const workerFile = () =>
  new URL(
    import.meta.url.endsWith('.ts') ? '../scan/pass-worker.ts' : '../scan/pass-worker.js',
    import.meta.url,
  );

/** Whether an error says only that reading has to tell, which knows line and column. */
export function isForReaders(error: unknown): error is Error {
  return (
    error instanceof Doubt || error instanceof NoRegularFile || HireSyncError.is(error) || hasCode(error)
  );
}

/** Of Node's file system, or of its decoder. */
function hasCode(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

/** The thread's side. */
export async function answerPass(task: PassTask): Promise<PassAnswer> {
  try {
    return { kind: 'passed', passed: await passFile(task, null) };
  } catch (error) {
    if (!isForReaders(error)) throw error;
    return { kind: 'doubt', why: error.message };
  }
}
