import { z } from 'zod';

const code = z.int();
const status = z.int().min(100).max(599);
const refusal = z.strictObject({ status, code });

/** What a create under a used `external_id` answered. */
const repeat = z.discriminatedUnion('answer', [
  /** `content`: whose body the object holds afterwards. */
  z.strictObject({ answer: z.literal('same-id'), content: z.enum(['first', 'second', 'unknown']) }),
  z.strictObject({ answer: z.literal('new-id') }),
  z.strictObject({ answer: z.literal('error'), status, code }),
  z.strictObject({ answer: z.literal('unclear') }),
]);

/**
 * Bounds of a delay in ms, true whatever the network and this machine did meanwhile: a read that was sent `moreThanMs`
 * after the write's answer did not show it; one that was answered `atMostMs` after the write was sent did. Null: none did.
 */
const lag = z.strictObject({
  moreThanMs: z.number().nonnegative(),
  atMostMs: z.number().nonnegative().nullable(),
});

/** The format of probe.json. Holds ids of the tenant, the app and the application; no secret and no candidate data. */
export const findingsSchema = z.strictObject({
  version: z.literal(1),
  /** ISO 8601, UTC. */
  at: z.iso.datetime(),
  tenant: z.strictObject({ baseUrl: z.string(), appId: z.string() }),
  application: z.string(),
  /** What a token that is none is answered with; null: no error came. */
  badToken: refusal.nullable(),
  repeat: z.strictObject({ sameBody: repeat, otherBody: repeat }),
  readLag: z.strictObject({ create: lag, update: lag }),
  /** Of the assessments of an interview that a PUT replaces. */
  assessmentIds: z.enum(['kept', 'renewed', 'partly-kept', 'not-shown']),
  content: z.strictObject({
    /** The longest text that was stored whole, in characters. */
    accepted: z.int().nonnegative(),
    /** What became of one character more; `not-met`: longer ones were not tried. */
    beyond: z.discriminatedUnion('fate', [
      z.strictObject({ fate: z.literal('refused'), status, code }),
      z.strictObject({ fate: z.literal('truncated') }),
      z.strictObject({ fate: z.literal('not-met') }),
      z.strictObject({ fate: z.literal('unclear') }),
    ]),
    /** Whether a Chinese character counts as one (`characters`) or as its three bytes; null: no limit was met. */
    countedIn: z.enum(['characters', 'bytes']).nullable(),
  }),
  /** What the delete of a deleted interview is answered with; null: as if it were there. */
  deletedId: refusal.nullable(),
  /** What a dozen reads at once were answered with; null: not asked for (--burst). */
  limited: z
    .strictObject({
      sent: z.int(),
      /** From the first to the last of them, ms. */
      withinMs: z.number(),
      limited: z.int(),
      /** Of the first "rate limited" answer; null: there was none. */
      answer: z
        .strictObject({
          status,
          code: code.nullable(),
          headers: z.record(z.string(), z.string()),
        })
        .nullable(),
    })
    .nullable(),
});

export type Findings = z.infer<typeof findingsSchema>;
export type RepeatFinding = z.infer<typeof repeat>;
export type Lag = z.infer<typeof lag>;

/** Whether a file that begins with this text is a probe.json, of any version. */
export function isFindings(head: string): boolean {
  return /^\{\s*"version":\s*\d+,\s*"at":/.test(head);
}
