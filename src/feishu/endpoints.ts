import { z } from 'zod';
import type { Answer, CallOptions } from './answer.ts';
import type { HttpRequest } from './http.ts';

/** An object as Feishu shows it: its id, and whatever else it sends, unchecked. */
export type RemoteObject = { readonly id: string } & Readonly<Record<string, unknown>>;

/** One page of a list. `pageToken` is null on the last page. */
export interface Page {
  readonly items: readonly RemoteObject[];
  readonly pageToken: string | null;
}

/**
 * Either up to 20 ids, or all objects of one application, page by page (at most 20, 10 by default). Ids come in pages,
 * too: whoever does not ask for 20 sees ten of them.
 */
export type BatchFilter = {
  readonly pageSize?: number | undefined;
  readonly pageToken?: string | undefined;
} & (
  | { readonly ids: readonly string[]; readonly applicationId?: never }
  | { readonly applicationId: string; readonly ids?: never }
);

/** The four endpoints of one kind of external object. `update` replaces the whole object. Deciding what an answer means is up to `Call`. */
export interface ExternalResource<Body> {
  create(body: Body & { readonly external_id: string }, options?: CallOptions): Promise<Answer<RemoteObject>>;
  update(id: string, body: Body, options?: CallOptions): Promise<Answer<RemoteObject>>;
  batchQuery(filter: BatchFilter, options?: CallOptions): Promise<Answer<Page>>;
  delete(id: string, options?: CallOptions): Promise<Answer<null>>;
}

/** One request with the app's token in it. */
export type Send = <T>(request: Omit<HttpRequest<T>, 'token'>, options?: CallOptions) => Promise<Answer<T>>;

export const MAX_QUERY_IDS = 20;

const ID = /^[0-9]{1,20}$/;

// Loose on purpose: only what the program cannot do without must be there. A stricter reading would turn a create
// that succeeded into one in doubt.
const remoteObject: z.ZodType<RemoteObject> = z.looseObject({ id: z.string().regex(ID) });

const page: z.ZodType<Page> = z
  .looseObject({
    data: z.looseObject({
      items: z.array(remoteObject).nullish(),
      has_more: z.boolean().nullish(),
      page_token: z.string().nullish(),
    }),
  })
  .transform(({ data }, context) => {
    // A token without a word about more pages: asking costs one page, and taking it for the last may lose the rest.
    const more = data.has_more ?? Boolean(data.page_token);
    if (!more) return { items: data.items ?? [], pageToken: null };
    if (data.page_token) return { items: data.items ?? [], pageToken: data.page_token };
    // Taking such a page for the last one would silently lose the rest.
    context.addIssue({
      code: 'custom',
      path: ['data', 'page_token'],
      message: 'is missing although has_more is true',
    });
    return z.NEVER;
  });

const nothing = z.looseObject({}).transform(() => null);

/** Which list of Feishu's own interviews: the historic one of an application, or its successor (platform.md §7). */
export type InterviewsApi = 'applications' | 'v1-interviews';

/** Largest page of each list, as documented. */
export const MAX_INTERVIEWS_PAGE: Readonly<Record<InterviewsApi, number>> = {
  applications: 50,
  'v1-interviews': 100,
};

/** One page of the native interviews of an application. */
export interface InterviewsFilter {
  readonly applicationId: string;
  /** At most `MAX_INTERVIEWS_PAGE`. */
  readonly pageSize: number;
  readonly pageToken?: string | undefined;
}

/** Feishu's own interviews of an application (application-interviews-list.md, a historic endpoint). */
export function listApplicationInterviews(
  send: Send,
  filter: InterviewsFilter,
  options?: CallOptions,
): Promise<Answer<Page>> {
  return send(
    {
      endpoint: 'application_interview.list',
      method: 'GET',
      path: `/open-apis/hire/v1/applications/${checkedId(filter.applicationId)}/interviews`,
      query: { page_size: String(filter.pageSize), page_token: filter.pageToken },
      schema: page,
    },
    options,
  );
}

/** The same from its successor, GET hire/v1/interviews (platform.md §7), by application only. */
export function listInterviews(
  send: Send,
  filter: InterviewsFilter,
  options?: CallOptions,
): Promise<Answer<Page>> {
  return send(
    {
      endpoint: 'interview.list',
      method: 'GET',
      path: '/open-apis/hire/v1/interviews',
      query: {
        application_id: checkedId(filter.applicationId),
        page_size: String(filter.pageSize),
        page_token: filter.pageToken,
      },
      schema: page,
    },
    options,
  );
}

/**
 * The endpoints of a target by its name: external-interview-create.md, -update.md, -batch-query.md,
 * external-background-check-batch-query.md, and platform.md §1 for the rest of the family, which is built alike.
 */
export function createExternalResource<Body extends object>(
  send: Send,
  name: string,
): ExternalResource<Body> {
  const path = `/open-apis/hire/v1/${name}s`;
  const single: z.ZodType<RemoteObject> = z
    .looseObject({ data: z.looseObject({ [name]: remoteObject }) })
    .transform(({ data }) => data[name] as RemoteObject);
  return Object.freeze({
    create(body, options) {
      const endpoint = `${name}.create` as const;
      return send({ endpoint, method: 'POST', path, body, schema: single }, options);
    },
    update(id, body, options) {
      const endpoint = `${name}.update` as const;
      return send(
        { endpoint, method: 'PUT', path: `${path}/${checkedId(id)}`, body, schema: single },
        options,
      );
    },
    batchQuery(filter, options) {
      const request = {
        endpoint: `${name}.batch_query`,
        method: 'POST',
        path: `${path}/batch_query`,
        schema: page,
      } as const;
      const size = filter.pageSize ?? (filter.ids === undefined ? undefined : MAX_QUERY_IDS);
      const pages = {
        // A page of its default size would hold ten of twenty ids.
        page_size: size === undefined ? undefined : String(size),
        page_token: filter.pageToken,
      };
      // By ids, Feishu ignores every other condition; ids go into the body, the rest into the query.
      if (filter.ids !== undefined)
        return send(
          { ...request, query: pages, body: { [`${name}_id_list`]: checkedIds(filter.ids) } },
          options,
        );
      const query = { external_application_id: checkedId(filter.applicationId), ...pages };
      return send({ ...request, query, body: {} }, options);
    },
    delete(id, options) {
      const endpoint = `${name}.delete` as const;
      return send({ endpoint, method: 'DELETE', path: `${path}/${checkedId(id)}`, schema: nothing }, options);
    },
  } satisfies ExternalResource<Body>);
}

function checkedId(id: string): string {
  if (!ID.test(id)) throw new TypeError(`"${id}" is not a Feishu id: 1 to 20 digits.`);
  return id;
}

function checkedIds(ids: readonly string[]): readonly string[] {
  // What an empty list answers is not documented: perhaps everything.
  if (ids.length === 0 || ids.length > MAX_QUERY_IDS) {
    throw new RangeError(`A batch query takes 1 to ${MAX_QUERY_IDS} ids, not ${ids.length}.`);
  }
  return ids.map(checkedId);
}
