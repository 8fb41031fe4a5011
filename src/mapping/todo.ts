import { HireSyncError } from '../errors.ts';

declare const open: unique symbol;

/** The type of `TODO`: it fits no field of a payload, and no table takes it. */
export interface Todo {
  readonly [open]: 'Say what this word means in Feishu';
}

/**
 * Stands in a drafted pipeline (`hire-sync init`) for a meaning that only you can give: `valueMap({ 通过: TODO })`. A file that
 * has one does not compile, and no command runs it.
 */
export const TODO: Todo = Object.freeze({}) as Todo;

const MARK = Symbol.for('hire-sync.open-todo');

/** A table without any word that still has no meaning; what is wrong stands at the word itself. */
export type Answered<Table> = {
  readonly [Word in keyof Table]: Todo extends Table[Word] ? AsItIs<Table[Word]> : Table[Word];
};
// `unknown`, which takes everything, is no TODO.
type AsItIs<Value> = unknown extends Value ? Value : 'Say what this word means in Feishu';

/** @throws HireSyncError PIPELINE_INVALID when a word of the table still has no meaning */
export function mustBeAnswered(table: Readonly<Record<string, unknown>>): void {
  const words = Object.keys(table).filter((word) => table[word] === TODO);
  if (words.length === 0) return;
  const cause = { [MARK]: words };
  const told = words.map((word) => (word === '' ? '(empty)' : word)).join(', ');
  throw new HireSyncError('PIPELINE_INVALID', `${words.length} words have no meaning yet: ${told}.`, {
    cause,
  });
}

/** Whether a pipeline could not be loaded because of an open TODO. */
export function isOpenTodo(error: unknown): boolean {
  const cause = HireSyncError.is(error) ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null && MARK in cause;
}

/** A word that stands open in the code of a pipeline. */
export interface OpenTodo {
  /** Physical line, from 1. */
  readonly line: number;
  /** As the code spells it: `通过`, `'N/A'`. */
  readonly word: string;
  /** What `init` noted beside it, such as its column and how many rows have it; `''` where nothing is. */
  readonly note: string;
}

const OPEN = /('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[\p{L}\p{N}_$]+)\s*:\s*TODO\b/gu;

/** Every open word of a file, by its text. */
export function openTodos(code: string): readonly OpenTodo[] {
  return code.split('\n').flatMap((text, index) => {
    // A comment about TODOs is none; the note stands behind the last word of its line.
    if (/^\s*(?:\/\/|\*|\/\*)/.test(text)) return [];
    const note = /TODO\b[^/]*\/\/\s*(.*?)\s*$/.exec(text)?.[1] ?? '';
    return [...text.matchAll(OPEN)].map(([, word = '']) => ({ line: index + 1, word, note }));
  });
}
