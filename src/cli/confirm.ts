import { createInterface } from 'node:readline/promises';
import type { ReadStream } from 'node:tty';
import { HireSyncError } from '../errors.ts';
import type { Bilingual, Language } from '../plan/shape.ts';
import { w } from '../report/sentences.ts';

const TYPE_YES: Bilingual = w('输入 yes 继续：', 'Type yes to go on: ');

/**
 * Asks a person at the terminal, on stderr; only `yes` is a yes.
 * @throws HireSyncError CONFIG_INVALID when nobody can be asked, INTERRUPTED when `signal` aborts
 */
export async function confirm(
  question: string,
  input: Pick<ReadStream, 'isTTY'> & NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  signal: AbortSignal,
  language: Language = 'en',
): Promise<boolean> {
  if (!input.isTTY) {
    const message = `${question} There is no terminal to ask at: say --yes. Nothing was sent.`;
    throw new HireSyncError('CONFIG_INVALID', message);
  }
  // Not a terminal of readline's: Ctrl-C stays the signal that it is everywhere else.
  const line = createInterface({ input, output, terminal: false });
  // Ctrl-D leaves a question without an answer, for ever.
  const closed = new Promise<string>((resolve) => line.once('close', () => resolve('')));
  try {
    const answer = await Promise.race([
      line.question(`${question} ${TYPE_YES[language]}`, { signal }),
      closed,
    ]);
    return answer.trim().toLowerCase() === 'yes';
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new HireSyncError('INTERRUPTED', 'Interrupted before anything was sent.', { cause: error });
  } finally {
    line.close();
  }
}
