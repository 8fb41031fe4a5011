import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HireSyncError } from '../errors.ts';
import type { Settings } from './settings.ts';
import { calledIn } from './values.ts';

/** The file with what a probe found out: the one that is named, else that beside the ledger. @throws HireSyncError CONFIG_INVALID when a file that is named is not there */
export function probeFileOf(flags: Pick<Settings, 'probe' | 'ledger'>): string {
  const { probe: file, ledger } = flags;
  if (file === undefined) return join(dirname(ledger), 'probe.json');
  const there = statSync(file, { throwIfNoEntry: false });
  if (there?.isFile()) return file;
  const what = there === undefined ? `There is no file ${file}` : `${file} is not a file`;
  throw new HireSyncError('CONFIG_INVALID', `${what} (from ${calledIn(flags, 'probe')}).`);
}
