import { HireSyncError, type Verdict } from '../errors.ts';
import { EXIT } from '../result/exit.ts';

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
