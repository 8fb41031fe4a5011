import { z } from 'zod';
import {
  type Attachment,
  attachmentBody,
  type BackgroundCheckBody,
  backgroundCheckBody,
  type InterviewBody,
  idempotencyBody,
  interviewBody,
  type NativeInterview,
  nativeInterviewBody,
} from './bodies.ts';
import { IDEMPOTENCY_WINDOW_MS } from './collection.ts';
import type { Ids } from './ids.ts';
import { parseSetting } from './rules.ts';
import type { State } from './state.ts';

/** Objects that are there from the beginning. */
export interface SeedObjects {
  /** Bodies as POST takes them. Their 24-hour window is over. */
  readonly interviews?: readonly (InterviewBody & { readonly external_id?: string })[];
  readonly backgroundChecks?: readonly (BackgroundCheckBody & { readonly external_id?: string })[];
  /** Interviews held in Feishu itself, in the shape of the list's answer plus `application_id`; `id` may be left out. */
  readonly nativeInterviews?: readonly NativeInterview[];
  readonly attachments?: readonly Attachment[];
}

/** The ids the objects were given, in their order. */
export interface SeededIds {
  readonly interviews: readonly string[];
  readonly backgroundChecks: readonly string[];
  readonly nativeInterviews: readonly string[];
}

const seedObjects = z.strictObject({
  interviews: z.array(interviewBody.extend(idempotencyBody.shape).strict()).default([]),
  backgroundChecks: z.array(backgroundCheckBody.extend(idempotencyBody.shape).strict()).default([]),
  nativeInterviews: z.array(nativeInterviewBody).default([]),
  attachments: z.array(attachmentBody).default([]),
});

/** @throws HireSyncError CONFIG_INVALID naming every mistake; then nothing is put in */
export function seedState(
  objects: unknown,
  { state, ids, appId, nowMs }: { state: State; ids: Ids; appId: string; nowMs: number },
): SeededIds {
  const given = parseSetting('sandbox seed', seedObjects, objects);
  for (const attachment of given.attachments) state.attachments.set(attachment.id, attachment);
  const natives = given.nativeInterviews.map((interview) => ({ id: ids.next(), ...interview }));
  state.nativeInterviews.push(...natives);
  const common = { appId, nowMs: nowMs - IDEMPOTENCY_WINDOW_MS };
  return {
    interviews: given.interviews.map(
      ({ external_id, ...body }) =>
        state.interviews.create({ ...common, externalId: external_id || null, body }).object?.id ?? '',
    ),
    backgroundChecks: given.backgroundChecks.map(
      ({ external_id, ...body }) =>
        state.backgroundChecks.create({ ...common, externalId: external_id || null, body }).object?.id ?? '',
    ),
    nativeInterviews: natives.map(({ id }) => id),
  };
}
