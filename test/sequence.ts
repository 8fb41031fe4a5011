import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Folders whose tests mostly wait (for processes, sockets, the second of the rate), the longest first. */
const WAITING = ['crash', 'guards', 'faults', 'cli', 'ledger', 'saved-plan', 'writer', 'pipelines', 'undo'];

/**
 * Starts what waits longest first, so that the short files fill the gaps and no long one is left over at the end, with
 * a core idle beside it: without figures from an earlier run vitest goes by the size of the files.
 */
export class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const folder = /\/test\/([^/]+)\//.exec(moduleId)?.[1] ?? '';
      const place = WAITING.indexOf(folder);
      return place === -1 ? WAITING.length : place;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}
