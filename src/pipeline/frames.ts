import { basename } from 'node:path';
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

const OWN_CODE = fileURLToPath(new URL('..', import.meta.url));

/** Whether a file is one of hire-sync's own. */
export function isOwnCode(file: string): boolean {
  return file.startsWith(OWN_CODE);
}

/** `legacy-ats.ts:12`: the innermost place that is neither ours nor a dependency's; null where there is none. */
export function placeOfFailure(error: unknown): string | null {
  const frame = frames(error).find(({ file }) => !isOwnCode(file) && !file.includes('node_modules'));
  return frame === undefined ? null : `${basename(frame.file)}:${frame.line}`;
}
