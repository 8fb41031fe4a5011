import type { Sandbox } from '../src/sandbox/index.ts';

/**
 * The target that the suites of `test/crash` and `test/faults` run over: the same tests, the same code. `npm test` runs
 * all of them over interviews and some over background checks (see `vitest.config.ts`); `npm run test:targets` and
 * `npm run test:crash` run all over both.
 */
export const TARGET = chosen(process.env.HIRE_SYNC_TEST_TARGET ?? 'external_interview');

export const CREATE = `${TARGET}.create` as const;
export const UPDATE = `${TARGET}.update` as const;
export const BATCH_QUERY = `${TARGET}.batch_query` as const;

/** The path of its create. */
export const PATH = `/open-apis/hire/v1/${TARGET}s`;

/** Whether this is the short selection of the second target in `npm test`, which has minutes for everything. */
export const SHORT = process.env.HIRE_SYNC_TEST_SHORT === '1';

/** Attachments that the rows of background checks name. */
export const ATTACHMENTS = ['6987954043925432621', '6987954043925432620'].map((id) => ({
  id,
  name: '报告.pdf',
  size: 1928,
}));

/** What the sandbox holds of the target. */
export function objectsIn(sandbox: Sandbox) {
  return TARGET === 'external_interview' ? sandbox.interviews() : sandbox.backgroundChecks();
}

function chosen(name: string): 'external_interview' | 'external_background_check' {
  if (name === 'external_interview' || name === 'external_background_check') return name;
  throw new Error(`HIRE_SYNC_TEST_TARGET is "${name}", which these suites do not know.`);
}
