import type { Complaint } from '../complaint.ts';
import { reversedIn, type Verdicts } from './verdicts.ts';

/** An unmistakable word that is mapped the other way, one complaint a column. Pure. */
export function complaintsAboutVerdicts(verdicts: Verdicts): readonly Complaint[] {
  const columns = Map.groupBy(reversedIn(verdicts), ({ path, file, column }) =>
    JSON.stringify([path, file, column]),
  );
  return [...columns.values()].flatMap((met) => {
    const [first] = met;
    if (first === undefined) return [];
    const { path, file, column } = first;
    const words = met.map(({ word, value, count, some }) => ({
      ...{ word, value, count },
      ...(some === undefined ? {} : { some }),
    }));
    return [{ guard: 'reversed', path, file, column, words }];
  });
}
