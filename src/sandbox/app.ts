import { setTimeout as sleep } from 'node:timers/promises';
import type { Gate } from './admit.ts';
import { createCrossing } from './answering.ts';
import { type Answer, badParameter, type Reply, refusal } from './answers.ts';
import type { ArrivalLog, OpenArrival } from './arrivals.ts';
import { type Checked, readJson } from './bodies.ts';
import { followsCommit, replyOf } from './carry-out.ts';
import type { Clock } from './clock.ts';
import { type EndpointName, findEndpoint } from './endpoints.ts';
import { externalBackgroundChecks, externalInterviews } from './external.ts';
import type { Fault, Faults } from './faults.ts';
import type { Asked } from './match.ts';
import { listInterviews, listOfApplication } from './native.ts';
import type { Operation } from './operation.ts';
import type { DueQuirks, Quirks } from './quirks.ts';
import { seededRandom } from './random.ts';
import type { Rules } from './rules.ts';
import type { State } from './state.ts';
import type { Tokens } from './tokens.ts';

/** A request, wherever it came from. */
export interface Incoming {
  readonly method: string;
  /** Path and query, or a whole URL. */
  readonly url: string;
  readonly header: (name: string) => string | null;
  /** Rejects when the client goes away before it has sent all of it. */
  readonly body: () => Promise<Uint8Array>;
  /** See `Arrival.atMs`. */
  readonly arrivedAtMs: number;
}

/** One request → what becomes of it. `signal` (the server closes) ends all waiting. */
export type App = (incoming: Incoming, signal?: AbortSignal) => Promise<Reply>;

export interface AppParts {
  readonly gate: Gate;
  readonly rules: () => Rules;
  readonly clock: Clock;
  readonly state: State;
  readonly tokens: Tokens;
  readonly faults: Faults;
  readonly quirks: Quirks;
  readonly arrivals: ArrivalLog;
  /** Of the latency's jitter. */
  readonly seed: number;
  /** Something was written through this endpoint. */
  readonly wrote: (endpoint: EndpointName) => void;
}

type HireEndpoint = Exclude<EndpointName, 'token'>;

const OPERATIONS: Readonly<Record<HireEndpoint, (operation: Operation) => Answer>> = {
  'external_interview.create': externalInterviews.create,
  'external_interview.update': externalInterviews.update,
  'external_interview.batch_query': externalInterviews.batchQuery,
  'external_interview.delete': externalInterviews.remove,
  'external_background_check.create': externalBackgroundChecks.create,
  'external_background_check.update': externalBackgroundChecks.update,
  'external_background_check.batch_query': externalBackgroundChecks.batchQuery,
  'external_background_check.delete': externalBackgroundChecks.remove,
  'application_interview.list': listOfApplication,
  'interview.list': listInterviews,
};

/** A request at one of the endpoints, its body read. */
interface Request {
  readonly endpoint: EndpointName;
  readonly id: string;
  readonly query: URLSearchParams;
  readonly body: Checked<unknown>;
  /** What a fault rule's `key` is looked for in. */
  readonly keys: readonly string[];
  readonly authorization: string | null;
  readonly arrival: OpenArrival;
  readonly signal: AbortSignal | undefined;
}

/** The order of things: arrival, route, token, rate limit, scripted fault, work with its quirks, scripted fault after it, latency. */
export function createApp(parts: AppParts): App {
  const { gate, rules, clock, state, tokens, faults, arrivals } = parts;
  const random = seededRandom(parts.seed);
  const crossing = createCrossing();

  async function handle(incoming: Incoming, signal?: AbortSignal): Promise<Reply> {
    const url = urlOf(incoming);
    const route = findEndpoint(incoming.method, url.pathname);
    const arrival = arrivals.open({
      endpoint: route.kind === 'found' ? route.endpoint : 'unknown',
      atMs: incoming.arrivedAtMs,
      method: incoming.method,
      path: url.pathname,
    });
    const body = await readBody(incoming).catch(() => null);
    if (body === null) return { kind: 'silence' };

    if (route.kind === 'unknown-path')
      return answered(refusal(404, 99991201, 'the request path is not found'), arrival);
    if (route.kind === 'wrong-method')
      return answered(refusal(405, 99991301, 'the request method is wrong'), arrival);
    const keys = keysOf(route.id, body);
    arrival.key = keys[0] ?? null;
    const authorization = incoming.header('authorization');
    const reply = await respond({
      ...route,
      query: url.searchParams,
      body,
      keys,
      authorization,
      arrival,
      signal,
    });
    if (reply.kind !== 'answer') return reply;
    const { meanMs, jitter } = rules().latency;
    if (meanMs > 0) await wait(meanMs * (1 + jitter * (2 * random() - 1)), signal);
    return answered(reply.answer, arrival);
  }

  async function respond(request: Request): Promise<Reply> {
    const { endpoint, body, arrival } = request;
    const admission =
      endpoint === 'token'
        ? gate.admitTokenRequest(body, arrival.atMs)
        : gate.admitHireRequest(endpoint, request.authorization, arrival.atMs);
    if (admission.kind === 'turned-away') return { kind: 'answer', answer: admission.answer };
    const asked = askedOf(request, admission.appId);
    const quirks = parts.quirks.pick(asked, (name) => {
      arrival.quirks = [...arrival.quirks, name];
    });
    const work = () => workOn(request, admission.appId, quirks);
    const due = faults.pick(asked);
    if (due === null) return { kind: 'answer', answer: await crossed(work(), endpoint, quirks) };

    const done = followsCommit(due.fault) ? work() : null;
    // Refused work leaves nothing to go wrong after it: the refusal is the answer.
    if (done !== null && done.code !== 0) return { kind: 'answer', answer: done };
    due.use();
    arrival.fault = due.fault.kind;
    return carryOut(due.fault, { request, appId: admission.appId, work, done });
  }

  async function carryOut(
    fault: Fault,
    at: { request: Request; appId: string; work: () => Answer; done: Answer | null },
  ): Promise<Reply> {
    const { endpoint, signal } = at.request;
    if (fault.kind === 'delay') {
      await wait(fault.ms, signal);
      return signal?.aborted ? { kind: 'silence' } : { kind: 'answer', answer: at.done ?? at.work() };
    }
    if (fault.kind === 'token-dead') tokens.revokeAll();
    return replyOf(fault, at.done, { rules: rules(), appId: at.appId, endpoint });
  }

  async function crossed(answer: Answer, endpoint: EndpointName, { answers }: DueQuirks): Promise<Answer> {
    const due = answers.find(({ quirk }) => quirk.with === 'crossed');
    return due === undefined || answer.code !== 0 ? answer : crossing.meet(endpoint, answer, due);
  }

  function workOn({ endpoint, id, query, body }: Request, appId: string, quirks: DueQuirks): Answer {
    if (endpoint === 'token') return gate.issueToken(body);
    if (!body.ok) return badParameter(body.violations);
    const wrote = () => parts.wrote(endpoint);
    const given = { id, query, body: body.value, appId };
    return OPERATIONS[endpoint]({
      ...given,
      nowMs: clock.now(),
      rules: quirks.rules(rules()),
      quirks,
      state,
      wrote,
    });
  }

  function askedOf({ endpoint, id, query, body, keys }: Request, appId: string): Asked {
    const nowMs = clock.now();
    const given = Object(body.ok ? body.value : {});
    const { external_id: externalId, external_application_id: named = query.get('external_application_id') } =
      given;
    const resources = {
      external_interview: state.interviews,
      external_background_check: state.backgroundChecks,
    };
    const [resource = '', action] = endpoint.split('.');
    const collection = Object.hasOwn(resources, resource)
      ? resources[resource as keyof typeof resources]
      : null;
    const isQuery = action === 'batch_query';
    const listsIds = isQuery && keys.length > 0;
    return {
      endpoint,
      keys,
      application: listsIds ? null : (named ?? collection?.get(id)?.body.external_application_id ?? null),
      body: body.ok ? JSON.stringify(body.value) : '',
      by: isQuery ? (listsIds ? 'ids' : 'list') : null,
      isRepeat: action === 'create' && collection?.isRepeat(appId, externalId, nowMs) === true,
      nowMs,
    };
  }

  return handle;
}

/** A request target is a path or a whole URL; one that is neither counts as `/`, which is no endpoint. */
export function urlOf({ url }: Incoming): URL {
  const whole = url.startsWith('/') ? `http://sandbox${url}` : url;
  return URL.parse(whole) ?? new URL('http://sandbox/');
}

function answered(answer: Answer, arrival: OpenArrival): Reply {
  arrival.status = answer.status;
  arrival.code = answer.code;
  return { kind: 'answer', answer };
}

/** Ends early when the server closes. */
async function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}

/** GET and DELETE take no body; some clients send `{}` with them. */
async function readBody({ method, header, body }: Incoming): Promise<Checked<unknown>> {
  const bytes = await body();
  if (method === 'GET' || method === 'DELETE') return { ok: true, value: {} };
  return readJson(header('content-type'), bytes);
}

/** The `external_id`, the id in the path, the ids asked for: as far as the request has them. */
function keysOf(id: string, body: Checked<unknown>): string[] {
  const { external_id, external_interview_id_list, external_background_check_id_list } = Object(
    body.ok ? body.value : {},
  );
  const candidates = [external_id, id, external_interview_id_list, external_background_check_id_list].flat();
  return candidates.filter((candidate) => typeof candidate === 'string' && candidate !== '');
}
