/**
 * The endpoints of Feishu that the sandbox plays, with the request rate documented for each (requests per s
 * per app). Where no rate is documented (`token`, `application_interview.list`) it is the family's usual 10.
 */
export const ENDPOINTS = {
  token: { method: 'POST', path: '/open-apis/auth/v3/tenant_access_token/internal', perSecond: 10 },
  'external_interview.create': {
    method: 'POST',
    path: '/open-apis/hire/v1/external_interviews',
    perSecond: 10,
  },
  'external_interview.batch_query': {
    method: 'POST',
    path: '/open-apis/hire/v1/external_interviews/batch_query',
    perSecond: 10,
  },
  'external_interview.update': {
    method: 'PUT',
    path: '/open-apis/hire/v1/external_interviews/:id',
    perSecond: 10,
  },
  'external_interview.delete': {
    method: 'DELETE',
    path: '/open-apis/hire/v1/external_interviews/:id',
    perSecond: 10,
  },
  'external_background_check.create': {
    method: 'POST',
    path: '/open-apis/hire/v1/external_background_checks',
    perSecond: 20,
  },
  'external_background_check.batch_query': {
    method: 'POST',
    path: '/open-apis/hire/v1/external_background_checks/batch_query',
    perSecond: 10,
  },
  'external_background_check.update': {
    method: 'PUT',
    path: '/open-apis/hire/v1/external_background_checks/:id',
    perSecond: 10,
  },
  'external_background_check.delete': {
    method: 'DELETE',
    path: '/open-apis/hire/v1/external_background_checks/:id',
    perSecond: 10,
  },
  'application_interview.list': {
    method: 'GET',
    path: '/open-apis/hire/v1/applications/:id/interviews',
    perSecond: 10,
  },
  'interview.list': { method: 'GET', path: '/open-apis/hire/v1/interviews', perSecond: 50 },
} as const satisfies Record<string, { method: string; path: string; perSecond: number }>;

export type EndpointName = keyof typeof ENDPOINTS;

export const ENDPOINT_NAMES = Object.keys(ENDPOINTS) as EndpointName[];

export type Route =
  /** `id` is the decoded path parameter, `''` where the path has none. */
  | { readonly kind: 'found'; readonly endpoint: EndpointName; readonly id: string }
  | { readonly kind: 'wrong-method' }
  | { readonly kind: 'unknown-path' };

/** Which endpoint a method and a path (without query) mean. */
export function findEndpoint(method: string, pathname: string): Route {
  let pathIsKnown = false;
  for (const endpoint of ENDPOINT_NAMES) {
    const id = matchPath(ENDPOINTS[endpoint].path, pathname);
    if (id === null) continue;
    if (ENDPOINTS[endpoint].method === method) return { kind: 'found', endpoint, id };
    pathIsKnown = true;
  }
  return { kind: pathIsKnown ? 'wrong-method' : 'unknown-path' };
}

function matchPath(pattern: string, pathname: string): string | null {
  const wanted = pattern.split('/');
  const given = pathname.split('/');
  if (wanted.length !== given.length) return null;
  let id = '';
  for (const [index, segment] of wanted.entries()) {
    const actual = given[index] ?? '';
    if (segment === ':id') {
      const decoded = decode(actual);
      if (decoded === '') return null;
      id = decoded;
    } else if (segment !== actual) return null;
  }
  return id;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}
