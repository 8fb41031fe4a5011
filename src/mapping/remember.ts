// Interviewers and departments come again and again; applications do not, and must not fill the memory.
const REMEMBERED = 10_000;

/** Keeps the value of a key of a table, at most 10,000 of each table. */
export function remember<T>(known: Map<string, Map<string, T>>, name: string, key: string, value: T): void {
  let ofTable = known.get(name);
  if (ofTable === undefined || ofTable.size >= REMEMBERED) {
    ofTable = new Map();
    known.set(name, ofTable);
  }
  // The copy: a cell is a piece of the text it was cut from, all of which it would keep in memory.
  ofTable.set(`${key} `.slice(0, -1), value);
}
