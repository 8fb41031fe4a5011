import type { StoredObject } from './collection.ts';
import { cutPage, type Page, type PageRequest, samePageAgain } from './paging.ts';
import type { Due, ReadQuirk } from './quirks.ts';

/**
 * One page of what was asked for, as the quirks let it be seen.
 * @param found what the query is for, and `all` objects there are, both as they are visible now
 */
export function readObjects<B>(
  found: readonly StoredObject<B>[],
  request: PageRequest & { readonly ok: true },
  {
    all,
    reads,
  }: { readonly all: () => readonly StoredObject<B>[]; readonly reads: readonly Due<ReadQuirk>[] },
): Page<StoredObject<B>> {
  if (reads.length === 0) return cutPage(found, request);
  let list = found;
  let { offset } = request;
  for (const { quirk, use } of reads) {
    if (quirk.kind === 'omit' && quirk.ids !== undefined) {
      const { ids } = quirk;
      const rest = list.filter(({ id }) => !ids.includes(id));
      if (rest.length < list.length) use();
      list = rest;
    }
    if (quirk.kind === 'shift' && request.offset > 0) {
      use();
      offset += quirk.by;
    }
  }

  const others = all().filter(({ id }) => !found.some((object) => object.id === id));
  return reads.reduce(
    (page, due) => {
      const next = pageAfter(page, due.quirk, { others, request });
      if (next !== page) due.use();
      return next;
    },
    cutPage(list, { ...request, offset }),
  );
}

/** The page as one quirk makes it; the same page where there is nothing for it to do. */
function pageAfter<B>(
  page: Page<StoredObject<B>>,
  quirk: ReadQuirk,
  { others, request }: { others: readonly StoredObject<B>[]; request: PageRequest & { readonly ok: true } },
): Page<StoredObject<B>> {
  const { items } = page;
  switch (quirk.kind) {
    case 'nothing':
      return { items: [], has_more: false };
    case 'others':
      return items.length === 0 ? page : { ...page, items: others.slice(0, items.length) };
    case 'twice':
      return items.length === 0 ? page : { ...page, items: [...items, ...items.slice(0, 1)] };
    case 'more':
      return others.length === 0
        ? page
        : { ...page, items: [...items, ...others.slice(0, quirk.count ?? 1)] };
    case 'omit':
      return quirk.ids !== undefined || items.length === 0 ? page : { ...page, items: items.slice(0, -1) };
    case 'shift':
      return page;
    case 'empty-page':
      return { items: [], ...samePageAgain(request) };
    case 'endless':
      return { items, ...samePageAgain(request) };
  }
}
