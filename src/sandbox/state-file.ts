import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { HireSyncError } from '../errors.ts';
import type { StateDump } from './state.ts';

/** What the state file holds, as JSON. */
export interface SavedState {
  readonly version: 1;
  readonly lastId: string;
  readonly clockOffsetMs: number;
  readonly state: StateDump;
}

/** The longest a change stays unsaved, in ms. */
const SAVE_WITHIN_MS = 100;

/**
 * Reads a state file that `createSaver` wrote; null when there is none yet.
 * @throws HireSyncError CONFIG_INVALID when it cannot be read or is no state file
 */
export function loadState(file: string): SavedState | null {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new HireSyncError('CONFIG_INVALID', `Cannot read the sandbox state file ${file}.`, { cause });
  }
  try {
    const saved = JSON.parse(content) as SavedState;
    if (saved.version !== 1 || !/^\d{19}$/.test(saved.lastId) || !Number.isFinite(saved.clockOffsetMs))
      throw new TypeError('version, lastId or clockOffsetMs is not as expected');
    return saved;
  } catch (cause) {
    const advice = 'Delete it to start with an empty sandbox, or name another file.';
    throw new HireSyncError('CONFIG_INVALID', `${file} is not a sandbox state file. ${advice}`, { cause });
  }
}

export interface Saver {
  /** Something changed: it is on disk within 100 ms. */
  touch(): void;
  /**
   * Resolves when all changes so far are on disk.
   * @throws HireSyncError CONFIG_INVALID when the file cannot be written
   */
  flush(): Promise<void>;
}

/** Writes the state beside its file and renames it, so that the file is whole at any time; mode 0600. */
export function createSaver(file: string, snapshot: () => SavedState): Saver {
  // The first flush writes in any case: a file that cannot be written is noticed at the start.
  let dirty = true;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    if (!dirty) return;
    dirty = false;
    const temporary = `${file}.${process.pid}.tmp`;
    try {
      await writeFile(temporary, JSON.stringify(snapshot()), { mode: 0o600 });
      await rename(temporary, file);
    } catch (cause) {
      dirty = true;
      throw new HireSyncError('CONFIG_INVALID', `Cannot write the sandbox state file ${file}.`, { cause });
    }
  }

  /** One write at a time; the failure of an earlier one does not stop the next. */
  function save(): Promise<void> {
    writing = writing.then(write, write);
    return writing;
  }

  return {
    touch() {
      dirty = true;
      timer ??= setTimeout(() => {
        timer = undefined;
        // A failure leaves the state dirty: `flush` tries again and reports it.
        save().catch(() => undefined);
      }, SAVE_WITHIN_MS);
    },
    flush() {
      clearTimeout(timer);
      timer = undefined;
      return save();
    },
  };
}
