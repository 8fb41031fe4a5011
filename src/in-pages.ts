/**
 * What is read in pages, page by page: `read` gives at most `size` items behind a place, in order, and `placeOf` is an
 * item's own. Nothing is open between two pages: whoever takes them may write, or wait, meanwhile.
 */
export function* inPages<Item, Place>(
  first: Place,
  size: number,
  read: (after: Place, size: number) => readonly Item[],
  placeOf: (item: Item) => Place,
): Generator<readonly Item[]> {
  for (let after = first; ; ) {
    const page = read(after, size);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    if (page.length < size) return;
    after = placeOf(last);
  }
}

/** The same, item by item. */
export function* eachInPages<Item, Place>(...args: Parameters<typeof inPages<Item, Place>>): Generator<Item> {
  for (const page of inPages(...args)) yield* page;
}
