import { HireSyncError } from '../errors.ts';
import type { Bilingual } from '../plan/shape.ts';
import { errorTold } from '../report/stops.ts';
import { EXIT } from '../result/exit.ts';
import { sayWhy } from './output.ts';
import { exitNow } from './process-end.ts';

/** How long requests in flight may take to end after the first signal, in ms. */
const GRACE_MS = 30_000;
/** How long the process may take to end after the second one, in ms: nothing waits for an answer any more then. */
const END_MS = 3_000;

const HEARD = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What Ctrl-C, a service manager or a terminal that is closed asks of a run. */
export interface Signals {
  /** First signal: begin nothing new. */
  readonly stopping: AbortSignal;
  /** Second signal, or the end of the grace: give up what is in flight. */
  readonly aborting: AbortSignal;
  /** 130 after SIGINT, 143 after SIGTERM or SIGHUP, null without one. */
  exitCode(): number | null;
  /** Says why a command that was interrupted ends; its exit code. Whatever else ended it is thrown again. */
  told(error: unknown): number;
  dispose(): void;
}

/** Listens until `dispose`. `say` gets one line for a person per signal. */
export function listenToSignals(say: (line: Bilingual) => void): Signals {
  const stopping = new AbortController();
  const aborting = new AbortController();
  let exitCode: number | null = null;
  let grace: NodeJS.Timeout | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    exitCode ??= signal === 'SIGINT' ? EXIT.sigint : EXIT.sigterm;
    if (aborting.signal.aborted) exitNow(exitCode);
    if (stopping.signal.aborted) {
      say({
        zh: '不再等待已发出的请求；其结果未知，并已如此记录。',
        en: 'Giving up the requests in flight; what became of them is in doubt, and recorded so.',
      });
      aborting.abort();
      // Whatever still goes on then (a reader of the report that does not read, say): what was sent is in the ledger.
      setTimeout(() => exitNow(exitCode ?? EXIT.error), END_MS).unref();
      return;
    }
    say({
      zh: '正在停止：不再发出新的请求，已发出的会完成并记录。再按一次则不再等待。',
      en: 'Stopping: nothing new is sent, requests in flight are finished and recorded. Once more to give them up.',
    });
    stopping.abort();
    grace = setTimeout(() => aborting.abort(), GRACE_MS).unref();
  };
  for (const signal of HEARD) process.on(signal, onSignal);
  return {
    stopping: stopping.signal,
    aborting: aborting.signal,
    exitCode: () => exitCode,
    told(error) {
      if (exitCode === null || !HireSyncError.is(error)) throw error;
      sayWhy(errorTold(error));
      return exitCode;
    },
    dispose: () => {
      clearTimeout(grace);
      for (const signal of HEARD) process.off(signal, onSignal);
    },
  };
}
