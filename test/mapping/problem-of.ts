import { ValueError } from '../../src/mapping/problems.ts';
import type { Problem } from '../../src/model.ts';

/** The problem with which a helper refuses a value outside of a mapping. */
export function problemOf(job: () => unknown): Problem {
  try {
    job();
  } catch (error) {
    if (ValueError.is(error)) return error.problem;
    throw error;
  }
  throw new Error('nothing was refused');
}
