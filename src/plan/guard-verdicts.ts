import type { Complaint } from './guard.ts';
import type { Shape } from './shape.ts';
import { leafAt, reversedIn, type Verdicts } from './verdicts.ts';

/** An unmistakable word that is mapped the other way, one complaint a column. Pure. */
export function complaintsAboutVerdicts(verdicts: Verdicts, shape: Shape): readonly Complaint[] {
  const columns = Map.groupBy(reversedIn(verdicts), ({ path, file, column }) =>
    JSON.stringify([path, file, column]),
  );
  return [...columns.values()].flatMap((words) => {
    const [first] = words;
    if (first === undefined) return [];
    const { path, file, column } = first;
    const leaf = leafAt(shape, path);
    const name = (value: number | string | null): string => {
      const words = leaf?.kind === 'integer' && typeof value === 'number' ? leaf.words?.[value] : undefined;
      return words === undefined ? String(value) : `${words.zh} ${words.en} (${value})`;
    };
    const list = words
      .map(({ word, value, count }) => `${word} → ${name(value)} in ${count} cells`)
      .join(', ');
    const message = `column ${column} of ${file} is mapped the other way, in ${path}: ${list}`;
    return [{ guard: 'reversed', message }];
  });
}
