import { once } from 'node:events';

/** Writes pieces to stdout, waiting where the reader is slow. A reader that went away (`| head`) is no error. */
export async function print(pieces: Iterable<string>): Promise<void> {
  const { stdout } = process;
  for (const piece of pieces) {
    if (stdout.destroyed || stdout.writableEnded || stdout.errored !== null) return;
    // `once` rejects on 'error', which is how a reader that went away shows (EPIPE).
    if (!stdout.write(piece))
      await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => {});
  }
}

/** Lines for `print`. */
export function* lines(texts: Iterable<string>): Generator<string> {
  for (const text of texts) yield `${text}\n`;
}

/** One line, or several, for a person: stderr. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
