import { defineConfig } from 'vitest/config';

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
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Most of the time is waiting for child processes and sockets, so three keep two cores busy.
    maxWorkers: 3,
  },
});
