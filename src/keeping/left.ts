import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SQLITE_MAGIC } from '../ledger/is-sqlite.ts';
import { hasKey } from '../without-key.ts';

const CHUNK = 1024 * 1024;
// Where a ledger lies in the folder of a project.
const FOREIGN = /[\\/](node_modules|\.git)[\\/]/;

/** The tool's own files, which hold no text, or were cleared row by row: a key as short as a date's day would be found in them. */
const OWN = /(\.head|\.forgotten|[\\/](wrote|probe)\.json|[\\/]rejects(\..+)?\.csv)$|[\\/]code-cache[\\/]/;
const OWN_HEADS = [SQLITE_MAGIC, '{"format":"hire-sync plan '];

/**
 * Looks through all files of a folder, and of those in it, that are not the tool's own (reports, exports, what somebody put
 * there) for a key as a word of its own.
 * @returns how many were looked through, and those that have it, or cannot be read
 */
export function leftIn(
  folder: string,
  key: string,
): { readonly looked: number; readonly left: readonly string[] } {
  const left: string[] = [];
  let looked = 0;
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || FOREIGN.test(file) || OWN.test(file) || /-(wal|shm)$/.test(file)) continue;
    try {
      if (isOwn(file)) continue;
      looked++;
      if (fileHas(file, key)) left.push(file);
    } catch {
      left.push(file);
    }
  }
  return { looked, left };
}

function isOwn(file: string): boolean {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(32);
    const head = bytes.toString('latin1', 0, readSync(descriptor, bytes));
    return OWN_HEADS.some((own) => head.startsWith(own));
  } finally {
    closeSync(descriptor);
  }
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
