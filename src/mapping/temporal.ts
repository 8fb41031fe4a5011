/**
 * Temporal: the runtime's own, or temporal-polyfill on Node 22 and 24. The only date API that can refuse a local
 * time which does not exist or exists twice; Date and its libraries move it without a word.
 */
export const temporal: typeof Temporal =
  globalThis.Temporal ?? ((await import('temporal-polyfill')).Temporal as unknown as typeof Temporal);
