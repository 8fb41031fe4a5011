import { z } from 'zod';
import type { Answer, CallOptions } from './answer.ts';
import type { HttpRequest } from './http.ts';
import type { ExternalInterview } from './payloads.ts';

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

/** The body of an external background check; `date` in ms. */
export interface ExternalBackgroundCheck {
  readonly external_application_id: string;
  readonly date?: number | undefined;
  readonly name?: string | undefined;
  readonly result?: string | undefined;
  readonly attachment_id_list?: readonly string[] | undefined;
}

/** The four endpoints of one kind of external object. `update` replaces the whole object. Deciding what an answer means is up to `Call`. */
export interface ExternalResource<Body> {
  create(body: Body & { readonly external_id: string }, options?: CallOptions): Promise<Answer<RemoteObject>>;
  update(id: string, body: Body, options?: CallOptions): Promise<Answer<RemoteObject>>;
  batchQuery(filter: BatchFilter, options?: CallOptions): Promise<Answer<Page>>;
  delete(id: string, options?: CallOptions): Promise<Answer<null>>;
}

/** One request with the app's token in it. */
export type Send = <T>(request: Omit<HttpRequest<T>, 'token'>, options?: CallOptions) => Promise<Answer<T>>;

export type ExternalInterviews = ExternalResource<ExternalInterview>;
export type ExternalBackgroundChecks = ExternalResource<ExternalBackgroundCheck>;

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
    if (data.has_more !== true) return { items: data.items ?? [], pageToken: null };
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

/** external-interview-create.md, -update.md, -batch-query.md. */
export function createExternalInterviews(send: Send): ExternalInterviews {
  return createResource(send, 'external_interview');
}

/** external-background-check-batch-query.md; create, update and delete as in platform.md §1. */
export function createExternalBackgroundChecks(send: Send): ExternalBackgroundChecks {
  return createResource(send, 'external_background_check');
}

/** Feishu's own interviews of an application (application-interviews-list.md, a historic endpoint); `pageSize` at most 50. */
export function listApplicationInterviews(
  send: Send,
  filter: {
    readonly applicationId: string;
    readonly pageSize: number;
    readonly pageToken?: string | undefined;
  },
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

function createResource<Body extends object>(
  send: Send,
  name: 'external_interview' | 'external_background_check',
): ExternalResource<Body> {
  const path = `/open-apis/hire/v1/${name}s`;
  const single: z.ZodType<RemoteObject> = z
    .looseObject({ data: z.looseObject({ [name]: remoteObject }) })
    .transform(({ data }) => data[name] as RemoteObject);
  return Object.freeze({
    create(body, options) {
      return send({ endpoint: `${name}.create`, method: 'POST', path, body, schema: single }, options);
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
      const pages = {
        page_size: filter.pageSize === undefined ? undefined : String(filter.pageSize),
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
