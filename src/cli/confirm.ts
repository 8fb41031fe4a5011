import { createInterface } from 'node:readline/promises';
import type { ReadStream } from 'node:tty';
import { HireSyncError } from '../errors.ts';
import type { Bilingual } from '../plan/shape.ts';
import { w } from '../report/sentences.ts';
import { told } from './output.ts';

const TYPE_YES = w('输入 yes 继续：', 'Type yes to go on: ');
const BEFORE = w('已中断，没有发出任何请求。', 'Interrupted before anything was sent.');

/**
 * Asks a person at the terminal, on stderr; only `yes` is a yes.
 * @throws HireSyncError CONFIG_INVALID when nobody can be asked, INTERRUPTED when `signal` aborts
 */
export async function confirm(
  question: Bilingual,
  input: Pick<ReadStream, 'isTTY'> & NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  signal: AbortSignal,
): Promise<boolean> {
  if (!input.isTTY) {
    const message = w(
      `${question.zh}没有终端可以询问：请加 --yes。没有发出任何请求。`,
      `${question.en} There is no terminal to ask at: say --yes. Nothing was sent.`,
    );
    throw new HireSyncError('CONFIG_INVALID', message);
  }
  // Not a terminal of readline's: Ctrl-C stays the signal that it is everywhere else.
  const line = createInterface({ input, output, terminal: false });
  // Ctrl-D leaves a question without an answer, for ever.
  const closed = new Promise<string>((resolve) => line.once('close', () => resolve('')));
  try {
    const answer = await Promise.race([
      line.question(`${told(question)} ${told(TYPE_YES)}`, { signal }),
      closed,
    ]);
    return answer.trim().toLowerCase() === 'yes';
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new HireSyncError('INTERRUPTED', BEFORE, { cause: error });
  } finally {
    line.close();
  }
}
