import type { App } from '../../src/sandbox/app.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { effectOf, type ServerStep } from './steps.ts';

/** The requests of a sandbox, and when none of them is worked on any more. */
export interface SteppedApp {
  readonly handle: App;
  /** Resolves when the server works on no request. */
  idle(): Promise<void>;
}

/**
 * Tells of each write that arrives and of each that is done; each waits until it is told.
 * @param onStep a true answer means that nobody is there to be answered
 */
export function steppedApp(
  sandbox: Sandbox,
  onStep: (step: ServerStep) => Promise<boolean> | boolean,
): SteppedApp {
  let underWay = 0;
  let rested = Promise.withResolvers<void>();
  return {
    async handle(incoming, signal) {
      underWay += 1;
      try {
        const effect = effectOf(incoming.method, incoming.url);
        if (effect !== 'create' && effect !== 'update') return await sandbox.handle(incoming, signal);
        if (await onStep(`${effect}:arrived`)) return { kind: 'silence' };
        const reply = await sandbox.handle(incoming, signal);
        return (await onStep(`${effect}:committed`)) ? { kind: 'silence' } : reply;
      } finally {
        underWay -= 1;
        if (underWay === 0) {
          rested.resolve();
          rested = Promise.withResolvers();
        }
      }
    },
    async idle() {
      if (underWay > 0) await rested.promise;
    },
  };
}
