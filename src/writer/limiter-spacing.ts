import Bottleneck from 'bottleneck';
import type { Redis } from 'ioredis';
import { sleep } from '../feishu/sleep.ts';

/** Hands out starts one after the other over all processes, evenly spaced. */
export interface LimiterSpacing {
  /** Resolves when it is this process's turn; also when no answer came in time, or `signal` is aborted. Never rejects. */
  turn(signal: AbortSignal): Promise<void>;
  close(): void;
}

export interface LimiterSpacingSettings {
  /** The same in all processes that share the rate. */
  readonly name: string;
  readonly spacingMs: number;
  /** A connection of its own, which is not to be opened again when it is lost. */
  readonly connect: () => Promise<Redis>;
}

interface Cluster {
  readonly limiter: Bottleneck;
  readonly connection: Bottleneck.IORedisConnection;
  /** A turn was granted; from then on only a timer of this process is waited for. */
  granted: boolean;
  readonly lost: Promise<void>;
}

const ANSWER_MS = 2_000;
const FORGET_MS = 24 * 60 * 60_000;

/**
 * Bottleneck's own clustering, for order and even spacing, and for nothing else:
 * - It hangs without a word when its Redis comes back empty. Here it never holds a request, only a turn, and one that
 *   gives no turn in time is thrown away and made again.
 * - It reckons with the clock of each process, so one host whose clock is ahead would make the others wait. Here
 *   nobody waits much longer than one turn of several processes takes.
 *
 * Passing a turn too early is safe: `LimiterWindow` guards the rate.
 */
export function createLimiterSpacing(settings: LimiterSpacingSettings): LimiterSpacing {
  const { name, spacingMs, connect } = settings;
  const patienceMs = ANSWER_MS + 2 * spacingMs;
  let cluster: Cluster | undefined;
  let closed = false;

  async function open(): Promise<Cluster> {
    const client = await connect();
    const connection = new Bottleneck.IORedisConnection({ client });
    const { promise: lost, resolve } = Promise.withResolvers<void>();
    client.on('close', resolve);
    const minTime = Math.floor(spacingMs);
    // Settings are kept in Redis under the id: another rate is another id.
    const id = `hire-sync:${name}:${minTime}`;
    const limiter = new Bottleneck({ id, minTime, connection, timeout: FORGET_MS });
    const opened: Cluster = { limiter, connection, granted: false, lost };
    limiter.on('error', () => resolve());
    limiter.on('scheduled', () => {
      opened.granted = true;
    });
    // Without these a lost connection would be an unhandled rejection.
    limiter.ready().catch(() => resolve());
    return opened;
  }

  function discard(): void {
    const discarded = cluster;
    cluster = undefined;
    // Not `limiter.disconnect()`: that unsubscribes, and trips over a connection that is gone.
    discarded?.connection.disconnect(false).catch(() => {});
  }

  return Object.freeze({
    async turn(signal: AbortSignal) {
      if (closed) return;
      const patience = new AbortController();
      const abort = () => patience.abort();
      signal.addEventListener('abort', abort, { once: true });
      try {
        cluster ??= await open();
        const current = cluster;
        current.granted = false;
        const granted = current.limiter.schedule(async () => true).catch(() => false);
        const broken = current.lost.then(() => false);
        const late = sleep(patienceMs, patience.signal).then(() => current.granted);
        const fine = await Promise.race([granted, broken, late]);
        if (!fine || closed) discard();
      } catch {
        // No connection: whoever asks for a place next finds that out, and waits.
        discard();
      } finally {
        patience.abort();
        signal.removeEventListener('abort', abort);
      }
    },
    close() {
      closed = true;
      discard();
    },
  });
}
