import type { WriteStream } from 'node:tty';
import { duration } from '../report/text.ts';

/** One line about a run that goes on: rewritten in place on a terminal, a plain line every 10 s elsewhere. */
export interface Progress {
  update(state: { readonly done: number; readonly total: number; readonly failed: number }): void;
  /** Clears the line, so that what follows begins at the margin. */
  end(): void;
}

const PLAIN_EVERY_MS = 10_000;
const TERMINAL_EVERY_MS = 100;

/** `now` gives ms; `stream` is stderr. */
export function createProgress(stream: Pick<WriteStream, 'write' | 'isTTY'>, now: () => number): Progress {
  const startedAt = now();
  const everyMs = stream.isTTY ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS;
  let lastAt = startedAt;
  let open = false;
  return {
    update({ done, total, failed }) {
      const at = now();
      if (at - lastAt < everyMs) return;
      lastAt = at;
      const perMs = done / (at - startedAt);
      const rate = (perMs * 1000).toFixed(1);
      const eta = perMs > 0 ? `, ${duration((total - done) / perMs)} left` : '';
      const trouble = failed > 0 ? `, ${failed} not through` : '';
      const line = `${done} of ${total} written (${Math.floor((done / total) * 100)} %), ${rate}/s${eta}${trouble}`;
      stream.write(stream.isTTY ? `\r\u001B[2K${line}` : `${line}\n`);
      open = true;
    },
    end() {
      if (open && stream.isTTY) stream.write('\r\u001B[2K');
      open = false;
    },
  };
}
