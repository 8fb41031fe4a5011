import { Console } from 'node:console';
import { relative, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { HireSyncError } from '../errors.ts';
import * as self from '../index.ts';
import { frames, isOwnCode } from '../pipeline/frames.ts';
import { type LoadedPipeline, loadPipeline } from '../pipeline/load.ts';
import { say } from './output.ts';
import { exitNow, failPipeline, sharedWithPipelines } from './process-end.ts';

/** The code of pipelines: its files, and the pipeline file that each belongs to. */
const known = new Map<string, string>();
let loading = false;

/**
 * Loads a pipeline, as `loadPipeline` does. Its code runs in this process: from now on it can neither end the process nor
 * write to stdout, which is the report, and what it throws where nobody catches it is told as an error of the pipeline.
 * @throws HireSyncError CONFIG_INVALID, PIPELINE_INVALID
 */
export async function loadContained(file: string, codeCache?: string): Promise<LoadedPipeline> {
  if (known.size === 0) contain();
  const path = resolve(file);
  known.set(path, path);
  loading = true;
  try {
    const loaded = await loadPipeline(file, self, codeCache);
    for (const part of loaded.codeFiles) known.set(part, path);
    return loaded;
  } finally {
    loading = false;
  }
}

function contain(): void {
  sharedWithPipelines();
  process.exit = (exitCode) => {
    const what = `calls process.exit(${exitCode ?? ''}), which would end the run in the middle of its work`;
    throw invalid(
      placeOf(traced()),
      `${what}: throw an error instead, or refuse one row with context.reject(message)`,
    );
  };
  const sink = new Writable({ write: (chunk: Uint8Array, _, done) => done(void refuseOutput(chunk)) });
  const contained = new Console({ stdout: sink, stderr: sink });
  for (const [name, method] of Object.entries(contained))
    if (typeof method === 'function') Object.assign(console, { [name]: method.bind(contained) });
  process.stdout.write = (chunk: Uint8Array | string, ...rest: unknown[]): boolean => {
    refuseOutput(chunk);
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
}

let hasPrinted = false;

/** At a terminal somebody is looking at values while he writes a pipeline. In a log they would be candidate data. */
function refuseOutput(chunk: Uint8Array | string): void {
  if (!hasPrinted) {
    hasPrinted = true;
    const place = placeOf(traced());
    const fate = process.stderr.isTTY ? 'goes to stderr' : 'is left out';
    say(
      `hire-sync: ${place} prints. What a pipeline prints ${fate}: stdout is for the report, and no candidate text may get into a log. To say something about a row, use context.reject(message), or give a reason in skip().`,
    );
  }
  if (process.stderr.isTTY) process.stderr.write(chunk);
}

/** An error whose stack reaches from here, through Node's streams, to the pipeline. */
function traced(): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  const error = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return error;
}

function fail(error: unknown): void {
  if (isOurs(error)) {
    say(
      `hire-sync: internal error, please report it: ${error instanceof Error ? error.stack : String(error)}`,
    );
    exitNow(1);
  }
  // Its message may quote a row.
  const name = error instanceof Error ? error.name : typeof error;
  const what = `fails where nobody can catch it (${name}, in a timer or a promise that nobody awaits)`;
  const reason = HireSyncError.is(error)
    ? error
    : invalid(
        placeOf(error),
        `${what}: the code of a pipeline must be synchronous; do such work before the export is made`,
      );
  failPipeline(reason);
}

/** No frame of a pipeline, but one of this program: a defect. What has no frame at all, our own code does not throw. */
function isOurs(error: unknown): boolean {
  if (HireSyncError.is(error)) return false;
  const found = frames(error);
  return !found.some(({ file }) => known.has(file)) && found.some(({ file }) => isOwnCode(file));
}

/** `pipelines/mine.ts:12`, or all pipelines that are loaded where the stack names none. */
function placeOf(error: unknown): string {
  const frame = frames(error).find(({ file }) => known.has(file));
  const named = (file: string): string => relative(process.cwd(), file) || file;
  if (frame !== undefined) return `${named(frame.file)}:${frame.line}`;
  const pipelines = [...new Set(known.values())].map(named);
  return pipelines.length === 1
    ? `the pipeline ${pipelines[0]}`
    : `one of the pipelines ${pipelines.join(', ')}`;
}

function invalid(place: string, what: string): HireSyncError {
  // What fails while it is loaded gets its place there.
  return new HireSyncError('PIPELINE_INVALID', loading ? `the file ${what}.` : `${place} ${what}.`);
}
