import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * What takes longest, by the beginning of its path: folders whose tests mostly wait (for processes, sockets, the second
 * of the rate), and single files of others that take half a minute.
 */
const LONG = [
  'crash/',
  'world/ten-nights',
  'cli/signals',
  'guards/',
  'faults/',
  'cli/',
  'reasons/ends',
  'readers/mangled',
  'incremental/',
  'drift/',
  'ledger/',
  'saved-plan/',
  'writer/',
  'pipelines/',
  'undo/',
];

/**
 * Starts what takes longest first, so that the short files fill the gaps and no long one is left over at the end, with
 * a core idle beside it: without figures from an earlier run vitest goes by the size of the files.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const name = moduleId.slice(moduleId.lastIndexOf('/test/') + '/test/'.length);
      const place = LONG.findIndex((beginning) => name.startsWith(beginning));
      return place === -1 ? LONG.length : place;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}
