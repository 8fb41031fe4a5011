import type { WriteStream } from 'node:tty';
import type { Language } from '../plan/shape.ts';
import { duration, w } from '../report/sentences.ts';
import { PROGRESS_WORDS } from '../report/words.ts';

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

const COMMA = w('，', ', ');
const PLAIN_EVERY_MS = 10_000;
const TERMINAL_EVERY_MS = 200;

/**
 * Starts at once, and goes on by the clock: while an export is read, or Feishu limits the rate, nothing comes back
 * that could move it. `now` gives ms; `stream` is stderr.
 */
export function createProgress(
  stream: Pick<WriteStream, 'write' | 'isTTY'>,
  now: () => number,
  about: keyof typeof PROGRESS_WORDS = 'sync',
  language: Language = 'en',
): Progress {
  const words = PROGRESS_WORDS[about];
  const startedAt = now();
  let writingSince: number | null = null;
  let state: ProgressState | null = null;
  let what: string = words.before[language];
  let open = false;

  const show = (): void => {
    const line =
      state === null ? [what, duration(now() - startedAt)[language]].join(COMMA[language]) : written(state);
    stream.write(stream.isTTY ? `\r\u001B[2K${line}` : `${line}\n`);
    open = true;
  };
  const written = ({ done, total, failed }: ProgressState): string => {
    const perMs = done / Math.max(1, now() - (writingSince ?? startedAt));
    const share = Math.floor((done / total) * 100);
    const eta = duration((total - done) / Math.max(perMs, Number.MIN_VALUE));
    const parts = [
      w(
        `${words.done.zh} ${done} / ${total}（${share} %）`,
        `${done} of ${total} ${words.done.en} (${share} %)`,
      ),
      w(`每秒 ${(perMs * 1000).toFixed(1)} 条`, `${(perMs * 1000).toFixed(1)}/s`),
      ...(perMs > 0 ? [w(`还需 ${eta.zh}`, `${eta.en} left`)] : []),
      ...(failed > 0 ? [w(`未成功 ${failed}`, `${failed} not through`)] : []),
    ];
    return parts.map((part) => part[language]).join(COMMA[language]);
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
