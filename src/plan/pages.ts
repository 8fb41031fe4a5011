import { eachInPages } from '../in-pages.ts';
import type { PlanStore } from './plan-store.ts';
import type { ListedOrphan, Missing } from './planned.ts';

const PAGE = 256;

/** All records that are missing in the source, by key, read in pages: there may be a million. */
export function* eachMissing(store: Pick<PlanStore, 'missing'>, size = PAGE): Generator<Missing> {
  yield* eachInPages('', size, store.missing, ({ key }) => key);
}

/** All child records without a parent, in the order they were found, read in pages. */
export function* eachOrphan(store: Pick<PlanStore, 'orphans'>, size = PAGE): Generator<ListedOrphan> {
  yield* eachInPages(0, size, store.orphans, ({ id }) => id);
}

/** The first `limit` of them (0 = all). */
export function* first<T>(limit: number, items: Iterable<T>): Generator<T> {
  let count = 0;
  for (const item of items) {
    if (limit > 0 && count++ === limit) return;
    yield item;
  }
}
