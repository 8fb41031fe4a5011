import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { hasKey } from '../without-key.ts';

const CHUNK = 1024 * 1024;
// Where a ledger lies in the folder of a project.
const FOREIGN = /[\\/](node_modules|\.git)[\\/]/;

/**
 * Looks through all files of a folder, and of those in it, for a key as a word of its own.
 * @param ledgerFile is not looked into: it is at work
 * @returns how many were looked through, and those that have it, or cannot be read
 */
export function leftIn(
  folder: string,
  key: string,
  ledgerFile: string,
): { readonly looked: number; readonly left: readonly string[] } {
  const left: string[] = [];
  let looked = 0;
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name);
    const isAtWork = file.startsWith(ledgerFile) && /^(-wal|-shm)?$/.test(file.slice(ledgerFile.length));
    if (!entry.isFile() || isAtWork || FOREIGN.test(file)) continue;
    looked++;
    try {
      if (fileHas(file, key)) left.push(file);
    } catch {
      left.push(file);
    }
  }
  return { looked, left };
}

/** Whether a file has a key, in UTF-8; read bit by bit, for it may be large. */
function fileHas(file: string, key: string): boolean {
  const wanted = Buffer.from(key).toString('latin1');
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.allocUnsafe(Math.min(CHUNK, statSync(file).size));
    let before = '';
    for (;;) {
      const read = readSync(descriptor, bytes);
      if (read === 0) return false;
      const text = before + bytes.toString('latin1', 0, read);
      if (text.includes(wanted) && hasKey(Buffer.from(text, 'latin1').toString('utf8'), key)) return true;
      // A character more at either side, so that a word that a bit ends with is seen whole.
      before = text.slice(-(wanted.length + 8));
    }
  } finally {
    closeSync(descriptor);
  }
}
