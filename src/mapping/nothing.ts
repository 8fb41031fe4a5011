import { isWordForNothing, nothingAdvice } from '../readers/empty-words.ts';
import { takesWords } from './problems.ts';

/**
 * Why a word is no value: the end of a sentence that begins with it. Undefined for every other word, and where its source
 * takes such words as they stand.
 * @param others more words that stand for nothing, in a value of this kind
 */
export function whyNothing(value: unknown, word: string, others: readonly string[] = []): string | undefined {
  if (!isWordForNothing(word) && !others.includes(word)) return undefined;
  return takesWords(value) ? undefined : nothingAdvice(word);
}
