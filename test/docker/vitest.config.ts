import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['build-steps.ts'],
    testTimeout: 1_200_000,
    hookTimeout: 120_000,
  },
});
