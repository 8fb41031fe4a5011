import { expect, it } from 'vitest';
import { openToOthers } from '../../src/cli/open-ledger.ts';

it('says how to keep others out where a file system keeps no modes', () => {
  const file = '/srv/hire/.hire-sync/ledger.db';
  expect(openToOthers(file, 0o100600, 'linux')).toBeNull();
  expect(openToOthers(file, 0o100666, 'win32')?.en).toMatch(
    /^\/srv\/hire\/\.hire-sync keeps no modes, .*: icacls "\/srv\/hire\/\.hire-sync" \/inheritance:r/,
  );
  expect(openToOthers(file, 0o100755, 'linux')?.en).toContain('move it to a volume that keeps modes');
});
