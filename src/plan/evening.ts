import type { Claim, Difference, Habits } from '../difference.ts';
import type { FieldChange, Json } from '../model.ts';
import { isList, isObject, type Pair, pairUp } from './pair-up.ts';
import type { Shape } from './shape.ts';
import { isMasked } from './shown.ts';

export const NO_HABITS: Habits = Object.freeze({ cuts: () => [], defaults: () => [], hidden: () => false });

/** What Feishu shows, held against what was sent. */
export type Compared =
  | { readonly kind: 'same' }
  /** Nothing but what Feishu itself makes of it. Never empty. */
  | { readonly kind: 'evened'; readonly differences: readonly Difference[] }
  /** The same, if `claims` are Feishu's own doing, which no PUT has shown yet. Never empty; also among `differences`. */
  | {
      readonly kind: 'claimed';
      readonly differences: readonly Difference[];
      readonly claims: readonly Claim[];
    }
  /** Another content: sent → shown. Never empty. */
  | {
      readonly kind: 'other';
      readonly fields: readonly FieldChange[];
      readonly differences: readonly Difference[];
    };

/**
 * Compares a payload that was sent (canonical JSON) with one that Feishu shows (see `shownPayload`). The one place that
 * knows what Feishu may make of a value: answers, drift, recovery and nearness all ask here. Pure.
 */
export function compareShown(
  shape: Shape,
  sent: string,
  shown: string,
  habits: Habits = NO_HABITS,
): Compared {
  if (sent === shown) return { kind: 'same' };
  const found = createFindings(habits);
  compareValues({ path: '', field: '', shape }, JSON.parse(sent) as Json, JSON.parse(shown) as Json, found);
  const { fields, differences, claims } = found;
  if (fields.length > 0) return { kind: 'other', fields, differences };
  if (claims.length > 0) return { kind: 'claimed', differences, claims };
  return differences.length > 0 ? { kind: 'evened', differences } : { kind: 'same' };
}

/**
 * Whether an object may be recognised as the one that was sent, by its content alone: a person's object that merely has
 * less in it must not be taken for it.
 */
export function isAlike(compared: Compared): boolean {
  if (compared.kind !== 'claimed') return compared.kind !== 'other';
  return compared.claims.every(
    (claim) => claim.kind === 'default' || (claim.kind === 'cut' && claim.length >= UNMISTAKABLE),
  );
}

// Characters: shorter, and another text may begin like that by accident.
const UNMISTAKABLE = 20;

/** A text as it is compared: without blanks at its ends, its lines ended by LF. */
export function evenText(text: string): string {
  return lineFeeds(text).trim();
}

/** A place in a payload. */
interface Place {
  /** With list places, for a report of what changed. */
  readonly path: string;
  /** Without them. */
  readonly field: string;
  readonly shape: Shape;
}

/** Collects what a comparison comes to. */
interface Findings {
  readonly fields: FieldChange[];
  readonly differences: Difference[];
  readonly claims: Claim[];
  readonly habits: Habits;
}

function createFindings(habits: Habits): Findings {
  return { fields: [], differences: [], claims: [], habits };
}

function compareValues(place: Place, sent: Json | undefined, shown: Json | undefined, found: Findings): void {
  const { field } = place;
  if (sent === shown) return;
  if (isMasked(shown)) claim({ kind: 'hidden', path: field }, found.habits.hidden(field), found);
  else if (shown === undefined && sent !== undefined) compareMissing(field, sent, found);
  else if (shown !== undefined && sent === undefined) compareUnsent(place, shown, found);
  else if (shown !== undefined && sent !== undefined && !compareBoth(place, sent, shown, found))
    found.fields.push({ path: place.path, before: sent, after: shown });
}

/** False when they are different values, and there is no more to say about it. */
function compareBoth(place: Place, sent: Json, shown: Json, found: Findings): boolean {
  const { path, field, shape } = place;
  switch (shape.kind) {
    case 'text':
      return typeof sent === 'string' && typeof shown === 'string' && compareTexts(field, sent, shown, found);
    case 'instant': {
      const isFloored = (ms: number): boolean => typeof sent === 'number' && shown === sent - mod(sent, ms);
      const toMs = GRAINS_MS.find(isFloored);
      if (toMs !== undefined) found.differences.push({ kind: 'floored', path: field, toMs });
      return toMs !== undefined;
    }
    case 'id':
    case 'integer':
      return false;
    case 'list':
      if (!isList(sent) || !isList(shown)) return false;
      compareLists({ path, field, shape }, sent, shown, found);
      return true;
    case 'object':
      if (!isObject(sent) || !isObject(shown)) return false;
      for (const { name, shape: inner } of shape.fields) {
        const at = { path: join(path, name), field: join(field, name), shape: inner };
        compareValues(at, sent[name], shown[name], found);
      }
      return true;
  }
}

// The coarser one is told only where the finer one does not do.
const GRAINS_MS = [1_000, 60_000];

function mod(ms: number, grain: number): number {
  return ((ms % grain) + grain) % grain;
}

/** Something was sent, and nothing is shown. */
function compareMissing(field: string, sent: Json, found: Findings): void {
  if (typeof sent === 'string' && sent.trim() === '') found.differences.push({ kind: 'blanks', path: field });
  else if (sent === 0) found.differences.push({ kind: 'absent', path: field });
  else claim({ kind: 'hidden', path: field }, found.habits.hidden(field), found);
}

/** Nothing was sent, and something is shown. */
function compareUnsent({ path, field, shape }: Place, shown: Json, found: Findings): void {
  const blank = typeof shown === 'string' && shown.trim() === '';
  if (blank || (shown === 0 && shape.kind === 'integer'))
    found.differences.push({ kind: 'absent', path: field });
  else if (shape.kind === 'text' || shape.kind === 'integer' || shape.kind === 'instant') {
    const known = found.habits.defaults(field).some((value) => value === shown);
    claim({ kind: 'default', path: field, value: shown }, known, found);
  } else found.fields.push({ path, before: undefined, after: shown });
}

/** False when they are different texts. */
function compareTexts(path: string, sent: string, shown: string, found: Findings): boolean {
  const [ours, theirs] = [evenText(sent), evenText(shown)];
  if (ours === theirs) {
    if (lineFeeds(sent) !== lineFeeds(shown)) found.differences.push({ kind: 'blanks', path });
    if (sent.trim() !== shown.trim()) found.differences.push({ kind: 'line-ends', path });
    return true;
  }
  if (theirs === '' || !ours.startsWith(theirs)) return false;
  const [whole, length] = [[...lineFeeds(sent)], [...lineFeeds(shown)].length];
  // Cut first and trimmed then, the text is shorter than what it was cut to.
  const known = found.habits.cuts(path).find((at) => whole.slice(0, at).join('').trim() === theirs);
  claim({ kind: 'cut', path, length: known ?? length, sentLength: whole.length }, known !== undefined, found);
  return true;
}

type List = Extract<Shape, { kind: 'list' }>;

function compareLists(
  { path, field, shape }: Place & { readonly shape: List },
  sent: readonly Json[],
  shown: readonly Json[],
  found: Findings,
): void {
  const { pairs, moved } = paired(shape, sent, shown, { field, habits: found.habits });
  if (moved && shape.unordered !== true) found.differences.push({ kind: 'order', path: field });
  for (const { ours, theirs, place } of pairs) {
    const at = { path: `${path}[${place}]`, field, shape: shape.of };
    // An element too many, or too few, is none of Feishu's doing.
    if (ours === undefined || theirs === undefined)
      found.fields.push({ path: at.path, before: ours, after: theirs });
    else compareValues(at, ours, theirs, found);
  }
}

/**
 * Whose element is whose: of equal content, then of equal content but for what Feishu makes of it, then of one name (the
 * shape's `identity`).
 */
export function paired(
  { of, identity, unordered }: List,
  ours: readonly Json[],
  theirs: readonly Json[],
  { field, habits }: { readonly field: string; readonly habits: Habits },
): { readonly pairs: readonly Pair[]; readonly moved: boolean } {
  const outcome = (one: Json, other: Json): Findings => {
    const found = createFindings(habits);
    compareValues({ path: '', field, shape: of }, one, other, found);
    return found;
  };
  const isEvened = (one: Json, other: Json): boolean => {
    const { fields, claims } = outcome(one, other);
    return fields.length + claims.length === 0;
  };
  const isClaimed = (one: Json, other: Json): boolean => outcome(one, other).fields.length === 0;
  const isNamesake = (one: Json, other: Json): boolean => {
    const name = identity === undefined ? null : nameOf(one, identity);
    return name !== null && identity !== undefined && name === nameOf(other, identity);
  };
  return pairUp(ours, theirs, unordered === true ? [] : [isEvened, isClaimed, isNamesake]);
}

/** Whose an element is; null where that cannot be told. */
function nameOf(element: Json, identity: readonly string[]): string | null {
  const parts = identity.map((name) => (isObject(element) ? element[name] : undefined));
  if (parts.some((part) => part === undefined || isMasked(part))) return null;
  return JSON.stringify(parts.map((part) => (typeof part === 'string' ? evenText(part) : part)));
}

function claim(difference: Claim, isKnown: boolean, found: Findings): void {
  found.differences.push(difference);
  if (!isKnown) found.claims.push(difference);
}

function lineFeeds(text: string): string {
  return text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
