import { defineConfig } from 'vitest/config';
import { LongestFirst } from './sequence.ts';

export default defineConfig({
  resolve: {
    alias: [
      { find: /^hire-sync$/, replacement: new URL('../src/index.ts', import.meta.url).pathname },
      {
        find: /^hire-sync\/sandbox$/,
        replacement: new URL('../src/sandbox/index.ts', import.meta.url).pathname,
      },
    ],
  },
  test: {
    root: new URL('..', import.meta.url).pathname,
    // Far above what any takes alone: a busy machine must not break one.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // Much of the time is waiting for child processes and sockets: six left two cores idle for a third of it.
    maxWorkers: 8,
    // No test keeps anything in a module, so a file need not load them all anew.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'all', include: ['test/**/*.test.ts'] } },
      {
        // The same suites over background checks. Only some of their cases, marked by `SHORT`: no code of the program
        // tells one target from the other, and all of them (`npm run test:targets`, `npm run test:crash`) take minutes.
        extends: true,
        test: {
          name: 'background checks',
          include: [
            'crash/steps',
            'faults/one-row',
            'faults/update',
            'drift/sync',
            'undo/in-doubt',
            'near/keys',
            'near/ways-on',
            'saved-plan/announced',
          ].map((name) => `test/${name}.test.ts`),
          env: { HIRE_SYNC_TEST_TARGET: 'external_background_check', HIRE_SYNC_TEST_SHORT: '1' },
        },
      },
    ],
  },
});
