import { once } from 'node:events';
import type { Bilingual, Language } from '../plan/shape.ts';
import type { Printed, SchemaName } from './schemas.ts';

// Its own: the code of a pipeline must not write there (`containment.ts`).
const write: (piece: string, done?: () => void) => boolean = process.stdout.write.bind(process.stdout);

/** Resolves when what was printed has left, or cannot. */
export function flushed(): Promise<void> {
  const { stdout } = process;
  return new Promise((resolve) => {
    if (stdout.destroyed || stdout.errored !== null) resolve();
    else write('', () => resolve());
  });
}

/** Writes pieces to stdout, waiting where the reader is slow. A reader that went away (`| head`) is no error. */
export async function print(pieces: Iterable<string>): Promise<void> {
  const { stdout } = process;
  for (const piece of pieces) {
    if (stdout.destroyed || stdout.writableEnded || stdout.errored !== null) return;
    // `once` rejects on 'error', which is how a reader that went away shows (EPIPE).
    if (!write(piece)) await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => {});
  }
}

/** Writes one JSON object to stdout, on one line; its type is that of the schema it is published under. */
export function printJson<Name extends SchemaName>(value: Printed<Name>): Promise<void> {
  return print([`${JSON.stringify(value)}\n`]);
}

/** Lines for `print`. */
export function* lines(texts: Iterable<string>): Generator<string> {
  for (const text of texts) yield `${text}\n`;
}

// The language of stderr is one for the whole process, as stderr is: an error may come up before any flag is read.
let language: Language = 'en';

/** What `say` speaks from now on. */
export function speak(spoken: Language): void {
  language = spoken;
}

/** One line, or several, for a person: stderr. */
export function say(text: string | Bilingual): void {
  process.stderr.write(`${told(text)}\n`);
}

/** A text in the language of the command line. */
export function told(text: string | Bilingual): string {
  return typeof text === 'string' ? text : text[language];
}

/** Says why a command, or one of its pipelines (`who`), ends. */
export function sayWhy(why: Bilingual, who = ''): void {
  const begin = who === '' ? 'hire-sync' : `hire-sync: ${who}`;
  say({ zh: `${begin}：${why.zh}`, en: `${begin}: ${why.en}` });
}
