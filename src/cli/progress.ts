import type { WriteStream } from 'node:tty';
import type { Language } from '../plan/shape.ts';
import { duration, w } from '../report/sentences.ts';
import { PROGRESS_WORDS, STEP_WORDS } from '../report/words.ts';
import type { Step } from '../result/step.ts';

/** One line about a run that goes on: rewritten in place on a terminal, a plain line every 10 s elsewhere. */
export interface Progress {
  /** What the run is busy with from now on. */
  step(step: Step): void;
  /** How far what can be counted is, until the next step. */
  update(state: ProgressState): void;
  /** What has been read so far, in words. */
  reading(what: string): void;
  /** Clears the line, and shows none while `work` talks to somebody. */
  aside<T>(work: () => Promise<T>): Promise<T>;
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
  let since = now();
  let what: string = words.before[language];
  let counting: { readonly state: ProgressState; readonly pace: Pace } | null = null;
  let open = false;
  let quiet = false;

  const show = (): void => {
    if (quiet) return;
    const line = counting === null ? [what, duration(now() - since)[language]] : counted(counting);
    const text = line.join(COMMA[language]);
    stream.write(stream.isTTY ? `\r\u001B[2K${text}` : `${text}\n`);
    open = true;
  };
  const clear = (): void => {
    if (open && stream.isTTY) stream.write('\r\u001B[2K');
    open = false;
  };
  const counted = ({ state: { done, total, failed }, pace }: NonNullable<typeof counting>): string[] => {
    const perMs = pace.perMs(now());
    const share = Math.floor((done / total) * 100);
    // What is found only while Feishu is asked is in no total.
    const isKnown = total > 0 && done <= total;
    const parts = isKnown
      ? [
          w(
            `${words.done.zh} ${done} / ${total}（${share} %）`,
            `${done} of ${total} ${words.done.en} (${share} %)`,
          ),
        ]
      : [w(`${words.done.zh} ${done}`, `${done} ${words.done.en}`)];
    if (perMs !== null)
      parts.push(w(`每秒 ${(perMs * 1000).toFixed(1)} 条`, `${(perMs * 1000).toFixed(1)}/s`));
    if (isKnown && perMs !== null && perMs > 0) {
      const left = duration((total - done) / perMs);
      parts.push(w(`还需 ${left.zh}`, `${left.en} left`));
    }
    if (failed > 0) parts.push(w(`未成功 ${failed}`, `${failed} not through`));
    return parts.map((part) => part[language]);
  };
  const clock = setInterval(show, stream.isTTY ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS).unref();

  return {
    step(next) {
      if (counting === null && what === STEP_WORDS[next][language]) return;
      what = STEP_WORDS[next][language];
      since = now();
      counting = null;
    },
    update(state) {
      const pace = counting?.pace ?? createPace();
      pace.note(now(), state.done);
      counting = { state, pace };
    },
    reading(next) {
      what = next;
    },
    async aside(work) {
      clear();
      quiet = true;
      try {
        return await work();
      } finally {
        quiet = false;
      }
    },
    end() {
      clearInterval(clock);
      clear();
    },
  };
}

// Over less time than this a rate says nothing.
const LEAST_MS = 3_000;
const WINDOW_MS = 15_000;
const SAMPLE_MS = 1_000;

/** How much is done per ms, over the last seconds. */
interface Pace {
  note(at: number, done: number): void;
  /** Null as long as it cannot be told. */
  perMs(at: number): number | null;
}

function createPace(): Pace {
  let samples: { readonly at: number; readonly done: number }[] = [];
  let last = 0;
  let first: number | null = null;
  return {
    note(at, done) {
      last = done;
      first ??= at;
      // The first answers come in a burst, because reads have gone ahead.
      if (at - first < SAMPLE_MS) samples = [];
      const newest = samples.at(-1);
      if (newest === undefined || at - newest.at >= SAMPLE_MS) samples.push({ at, done });
      while (samples.length > 1 && at - (samples[1]?.at ?? at) >= WINDOW_MS) samples.shift();
    },
    perMs(at) {
      const [oldest] = samples;
      if (oldest === undefined || at - oldest.at < LEAST_MS) return null;
      return (last - oldest.done) / (at - oldest.at);
    },
  };
}
