import { z } from 'zod';
import { HireSyncError } from '../errors.ts';
import { backgroundCheckBody, checkBody, interviewBody } from './bodies.ts';
import type { Collection } from './collection.ts';
import { parseSetting } from './rules.ts';
import type { State } from './state.ts';

/** What a person does in Feishu's own pages. Objects typed in by hand are put in with `SeedObjects`. */
export interface HandWork {
  /** Fields of a body to set, `null` to empty one; the others stay. A list is replaced whole, and keeps its ids by position. */
  readonly edit?: readonly { readonly id: string; readonly set: Readonly<Record<string, unknown>> }[];
  /** Ids of objects to delete. */
  readonly remove?: readonly string[];
  /** Ids of applications to delete, with all objects under them. From then on, writes that name one are refused. */
  readonly removeApplications?: readonly string[];
}

const handWork = z.strictObject({
  edit: z.array(z.strictObject({ id: z.string(), set: z.record(z.string(), z.unknown()) })).default([]),
  remove: z.array(z.string()).default([]),
  removeApplications: z.array(z.string()).default([]),
});

/**
 * Edits, then deletions. They are no requests: neither quirks nor rate limits see them, and they count as no writes of
 * an app. A read lags behind them as behind any other change.
 * @throws HireSyncError CONFIG_INVALID for an unknown id, or an edit that leaves no valid object; then nothing is done
 */
export function workByHand(work: unknown, state: State, nowMs: number): void {
  const { edit, remove, removeApplications } = parseSetting('sandbox by-hand', handWork, work);
  const steps = [
    ...edit.map(({ id, set }) => editing(id, set, state, nowMs)),
    ...remove.map((id) => removing(id, state, nowMs)),
  ];
  for (const step of steps) step();
  for (const application of removeApplications) {
    state.removedApplications.add(application);
    for (const collection of [state.interviews, state.backgroundChecks])
      for (const { id } of collection.query({ applicationId: application }, nowMs))
        collection.remove(id, nowMs);
  }
}

function editing(
  id: string,
  set: Readonly<Record<string, unknown>>,
  state: State,
  nowMs: number,
): () => void {
  return (
    editingIn(state.interviews, interviewBody.strict(), id, set, nowMs) ??
    editingIn(state.backgroundChecks, backgroundCheckBody.strict(), id, set, nowMs) ??
    unknown(id)
  );
}

function editingIn<B extends { readonly external_application_id: string }>(
  collection: Collection<B>,
  schema: z.ZodType<B>,
  id: string,
  set: Readonly<Record<string, unknown>>,
  nowMs: number,
): (() => void) | null {
  const object = collection.get(id);
  if (object === null) return null;
  const fields = Object.entries({ ...object.body, ...set }).filter(([, value]) => value !== null);
  const checked = checkBody(schema, Object.fromEntries(fields));
  if (!checked.ok) {
    const mistakes = checked.violations.map(({ field, description }) => `${field}: ${description}`);
    throw new HireSyncError('CONFIG_INVALID', `sandbox by-hand: edit of ${id}: ${mistakes.join('; ')}`);
  }
  return () => collection.replace(id, checked.value, nowMs, 'keep');
}

function removing(id: string, state: State, nowMs: number): () => void {
  const collection = [state.interviews, state.backgroundChecks].find(
    (candidate) => candidate.get(id) !== null,
  );
  return collection === undefined ? unknown(id) : () => collection.remove(id, nowMs);
}

function unknown(id: string): never {
  throw new HireSyncError('CONFIG_INVALID', `sandbox by-hand: there is no object ${id}.`);
}
