import { type Collector, collecting, type LookedUp, type Place } from '../mapping/problems.ts';
import { type TrackOptions, trackedRow } from '../mapping/track.ts';
import { createTrail } from '../mapping/trail.ts';
import type { SourceRecord } from '../model.ts';
import type { MapContext, Pipeline } from './define.ts';

/** A word that a `valueMap` met in a cell. */
export interface MetWord extends Pick<LookedUp, 'word' | 'result'> {
  /** The table by its content. */
  readonly table: string;
  readonly place: Place;
}

const contents = new WeakMap<LookedUp['table'], string>();

/** What tells a table from others: a valueMap that is made anew for every row is the same by its content. */
export function contentOf(table: LookedUp['table']): string {
  const content = contents.get(table) ?? JSON.stringify([...table]);
  contents.set(table, content);
  return content;
}

/** That what a payload holds at a path follows from a word. */
export interface Traced extends MetWord {
  /** Payload path without list places. */
  readonly path: string;
  /** What the payload holds there because of it; empty where that cannot be told from this row. */
  readonly values: readonly unknown[];
  /** What it held instead with other values of the table in the word's place. */
  readonly instead: readonly unknown[];
}

/** Tables with more values are tried with the first of them: these tell as much. */
const TRIED = 8;

/**
 * Finds out where in the payload the words of a row end, without knowing the pipeline's code: the row is mapped again
 * with another value of the same table in a word's place, and what differs then is what the word decides. So a result
 * that is turned into another value before it reaches the payload, or that only chooses between two, is followed too.
 * @param paths of the payload that matter, without list places
 */
export function createTracer(
  { map }: Pick<Pipeline, 'map'>,
  paths: readonly string[],
  context: MapContext,
  options: Omit<TrackOptions, 'trail' | 'members'>,
): (record: SourceRecord, wanted: (met: MetWord) => boolean) => readonly Traced[] {
  const trail = createTrail();
  // Where another value leads, columns may be read that this row does not have.
  const tracking: TrackOptions = { ...options, trail, hasColumns: () => false };

  /** Maps a row with `look` deciding what each word becomes; undefined where that ends in an exception. */
  const mapped = (record: SourceRecord, look: (look: LookedUp, place: Place) => unknown): unknown => {
    trail.reset();
    const row = trackedRow(record, tracking);
    const collector: Collector = {
      add: () => {},
      stop: () => {},
      placeOf: trail.placeOf,
      takesWords: trail.takesWords,
      valueIn: trail.valueIn,
      looked: (one) => {
        const place = trail.placeOf(one.value);
        return place === undefined ? one.result : look(one, place);
      },
    };
    try {
      return collecting(collector, () => map(row, context));
    } catch {
      return undefined;
    }
  };

  return (record, wanted) => {
    const met: (MetWord & { readonly others: readonly unknown[] })[] = [];
    const draft = mapped(record, (look, place) => {
      const { word, result } = look;
      if (!met.some((one) => isAt(one, look, place)))
        met.push({ table: contentOf(look.table), word, result, place, others: othersThan(look) });
      return result;
    });
    if (draft === undefined) return [];
    return met.filter(wanted).flatMap(({ others, ...one }) => {
      const drafts = others.map((value) =>
        mapped(record, (look, place) => (isAt(one, look, place) ? value : look.result)),
      );
      return paths.flatMap((path) => tracedAt(path, one, draft, drafts) ?? []);
    });
  };
}

function isAt(one: MetWord, { table, word }: LookedUp, { field }: Place): boolean {
  return one.place.field === field && one.word === word && one.table === contentOf(table);
}

function othersThan({ result, table }: LookedUp): readonly unknown[] {
  const others = new Set(table.values());
  others.delete(result);
  const some = [...others].slice(0, TRIED);
  return result === undefined || others.has(undefined) ? some : [...some, undefined];
}

function tracedAt(path: string, met: MetWord, draft: unknown, others: readonly unknown[]): Traced | null {
  const steps = path.split('.');
  const is = valuesAt(draft, steps);
  let reaches = false;
  let values: readonly unknown[] = [];
  const instead: unknown[] = [];
  for (const other of others) {
    if (other === undefined) continue;
    const would = valuesAt(other, steps);
    if (is.length === would.length && is.every((value, i) => Object.is(value, would[i]))) continue;
    reaches = true;
    // Where items of a list come or go with the word, nobody knows which of them it decides.
    if (is.length !== would.length) continue;
    if (values.length === 0) values = without(is, would);
    instead.push(...without(would, is));
  }
  return reaches ? { ...met, path, values, instead } : null;
}

/** What is in `all` and not in `others`, whatever the order: a list may be sorted by what the word becomes. */
function without(all: readonly unknown[], others: readonly unknown[]): readonly unknown[] {
  const left = [...others];
  return all.filter((value) => {
    const at = left.findIndex((other) => Object.is(other, value));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** All values at a path, in the order of the lists on the way; absent ones included. */
function valuesAt(value: unknown, steps: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, steps));
  const [step, ...rest] = steps;
  if (step === undefined) return [value ?? undefined];
  const isRecord = typeof value === 'object' && value !== null;
  return valuesAt(isRecord ? (value as Readonly<Record<string, unknown>>)[step] : undefined, rest);
}
