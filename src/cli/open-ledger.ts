import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { HireSyncError } from '../errors.ts';
import { type Ledger, openLedger } from '../ledger/ledger.ts';
import { w } from '../report/sentences.ts';
import { say } from './output.ts';

/** Opens the ledger, or makes one where there is none, which is said: a typing error in `--ledger` must not pass for a first run. */
export function openForWriting(file: string): Ledger {
  return openLedger({
    file,
    mode: 'write',
    now: Date.now,
    onNew: () => {
      say(w(`新的同步台账：${file}`, `New ledger: ${file}`));
      const open = openToOthers(file, statSync(file).mode, process.platform);
      if (open !== null) say(open);
    },
  });
}

export function noSuchRun({ file }: Pick<Ledger, 'file'>, run: string): HireSyncError {
  return new HireSyncError(
    'CONFIG_INVALID',
    w(
      `同步台账 ${file} 中没有运行 ${run}。\`hire-sync runs\` 列出已有的运行。`,
      `${file} has no run ${run}. \`hire-sync runs\` lists them.`,
    ),
  );
}

/**
 * What to do where a file that was made for its owner alone (mode 0600) is not: Windows keeps no modes, nor do many network
 * volumes and USB sticks. Null where it is. `mode`: as the file system shows it.
 */
export function openToOthers(
  file: string,
  mode: number,
  platform: NodeJS.Platform,
): ReturnType<typeof w> | null {
  if ((mode & 0o077) === 0) return null;
  const folder = dirname(file);
  const way =
    platform === 'win32'
      ? `icacls "${folder}" /inheritance:r /grant:r "%USERNAME%:(OI)(CI)F"`
      : w(
          '把它移到保留权限的卷上',
          'move it to a volume that keeps modes, or mount this one for its user alone',
        );
  const { zh, en } = typeof way === 'string' ? w(way, way) : way;
  return w(
    `${folder} 不保留文件权限，能打开该文件夹的人都能读取台账中的姓名和评语。只对自己开放：${zh}`,
    `${folder} keeps no modes, so whoever may open it reads the names and notes in the ledger. For its owner alone: ${en}`,
  );
}

/** Opens the ledger and changes nothing. Without one it is as if it were empty, which is said. */
export function openForReading(file: string): Ledger {
  if (!existsSync(file))
    say(
      w(
        `还没有同步台账：${file}（什么都不知道；同步会新建它）`,
        `No ledger yet: ${file} (nothing is known; a sync makes it)`,
      ),
    );
  return openLedger({ file, mode: 'read', now: Date.now });
}

/**
 * Opens a ledger that must be there.
 * @param so what it means that there is none: `: nothing to undo`
 * @throws HireSyncError CONFIG_INVALID
 */
export function openExisting(file: string, mode: 'read' | 'write', so = w('', '')): Ledger {
  if (!existsSync(file))
    throw new HireSyncError(
      'CONFIG_INVALID',
      w(`没有同步台账 ${file}${so.zh}。`, `There is no ledger ${file}${so.en}.`),
    );
  return openLedger({ file, mode, now: Date.now });
}
