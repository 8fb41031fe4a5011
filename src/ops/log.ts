import { type DestinationStream, destination as openDestination, pino, stdTimeFunctions } from 'pino';
import { lazily } from '../lazily.ts';

/**
 * All that may stand in a log line besides the event: identifiers, counts and codes. No field takes a payload, a
 * name, Feishu's `msg` (it may echo the row) or a secret; a field that is not listed here is dropped at run time too.
 */
export interface LogFields {
  readonly run?: string | undefined;
  readonly pipeline?: string | undefined;
  /** The source key of a row. */
  readonly key?: string | undefined;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly endpoint?: string | undefined;
  /** HTTP status. */
  readonly status?: number | undefined;
  /** Feishu's code, or one of ours. */
  readonly code?: number | string | undefined;
  readonly logId?: string | undefined;
  /** What something came to: `ok`, `retry`, `in-doubt` … */
  readonly outcome?: string | undefined;
  readonly attempt?: number | undefined;
  readonly durationMs?: number | undefined;
  readonly waitMs?: number | undefined;
  readonly count?: number | undefined;
  readonly total?: number | undefined;
}

/** Writes one line per call. `event` is a constant text, never built from data. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export interface LogSettings {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly format: 'json' | 'pretty';
  /** Stands in every line; a function where one command makes several runs. */
  readonly run?: string | (() => string);
  /** Default: standard error, written synchronously, so that nothing is lost when the process ends. */
  readonly destination?: DestinationStream;
}

// Typed as all names of LogFields: a field added there and forgotten here does not compile.
const ALLOWED: Readonly<Record<keyof LogFields, true>> = {
  run: true,
  pipeline: true,
  key: true,
  file: true,
  line: true,
  endpoint: true,
  status: true,
  code: true,
  logId: true,
  outcome: true,
  attempt: true,
  durationMs: true,
  waitMs: true,
  count: true,
  total: true,
};

const MAX_TEXT = 200;

const pretty = lazily<typeof import('pino-pretty')>('pino-pretty');

export function createLog(settings: LogSettings): Log {
  const run = () => (typeof settings.run === 'function' ? settings.run() : settings.run);
  const destination = settings.destination ?? standardError();
  const stream = settings.format === 'pretty' ? prettyOver(destination) : destination;
  const logger = pino({ level: settings.level, base: null, timestamp: stdTimeFunctions.isoTime }, stream);
  return Object.freeze({
    debug: (event: string, fields?: LogFields) => logger.debug(allowed({ run: run(), ...fields }), event),
    info: (event: string, fields?: LogFields) => logger.info(allowed({ run: run(), ...fields }), event),
    warn: (event: string, fields?: LogFields) => logger.warn(allowed({ run: run(), ...fields }), event),
    error: (event: string, fields?: LogFields) => logger.error(allowed({ run: run(), ...fields }), event),
  });
}

function allowed(fields: LogFields = {}): Record<string, string | number> {
  const kept: Record<string, string | number> = {};
  for (const name of Object.keys(ALLOWED) as (keyof LogFields)[]) {
    const value: unknown = fields[name];
    if (typeof value === 'number') kept[name] = value;
    // One line per event, also in the pretty form.
    else if (typeof value === 'string' && value !== '')
      kept[name] = value.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ').slice(0, MAX_TEXT);
  }
  return kept;
}

// Not pino-pretty's own stream: that one hands lines on later, and the last ones are lost when the process ends.
function prettyOver(destination: DestinationStream): DestinationStream {
  const prettify = pretty().prettyFactory({ colorize: false });
  return { write: (line) => destination.write(prettify(line)) };
}

function standardError(): DestinationStream {
  const stream = openDestination({ dest: 2, sync: true });
  // Nobody reads standard error any more (`2>&1 | head`): the run goes on without its log.
  stream.on('error', () => {});
  return stream;
}
