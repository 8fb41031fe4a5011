import { z } from 'zod';
import { ENDPOINT_NAMES, type EndpointName } from './endpoints.ts';
import { parseSetting } from './rules.ts';

/**
 * Something that goes wrong. `committed` tells whether the request's work is done all the same. A fault that
 * follows a commit is carried out only where the work succeeds; a refused request gets its own answer.
 */
export type Fault =
  /** An error envelope. Not committed unless said so. */
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly code: number;
      readonly msg?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly committed?: boolean;
    }
  /** Connection reset, before or after the commit. */
  | { readonly kind: 'reset-before' }
  | { readonly kind: 'reset-after' }
  /** No answer, ever. Not committed unless said so. */
  | { readonly kind: 'black-hole'; readonly committed?: boolean }
  /** The answer comes `ms` late. The work is done at once, or with `committed: false` only then. */
  | { readonly kind: 'delay'; readonly ms: number; readonly committed?: boolean }
  /** 200 whose body ends half-way, then the connection does. Committed. */
  | { readonly kind: 'cut-body' }
  /** A gateway's 502 page. Not committed unless said so. */
  | { readonly kind: 'html'; readonly committed?: boolean }
  /** 200 with a text that is not JSON. Committed. */
  | { readonly kind: 'not-json' }
  /** Code 0 without `data` (without a token, on `token`). Committed. */
  | { readonly kind: 'no-data' }
  /** 99991400. Status and header as the rules say unless given; `resetSeconds: null` = no header. */
  | { readonly kind: 'limited'; readonly status?: 429 | 400 | 200; readonly resetSeconds?: number | null }
  /** 99991663, and all current tokens are invalid from now on. */
  | { readonly kind: 'token-dead' }
  /** 99991672: the app lacks the scope. */
  | { readonly kind: 'permission' };

/**
 * When a fault happens. Rules look at requests that have a valid token and are within the rate limit, in the
 * order in which they arrive; the first rule that fires wins.
 */
export interface FaultRule {
  /** Conditions, all of which must hold; none = every request. */
  readonly match?: {
    readonly endpoint?: EndpointName;
    /** Part of the request's `external_id`, of the id in its path, or of an id in its id list. */
    readonly key?: string;
    /** Only the nth request that fits `endpoint` and `key`, counted from 1 since the rule was set. */
    readonly nth?: number;
    /** 0–1; the draws are repeatable, by `seed`. */
    readonly probability?: number;
    readonly seed?: number;
  };
  /** How often at most; without it, always. */
  readonly times?: number;
  readonly fault: Fault;
}

const committed = z.boolean().exactOptional();
const fault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('error'),
    status: z.int().min(200).max(599),
    code: z.int(),
    msg: z.string().exactOptional(),
    headers: z.record(z.string(), z.string()).exactOptional(),
    committed,
  }),
  z.strictObject({ kind: z.enum(['reset-before', 'reset-after', 'cut-body', 'not-json', 'no-data']) }),
  z.strictObject({ kind: z.enum(['token-dead', 'permission']) }),
  z.strictObject({ kind: z.enum(['black-hole', 'html']), committed }),
  z.strictObject({ kind: z.literal('delay'), ms: z.number().nonnegative(), committed }),
  z.strictObject({
    kind: z.literal('limited'),
    status: z.literal([429, 400, 200]).exactOptional(),
    resetSeconds: z.number().nullable().exactOptional(),
  }),
]);

const faultRules = z.array(
  z.strictObject({
    match: z
      .strictObject({
        endpoint: z.enum(ENDPOINT_NAMES).exactOptional(),
        key: z.string().min(1).exactOptional(),
        nth: z.int().positive().exactOptional(),
        probability: z.number().min(0).max(1).exactOptional(),
        seed: z.int().exactOptional(),
      })
      .exactOptional(),
    times: z.int().positive().exactOptional(),
    fault,
  }),
);

export interface Faults {
  /**
   * Replaces all rules; their counts begin anew.
   * @throws HireSyncError CONFIG_INVALID naming every mistake
   */
  set(rules: unknown): void;
  /** The fault due for this request, if any. `use` counts it against the rule's `times`. */
  pick(endpoint: EndpointName, keys: readonly string[]): { readonly fault: Fault; use(): void } | null;
}

interface ActiveRule {
  readonly rule: FaultRule;
  readonly random: () => number;
  seen: number;
  used: number;
}

export function createFaults(): Faults {
  let active: ActiveRule[] = [];
  return {
    set(rules) {
      const checked: FaultRule[] = parseSetting('sandbox faults', faultRules, rules);
      active = checked.map((rule) => ({
        rule,
        random: seededRandom(rule.match?.seed ?? 1),
        seen: 0,
        used: 0,
      }));
    },

    pick(endpoint, keys) {
      // Every rule counts and draws for every request, so that one rule's firing does not shift another's.
      const firing = active.filter((candidate) => fires(candidate, endpoint, keys));
      const [first] = firing;
      if (first === undefined) return null;
      return {
        fault: first.rule.fault,
        use() {
          first.used += 1;
        },
      };
    },
  };
}

function fires(active: ActiveRule, endpoint: EndpointName, keys: readonly string[]): boolean {
  const { match = {}, times = Number.POSITIVE_INFINITY } = active.rule;
  const { key, nth, probability } = match;
  if (match.endpoint !== undefined && match.endpoint !== endpoint) return false;
  if (key !== undefined && !keys.some((candidate) => candidate.includes(key))) return false;
  active.seen += 1;
  const drawn = probability === undefined || active.random() < probability;
  return drawn && active.used < times && (nth === undefined || active.seen === nth);
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
