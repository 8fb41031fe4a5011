import { z } from 'zod';
import { ENDPOINT_NAMES, type EndpointName } from './endpoints.ts';
import { RESOURCE_NAMES, type ResourceName } from './fields.ts';
import { seededRandom } from './random.ts';

/** Which requests a fault or quirk is for: conditions, all of which must hold; none = every request. */
export interface Match {
  readonly endpoint?: EndpointName;
  /** All four endpoints of one target. */
  readonly resource?: ResourceName;
  /** Part of the request's `external_id`, of the id in its path, or of an id in its id list. */
  readonly key?: string;
  /** The application that the request names, or that the object in its path belongs to; the whole id. */
  readonly application?: string;
  /** Part of the body as JSON without blanks: `"conclusion":2`, `张三`. */
  readonly body?: string;
  /** Of batch_query: by an id list, or by application (or without any condition). */
  readonly by?: 'ids' | 'list';
  /** Whether it is a create whose `external_id` was used within the last 24 hours. */
  readonly repeat?: boolean;
  /** From then on, and before then, in ms of the sandbox's clock since the rule was set. */
  readonly fromMs?: number;
  readonly untilMs?: number;
  /** Only the nth of the requests that all of the above let through, counted from 1 since the rule was set. */
  readonly nth?: number;
  /** 0–1; the draws are repeatable, by `seed`. */
  readonly probability?: number;
  readonly seed?: number;
}

/** When a fault or quirk applies. */
export interface Rule {
  readonly match?: Match;
  /** To how many requests at most; without it, to all that match. */
  readonly times?: number;
}

/** The part of a rule that says when, for the schema of the whole. */
export const ruleShape = {
  match: z
    .strictObject({
      endpoint: z.enum(ENDPOINT_NAMES).exactOptional(),
      resource: z.enum(RESOURCE_NAMES).exactOptional(),
      key: z.string().min(1).exactOptional(),
      application: z.string().min(1).exactOptional(),
      body: z.string().min(1).exactOptional(),
      by: z.enum(['ids', 'list']).exactOptional(),
      repeat: z.boolean().exactOptional(),
      fromMs: z.number().nonnegative().exactOptional(),
      untilMs: z.number().nonnegative().exactOptional(),
      nth: z.int().positive().exactOptional(),
      probability: z.number().min(0).max(1).exactOptional(),
      seed: z.int().exactOptional(),
    })
    .exactOptional(),
  times: z.int().positive().exactOptional(),
};

/** What a rule can tell requests apart by. */
export interface Asked {
  readonly endpoint: EndpointName;
  /** The `external_id`, the id in the path, the ids asked for: as far as the request has them. */
  readonly keys: readonly string[];
  readonly application: string | null;
  /** As JSON; `''` where there is none, or none that can be read. */
  readonly body: string;
  /** null unless it is a batch_query. */
  readonly by: 'ids' | 'list' | null;
  readonly isRepeat: boolean;
  readonly nowMs: number;
}

export interface Matcher {
  /** Whether the rule applies to this request. To be asked once for each request, as it counts and draws. */
  fires(asked: Asked): boolean;
  /** It was carried out: counts against `times`. */
  use(): void;
}

/** @param setAtMs the sandbox's time at which the rule is set */
export function createMatcher(
  { match = {}, times = Number.POSITIVE_INFINITY }: Rule,
  setAtMs: number,
): Matcher {
  const { endpoint, resource, key, application, body, by, repeat, nth, probability } = match;
  const { fromMs = 0, untilMs = Number.POSITIVE_INFINITY } = match;
  const random = seededRandom(match.seed ?? 1);
  let seen = 0;
  let used = 0;

  function fits(asked: Asked): boolean {
    const ageMs = asked.nowMs - setAtMs;
    return (
      (endpoint === undefined || endpoint === asked.endpoint) &&
      (resource === undefined || asked.endpoint.startsWith(`${resource}.`)) &&
      (key === undefined || asked.keys.some((candidate) => candidate.includes(key))) &&
      (application === undefined || application === asked.application) &&
      (body === undefined || asked.body.includes(body)) &&
      (by === undefined || by === asked.by) &&
      (repeat === undefined || repeat === asked.isRepeat) &&
      ageMs >= fromMs &&
      ageMs < untilMs
    );
  }

  return {
    fires(asked) {
      if (!fits(asked)) return false;
      seen += 1;
      const drawn = probability === undefined || random() < probability;
      return drawn && used < times && (nth === undefined || seen === nth);
    },
    use() {
      used += 1;
    },
  };
}
