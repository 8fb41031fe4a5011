import { once } from 'node:events';
import { closeSync, fchmodSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

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

/** Writes candidate text to a file that only its owner may read (mode 0600, folder 0700). */
export function writePrivately(file: string, pieces: Iterable<string>): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const descriptor = openSync(file, 'w', 0o600);
  try {
    // One that was there before keeps its mode otherwise.
    fchmodSync(descriptor, 0o600);
    for (const piece of pieces) writeSync(descriptor, piece);
  } finally {
    closeSync(descriptor);
  }
}
