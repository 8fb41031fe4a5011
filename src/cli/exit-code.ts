import { HireSyncError, type Verdict } from '../errors.ts';
import { EXIT } from '../result/exit.ts';
import { pipelineFailure } from './process-end.ts';

const EXIT_OF: Readonly<Record<Verdict, number>> = {
  usage: EXIT.usage,
  stop: EXIT.error,
  guard: EXIT.guard,
  busy: EXIT.busy,
  interrupted: EXIT.sigint,
};

/** The exit code for an error that ended a command. */
export function exitCodeFor(error: unknown): number {
  return HireSyncError.is(error) ? EXIT_OF[error.verdict] : EXIT.error;
}

/** What a command came to without knowing that a pipeline's code failed beside it is not to be relied on. */
export function isReliable(exitCode: number): boolean {
  const harmless: readonly number[] = [EXIT.done, EXIT.leftOpen, EXIT.changes];
  return !pipelineFailure.aborted || !harmless.includes(exitCode);
}

/** The exit code of a command, or that of a pipeline's code that failed beside it. */
export function codeOfAll(exitCode: number): number {
  return isReliable(exitCode) ? exitCode : exitCodeFor(pipelineFailure.reason);
}
