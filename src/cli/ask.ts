import { HireSyncError } from '../errors.ts';
import type { Question } from '../init/questions.ts';
import type { Language } from '../plan/shape.ts';

/** Asks a person, and gives the answer. */
export type Ask = (question: Question, check: (answer: string) => string | null) => Promise<string>;

/**
 * Questions at a terminal; null where nobody can be asked. They are drawn on stderr, since stdout is the result. The library
 * is loaded with the first question.
 */
export function createAsk(language: Language): Ask | null {
  const { stdin: input, stderr: output } = process;
  if (!input.isTTY || !output.isTTY) return null;
  return async ({ asks, choices, proposed }, check) => {
    const { isCancel, select, text } = await import('@clack/prompts');
    const message = asks[language];
    const answer =
      choices === undefined
        ? await text({
            ...{ message, input, output, initialValue: proposed },
            validate: (given = '') => check(given) ?? undefined,
          })
        : await select({
            ...{ message, input, output, initialValue: proposed },
            options: choices.map((value) => ({ value, label: value })),
          });
    if (isCancel(answer))
      throw new HireSyncError('INTERRUPTED', {
        zh: '已中断，没有写入任何内容。',
        en: 'Interrupted. Nothing was written.',
      });
    return answer;
  };
}
