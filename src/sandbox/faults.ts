import { z } from 'zod';
import { type Asked, createMatcher, type Matcher, type Rule, ruleShape } from './match.ts';
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
  /** 99991672: the app lacks the scope. Not committed unless said so. */
  | { readonly kind: 'permission'; readonly committed?: boolean };

/**
 * A fault and when it happens. Rules look at requests that have a valid token and are within the rate limit, in the
 * order in which they arrive; the first rule that fires wins.
 */
export interface FaultRule extends Rule {
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
  z.strictObject({ kind: z.literal('token-dead') }),
  z.strictObject({ kind: z.enum(['black-hole', 'html', 'permission']), committed }),
  z.strictObject({ kind: z.literal('delay'), ms: z.number().nonnegative(), committed }),
  z.strictObject({
    kind: z.literal('limited'),
    status: z.literal([429, 400, 200]).exactOptional(),
    resetSeconds: z.number().nullable().exactOptional(),
  }),
]);

const faultRules = z.array(z.strictObject({ ...ruleShape, fault }));

export interface Faults {
  /**
   * Replaces all rules; their counts begin anew.
   * @throws HireSyncError CONFIG_INVALID naming every mistake
   */
  set(rules: unknown): void;
  /** The fault due for this request, if any. `use` counts it against the rule's `times`. */
  pick(asked: Asked): { readonly fault: Fault; use(): void } | null;
}

interface ActiveRule {
  readonly fault: Fault;
  readonly matcher: Matcher;
}

/** @param now the sandbox's clock */
export function createFaults(now: () => number): Faults {
  let active: ActiveRule[] = [];
  return {
    set(rules) {
      const checked: FaultRule[] = parseSetting('sandbox faults', faultRules, rules);
      const setAtMs = now();
      active = checked.map((rule) => ({ fault: rule.fault, matcher: createMatcher(rule, setAtMs) }));
    },

    pick(asked) {
      // Every rule counts and draws for every request, so that one rule's firing does not shift another's.
      const [first] = active.filter(({ matcher }) => matcher.fires(asked));
      return first === undefined ? null : { fault: first.fault, use: first.matcher.use };
    },
  };
}
