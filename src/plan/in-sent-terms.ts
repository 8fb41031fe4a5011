import type { Habits } from '../difference.ts';
import type { Json, Payload } from '../model.ts';
import { fingerprintOf } from './canonical.ts';
import { compareShown, NO_HABITS, paired } from './evening.ts';
import { isList, isObject, same } from './pair-up.ts';
import type { Shape } from './shape.ts';

/** What is known of one object: canonical JSON each. */
export interface SentAndShown {
  readonly sent: string;
  /** What Feishu showed right after; null: just that. Undefined: nobody kept it (a ledger of an earlier version). */
  readonly shown: string | null | undefined;
}

/**
 * What Feishu shows now (see `shownPayload`), in the words of what was sent: a value that is still shown as it was right
 * after the write stands for the one that was sent, however Feishu stores it. So the result is the sent payload itself if
 * and only if nobody edited the object since. Pure.
 */
export function inSentTerms(
  { sent, shown }: SentAndShown,
  now: Payload,
  shape: Shape,
  habits: Habits = NO_HABITS,
): Payload {
  if (now.json === sent) return now;
  const json = termsOf({ sent, shown }, now.json, shape, habits);
  return json === now.json ? now : { json, fingerprint: fingerprintOf(json) };
}

function termsOf({ sent, shown }: SentAndShown, now: string, shape: Shape, habits: Habits): string {
  // Where it is not known how Feishu showed it, or an answer showed something else altogether, whatever Feishu makes of
  // a value is no edit.
  const isVague =
    shown === undefined || (shown !== null && compareShown(shape, sent, shown).kind === 'other');
  if (isVague) {
    const { kind } = compareShown(shape, sent, now, habits);
    if (kind === 'same' || kind === 'evened') return sent;
  }
  const base = shown ?? sent;
  const alike = inOrderOf(base, now, shape);
  if (alike === base) return sent;
  // Every part of it is in canonical form, and stands in the shape's order.
  return JSON.stringify(translated(shape, parsed(sent), parsed(base), parsed(alike)) ?? {});
}

/** What of a write is kept beside what was sent: null where Feishu shows just that. */
export function shownBeside(sent: Payload, shown: Payload, shape: Shape): string | null {
  const json = inOrderOf(sent.json, shown.json, shape);
  return json === sent.json ? null : json;
}

/**
 * `now` with its lists in the order of those in `base`, and without a 0 where `base` has nothing: what Feishu shows twice
 * of the same object need not have one order. Canonical JSON.
 */
export function inOrderOf(base: string, now: string, shape: Shape): string {
  if (base === now) return now;
  return JSON.stringify(placed(shape, parsed(base), parsed(now)) ?? {});
}

function placed(shape: Shape, base: Json | undefined, now: Json | undefined): Json | undefined {
  if (same(base, now)) return now;
  if (now === 0 && base === undefined && shape.kind === 'integer') return undefined;
  if (now === undefined && base === 0) return base;
  if (shape.kind === 'object' && isObject(now)) {
    const theirs = isObject(base) ? base : {};
    const entries = shape.fields.flatMap(({ name, shape: inner }) => {
      const value = placed(inner, theirs[name], now[name]);
      return value === undefined ? [] : [[name, value] as const];
    });
    return Object.fromEntries(entries);
  }
  if (shape.kind !== 'list' || shape.unordered === true || !isList(now) || !isList(base)) return now;
  const { pairs } = paired(shape, base, now, { field: '', habits: NO_HABITS });
  return pairs.flatMap(({ ours, theirs }) =>
    theirs === undefined ? [] : [placed(shape.of, ours, theirs) ?? theirs],
  );
}

/** Puts what was sent in the place of every value that is shown as it was. */
function translated(
  shape: Shape,
  sent: Json | undefined,
  base: Json | undefined,
  now: Json | undefined,
): Json | undefined {
  if (same(base, now)) return sent;
  if (shape.kind === 'object' && isObject(base) && isObject(now)) {
    const ours = isObject(sent) ? sent : {};
    return Object.fromEntries(
      shape.fields.flatMap(({ name, shape: inner }) => {
        const value = translated(inner, ours[name], base[name], now[name]);
        return value === undefined ? [] : [[name, value] as const];
      }),
    );
  }
  // Element by element only where it is certain which one of those sent is which one of those shown.
  if (shape.kind !== 'list' || !isList(sent) || !isList(base) || !isList(now)) return now;
  if (sent.length !== base.length || shape.unordered === true) return now;
  if (now.length >= base.length)
    return now.map((one, i) =>
      i < base.length ? (translated(shape.of, sent[i], base[i], one) ?? one) : one,
    );
  return now.map((one) => sent[base.findIndex((other) => same(other, one))] ?? one);
}

function parsed(json: string): Json {
  return JSON.parse(json) as Json;
}
