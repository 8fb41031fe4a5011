import { fileURLToPath } from 'node:url';

/** A place on the stack of an error. */
export interface Frame {
  /** Absolute path. */
  readonly file: string;
  readonly line: number;
}

const FRAME = /^\s+at (?:.*\()?((?:file:\/\/|\/|[A-Z]:\\).*?):([0-9]+):[0-9]+\)?$/gm;

/** The places in files on an error's stack, innermost first; none for what is no error. Node's own are left out. */
export function frames(error: unknown): readonly Frame[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return [...stack.matchAll(FRAME)].map(([, place = '', line]) => ({
    file: place.startsWith('file:') ? fileURLToPath(place) : place,
    line: Number(line),
  }));
}
