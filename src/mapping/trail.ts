import type { Place } from './problems.ts';

/** Which columns of a row were read, in their order: see `track.ts`. */
export interface Trail {
  /** Forgets the last row. */
  reset(): void;
  note(owner: Owner, name: string, value: unknown): void;
  /** The latest reading of this very value, else the latest reading. */
  placeOf(value: unknown): Place | undefined;
  /**
   * Everywhere that this very value was read lately, once for each name of a column, the latest first: a row that was
   * destructured may have it in several columns, and which of them is meant only its other rows can tell.
   */
  placesOf(value: unknown): readonly Place[];
  /** Where text was read that is exactly this; undefined when none was. */
  readsOf(text: string): Place | undefined;
  /** Whether words for nothing are values where this one was read. */
  takesWords(value: unknown): boolean;
  /** The value last read from the column that reports call `field`. */
  valueIn(field: string): unknown;
  /** Whether a column of this file was read since the last reset. */
  hasRead(file: string): boolean;
  /** What was read since the last reset and is wanted, each with its place. */
  eachRead(
    wanted: (value: unknown) => boolean,
    visit: (value: unknown, place: () => Place | undefined) => void,
  ): void;
}

/** What a column was read from. */
export interface Owner {
  readonly file: string;
  placeOf(name: string): Place;
  takesWords(name: string): boolean;
}

// Bounded, because a row may have thousands of children; a power of two, so that a mask finds the slot.
const TRAIL_LENGTH = 4096;
/** How far back "lately" reaches, in readings. */
const LATELY = 256;

export function createTrail(): Trail {
  const owners: Owner[] = [];
  const names: string[] = [];
  const values: unknown[] = [];
  let count = 0;

  const latest = (matches: (slot: number) => boolean): number | undefined => {
    for (let seq = count - 1; seq >= 0 && seq >= count - TRAIL_LENGTH; seq -= 1) {
      const slot = seq & (TRAIL_LENGTH - 1);
      if (matches(slot)) return slot;
    }
    return undefined;
  };
  const placeAt = (slot: number): Place | undefined => owners[slot]?.placeOf(names[slot] ?? '');

  const slotOf = (value: unknown): number | undefined =>
    latest((at) => Object.is(values[at], value)) ?? latest(() => true);

  return {
    reset: () => {
      count = 0;
    },
    note: (owner, name, value) => {
      const slot = count & (TRAIL_LENGTH - 1);
      owners[slot] = owner;
      names[slot] = name;
      values[slot] = value;
      count += 1;
    },
    placeOf: (value) => {
      const slot = slotOf(value);
      return slot === undefined ? undefined : placeAt(slot);
    },
    placesOf: (value) => {
      const places: Place[] = [];
      const found: string[] = [];
      for (let seq = count - 1; seq >= 0 && seq >= count - LATELY; seq -= 1) {
        const slot = seq & (TRAIL_LENGTH - 1);
        if (values[slot] !== value) continue;
        const name = names[slot] ?? '';
        if (found.includes(name)) continue;
        found.push(name);
        const place = placeAt(slot);
        if (place !== undefined) places.push(place);
      }
      return places;
    },
    takesWords: (value) => {
      const slot = slotOf(value);
      return slot !== undefined && owners[slot]?.takesWords(names[slot] ?? '') === true;
    },
    readsOf: (text) => {
      const slot = latest((at) => values[at] === text);
      return slot === undefined ? undefined : placeAt(slot);
    },
    valueIn: (field) => {
      const slot = latest((at) => placeAt(at)?.field === field);
      return slot === undefined ? undefined : values[slot];
    },
    eachRead: (wanted, visit) => {
      for (let seq = Math.max(0, count - TRAIL_LENGTH); seq < count; seq++) {
        const slot = seq & (TRAIL_LENGTH - 1);
        if (wanted(values[slot])) visit(values[slot], () => placeAt(slot));
      }
    },
    hasRead: (file) => latest((at) => owners[at]?.file === file) !== undefined,
  };
}
