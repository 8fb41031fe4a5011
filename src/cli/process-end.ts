/** How this process ends, whatever the code of a pipeline does in it: see `containment.ts`, which takes longer to load. */

// Taken before any code of a pipeline can be loaded.
const exit: (exitCode: number) => never = process.exit.bind(process);
const failure = new AbortController();
let isShared = false;

/**
 * Aborted when the code of a pipeline has failed where nobody can catch it (a timer, a promise that nobody awaits); its
 * reason is a PIPELINE_INVALID that names the place. A run that writes stops then as it stops for any other error.
 */
export const pipelineFailure: AbortSignal = failure.signal;

export function failPipeline(reason: Error): void {
  failure.abort(reason);
}

/** Other code than ours runs in this process from now on. */
export function sharedWithPipelines(): void {
  isShared = true;
}

/** Ends the process at once. */
export function exitNow(exitCode: number): never {
  return exit(exitCode);
}

const LEFT_OPEN_MS = 500;

/** Lets the process end, though a timer or a connection that a pipeline has left open would keep it alive for ever. */
export function endWith(exitCode: number): void {
  process.exitCode = exitCode;
  if (isShared) setTimeout(() => exit(exitCode), LEFT_OPEN_MS).unref();
}
