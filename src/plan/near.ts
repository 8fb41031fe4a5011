import type { Json } from '../model.ts';
import type { NearPart } from '../reason.ts';
import { evenText } from './evening.ts';
import { isList, isObject } from './pair-up.ts';
import { isMasked } from './shown.ts';

/** By what two objects of a target may be known to be the same, although they are not equal. Paths without list places. */
export interface NearFields {
  /** Epoch ms. */
  readonly begin: string;
  /** Who it is by; of a kind without people, what it is called. */
  readonly who: string;
  /** Where somebody writes at length. */
  readonly texts: readonly string[];
}

/** What of a payload tells whether another one is near it. */
export interface Traits {
  readonly beginMs: number | null;
  readonly who: ReadonlySet<string>;
  /** Of 20 characters or more each, evened out. */
  readonly texts: readonly string[];
}

/** How near two payloads are to each other. */
export interface Nearness {
  /** Two of the three at least. */
  readonly agrees: readonly NearPart[];
  /** For an order: the higher, the nearer. */
  readonly score: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Characters (code points): shorter texts are too much alike. */
const LONG = 20;
/** Characters in a row. Two texts of different people have few of these in common. */
const GRAM = 5;
/** What share of the shorter text's runs of five characters the other one must have, too: more than this. */
const MOST = 0.5;

/** @param json canonical JSON, of a payload that was sent or of one that is shown */
export function traitsOf(json: string, { begin, who, texts }: NearFields): Traits {
  const value = JSON.parse(json) as Json;
  const [beginMs] = valuesAt(value, begin);
  const textsAt = (path: string): string[] =>
    valuesAt(value, path).flatMap((one) =>
      typeof one === 'string' && !isMasked(one) ? [evenText(one)] : [],
    );
  return {
    beginMs: typeof beginMs === 'number' ? beginMs : null,
    who: new Set(textsAt(who).filter((name) => name !== '')),
    texts: texts.flatMap(textsAt).filter((text) => [...text].length >= LONG),
  };
}

/**
 * Whether two payloads of one application may stand for the same thing: two of three agree, and they do not begin more
 * than a day apart. Begin: known on both sides, the same minute. Who: the same names, or one side names none. Text: more
 * than half of the shorter one's runs of five characters are in the other one, so that a cut, a corrected sentence or a
 * moved paragraph does not matter. Pure.
 * @returns null where they are not near
 */
export function nearness(ours: Traits, theirs: Traits): Nearness | null {
  const apartMs =
    ours.beginMs === null || theirs.beginMs === null ? null : Math.abs(ours.beginMs - theirs.beginMs);
  if (apartMs !== null && apartMs > DAY_MS) return null;
  const agrees: NearPart[] = [];
  if (apartMs !== null && minuteOf(ours.beginMs) === minuteOf(theirs.beginMs)) agrees.push('begin');
  const named = ours.who.size > 0 && theirs.who.size > 0;
  if (!named || isSameSet(ours.who, theirs.who)) agrees.push('who');
  if (agrees.length === 0) return null;
  const share = shareOf(ours.texts, theirs.texts);
  if (share > MOST) agrees.push('text');
  if (agrees.length < 2) return null;
  return { agrees, score: agrees.length + (named ? 0.5 : 0) + share / 4 };
}

function minuteOf(ms: number | null): number {
  return Math.floor((ms ?? 0) / MINUTE_MS);
}

function isSameSet(ours: ReadonlySet<string>, theirs: ReadonlySet<string>): boolean {
  return ours.size === theirs.size && [...ours].every((one) => theirs.has(one));
}

/** The greatest share that any two texts have in common, from 0 to 1. */
function shareOf(ours: readonly string[], theirs: readonly string[]): number {
  const [grams, others] = [ours.map(gramsOf), theirs.map(gramsOf)];
  const shares = grams.flatMap((one) =>
    others.map((other) => [...one].filter((gram) => other.has(gram)).length / Math.min(one.size, other.size)),
  );
  return Math.max(0, ...shares);
}

function gramsOf(text: string): ReadonlySet<string> {
  const characters = [...text];
  const grams = new Set<string>();
  for (let i = 0; i + GRAM <= characters.length; i++) grams.add(characters.slice(i, i + GRAM).join(''));
  return grams;
}

/** All values at a path without list places. */
function valuesAt(value: Json, path: string): readonly Json[] {
  let values: readonly Json[] = [value];
  for (const name of path.split('.'))
    values = values.flatMap((one) => {
      const inner = isObject(one) ? one[name] : undefined;
      return inner === undefined ? [] : isList(inner) ? inner : [inner];
    });
  return values;
}

/** One that is near, and how near. */
export interface Pairing<Ours, Theirs> {
  readonly ours: Ours;
  readonly theirs: Theirs;
  readonly near: Nearness;
}

/**
 * Pairs those that are near, the nearest first: each of them is in one pair at most.
 * @param score how near two of them are; null where they are not
 */
export function pairNearest<Ours, Theirs>(
  ours: readonly Ours[],
  theirs: readonly Theirs[],
  score: (ours: Ours, theirs: Theirs) => Nearness | null,
): readonly Pairing<Ours, Theirs>[] {
  const all: Pairing<Ours, Theirs>[] = [];
  for (const one of ours)
    for (const other of theirs) {
      const near = score(one, other);
      if (near !== null) all.push({ ours: one, theirs: other, near });
    }
  const [left, right] = [new Set<Ours>(), new Set<Theirs>()];
  // A stable sort: of equally near ones the first in plan order comes first.
  return all
    .sort((a, b) => b.near.score - a.near.score)
    .filter((pair) => {
      if (left.has(pair.ours) || right.has(pair.theirs)) return false;
      left.add(pair.ours);
      right.add(pair.theirs);
      return true;
    });
}
