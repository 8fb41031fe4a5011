import type { Redis, RedisOptions } from 'ioredis';
import { HireSyncError } from '../errors.ts';
import { sleep } from '../feishu/sleep.ts';
import type { Evaluate } from './limiter-window.ts';

/** Where the shared limiter is. May hold a password: never printed whole. */
export interface LimiterAddress {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
}

/** The connection to the Redis of the limiter. Waits for it while it is away, and says so, once each time. */
export interface LimiterLink {
  /**
   * Does `ask` again until Redis has answered it.
   * @throws the signal's reason; HireSyncError LIMITER_UNREACHABLE when Redis refuses, cannot be reached at first
   *   contact, or has been away for half an hour
   */
  answered<T>(ask: (evaluate: Evaluate) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Once, without waiting for a connection. Rejects when Redis does not answer. */
  readonly evaluate: Evaluate;
  /** One more connection, not opened again when it is lost. */
  connect(): Promise<Redis>;
  /** Sets who is told that Redis answers again. */
  onReturn(listener: () => void): void;
  close(): void;
}

export interface LimiterLinkSettings {
  readonly address: LimiterAddress;
  /** One line for a person. */
  readonly tell: (line: string) => void;
  /** Milliseconds on a clock that never jumps. */
  readonly now: () => number;
  /** How long the first answer may take, in ms. Default 10 s. */
  readonly firstContactMs?: number | undefined;
}

const ANSWER_MS = 2_000;
// What is wrong at first contact is more likely the address than Redis.
const FIRST_CONTACT_MS = 10_000;
const MAX_AWAY_MS = 30 * 60_000;
const RETRY_MS = 200;

// What no waiting mends. The rest (LOADING, READONLY, MASTERDOWN, BUSY, OOM …) passes.
const REFUSAL =
  /^(WRONGPASS|NOAUTH|NOPERM|ERR (invalid password|AUTH|Client sent AUTH|DB index|unknown command))/;

const ADVICE = 'Nothing was sent without it. Check --limiter or HIRE_SYNC_LIMITER, then run again.';

/** Opens no connection before it is needed. */
export function createLimiterLink(settings: LimiterLinkSettings): LimiterLink {
  const { address, tell, now, firstContactMs = FIRST_CONTACT_MS } = settings;
  const place = `Redis at ${address.host}:${address.port}`;
  let opening: Promise<Redis> | undefined;
  let awaySince: number | null = null;
  let met = false;
  let told = false;
  let closed = false;
  let trouble = 'no answer';
  let refusal: string | undefined;
  let onReturn = () => {};

  async function open(): Promise<Redis> {
    const redis = await create(address, { retryStrategy: () => RETRY_MS, enableOfflineQueue: false });
    redis.on('error', note);
    // Also when nobody asks just now: Redis may close idle connections.
    redis.on('ready', () => {
      if (met) back();
    });
    redis.on('close', () => {
      if (met && !closed) away('the connection was closed');
    });
    if (closed) redis.disconnect();
    return redis;
  }

  function note(error: Error): void {
    const { code } = error as NodeJS.ErrnoException;
    // Of Redis's own words only those that are known: they may quote what was sent.
    const said = REFUSAL.exec(error.message)?.[0] ?? /^[A-Z]{4,}\b/.exec(error.message)?.[0];
    if (REFUSAL.test(error.message)) refusal = said;
    if (code !== undefined || said !== undefined) trouble = code ?? said ?? trouble;
  }

  function away(what: string): void {
    awaySince ??= now();
    if (told || !met) return;
    told = true;
    tell(
      `${place} does not answer (${what}): paused. Nothing is written without the shared limit. Ctrl-C ends the run.`,
    );
  }

  function back(): void {
    const wasAway = awaySince !== null;
    awaySince = null;
    met = true;
    if (told) tell(`${place} answers again: the run goes on.`);
    told = false;
    if (wasAway) onReturn();
  }

  function throwIfRefused(): void {
    if (refusal === undefined) return;
    throw new HireSyncError('LIMITER_UNREACHABLE', `${place} refuses (${refusal}). ${ADVICE}`);
  }

  function throwIfAwayTooLong(): void {
    const awayMs = awaySince === null ? 0 : now() - awaySince;
    if (awayMs < (met ? MAX_AWAY_MS : firstContactMs)) return;
    const since = met ? `${Math.round(awayMs / 60_000)} minutes` : `${Math.round(awayMs / 1_000)} s`;
    throw new HireSyncError(
      'LIMITER_UNREACHABLE',
      `${place} has not answered for ${since} (${trouble}). ${ADVICE}`,
    );
  }

  const evaluate: Evaluate = async (script, keys, args) => {
    opening ??= open();
    const redis = await opening;
    try {
      return await redis.eval(script, keys.length, ...keys, ...args);
    } catch (error) {
      if (error instanceof Error) note(error);
      // A connection that gives no answer may lead nowhere any more.
      if (error instanceof Error && error.message === 'Command timed out') {
        trouble = `nothing for ${ANSWER_MS} ms`;
        redis.disconnect(true);
      }
      throw error;
    }
  };

  return Object.freeze({
    evaluate,
    async answered(ask, signal) {
      for (;;) {
        signal.throwIfAborted();
        throwIfRefused();
        try {
          const answer = await ask(evaluate);
          back();
          return answer;
        } catch {
          signal.throwIfAborted();
          away(trouble);
          throwIfAwayTooLong();
          await sleep(RETRY_MS, signal);
        }
      }
    },
    connect: () => create(address, { retryStrategy: null }),
    onReturn(listener) {
      onReturn = listener;
    },
    close() {
      closed = true;
      opening?.then((redis) => redis.disconnect()).catch(() => {});
    },
  } satisfies LimiterLink);
}

async function create(
  address: LimiterAddress,
  options: Pick<RedisOptions, 'retryStrategy' | 'enableOfflineQueue'>,
): Promise<Redis> {
  // Loaded by those who use it only: it takes 40 ms.
  const { Redis } = await import('ioredis');
  const { host, port, db, tls, username, password } = address;
  const redis = new Redis({
    host,
    port,
    db,
    ...(tls ? { tls: {} } : {}),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    // What Bottleneck was written for.
    protocol: 2,
    connectTimeout: ANSWER_MS,
    commandTimeout: ANSWER_MS,
    // Nothing is repeated behind our back: a place that is given late would be given to nobody.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    ...options,
  });
  // ioredis prints errors that nobody listens to.
  redis.on('error', () => {});
  return redis;
}
