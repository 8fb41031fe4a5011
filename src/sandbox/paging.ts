/** What a page request asks for, or why it cannot be answered. */
export type PageRequest =
  | { readonly ok: true; readonly size: number; readonly offset: number; readonly of: string }
  | { readonly ok: false; readonly field: 'page_size' | 'page_token'; readonly description: string };

/**
 * Reads `page_size` and `page_token`.
 * @param limits.fallback the documented default size; null where the size is required
 * @param of names the query the pages belong to: a page token is good for its own query only
 */
export function readPage(
  query: URLSearchParams,
  limits: { readonly max: number; readonly fallback: number | null },
  of: string,
): PageRequest {
  const given = query.get('page_size');
  const size = given === null ? limits.fallback : /^\d+$/.test(given) ? Number(given) : 0;
  if (size === null || size < 1 || size > limits.max)
    return { ok: false, field: 'page_size', description: `must be a whole number from 1 to ${limits.max}` };
  const token = query.get('page_token') ?? '';
  const offset = token === '' ? 0 : offsetIn(token, of);
  if (offset === null)
    return { ok: false, field: 'page_token', description: 'is not a page token of this query' };
  return { ok: true, size, offset, of };
}

export interface Page<T> {
  readonly items: T[];
  /** Absent when `has_more` is false. */
  readonly page_token?: string;
  readonly has_more: boolean;
}

export function cutPage<T>(all: readonly T[], page: PageRequest & { readonly ok: true }): Page<T> {
  const end = page.offset + page.size;
  const items = all.slice(page.offset, end);
  if (end >= all.length) return { items, has_more: false };
  return { items, page_token: tokenOf(end, page.of), has_more: true };
}

/** Says that there is more, under a token that leads to the page that was asked for. */
export function samePageAgain({ offset, of }: PageRequest & { readonly ok: true }): {
  readonly page_token: string;
  readonly has_more: true;
} {
  return { page_token: tokenOf(offset, of), has_more: true };
}

function tokenOf(offset: number, of: string): string {
  return Buffer.from(JSON.stringify({ offset, of })).toString('base64');
}

function offsetIn(token: string, of: string): number | null {
  try {
    const content = JSON.parse(Buffer.from(token, 'base64').toString());
    return content.of === of && Number.isInteger(content.offset) && content.offset >= 0
      ? content.offset
      : null;
  } catch {
    return null;
  }
}
