import type { WriteStream } from 'node:tty';
import { duration } from '../report/sentences.ts';

/** One line about a run that goes on: rewritten in place on a terminal, a plain line every 10 s elsewhere. */
export interface Progress {
  update(state: ProgressState): void;
  /** What has been read so far, in words, while nothing is written yet. */
  reading(what: string): void;
  /** Clears the line, so that what follows begins at the margin, and ends the clock. */
  end(): void;
}

export interface ProgressState {
  readonly done: number;
  readonly total: number;
  readonly failed: number;
}

/** What the line says until the first `update`, and what is done with what it counts. */
export interface ProgressWords {
  readonly before: string;
  readonly done: string;
}

const PLAIN_EVERY_MS = 10_000;
const TERMINAL_EVERY_MS = 200;

/**
 * Starts at once, and goes on by the clock: while an export is read, or Feishu limits the rate, nothing comes back
 * that could move it. `now` gives ms; `stream` is stderr.
 */
export function createProgress(
  stream: Pick<WriteStream, 'write' | 'isTTY'>,
  now: () => number,
  words: ProgressWords = { before: 'reading and comparing', done: 'written' },
): Progress {
  const startedAt = now();
  let writingSince: number | null = null;
  let state: ProgressState | null = null;
  let what = words.before;
  let open = false;

  const show = (): void => {
    const line = state === null ? `${what}, ${duration(now() - startedAt).en}` : written(state);
    stream.write(stream.isTTY ? `\r\u001B[2K${line}` : `${line}\n`);
    open = true;
  };
  const written = ({ done, total, failed }: ProgressState): string => {
    const perMs = done / Math.max(1, now() - (writingSince ?? startedAt));
    const eta = perMs > 0 ? `, ${duration((total - done) / perMs).en} left` : '';
    const trouble = failed > 0 ? `, ${failed} not through` : '';
    const share = Math.floor((done / total) * 100);
    return `${done} of ${total} ${words.done} (${share} %), ${(perMs * 1000).toFixed(1)}/s${eta}${trouble}`;
  };
  const clock = setInterval(show, stream.isTTY ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS).unref();

  return {
    update(next) {
      writingSince ??= now();
      state = next;
    },
    reading(next) {
      what = next;
    },
    end() {
      clearInterval(clock);
      if (open && stream.isTTY) stream.write('\r\u001B[2K');
      open = false;
    },
  };
}
