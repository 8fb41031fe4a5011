import { createHash, randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { sleep } from '../feishu/sleep.ts';
import type { Permit, SharedAsk, SharedBudget } from './contract.ts';
import { createLimiterLink, type LimiterAddress } from './limiter-link.ts';
import { createLimiterSpacing } from './limiter-spacing.ts';
import { createLimiterWindow, LEASE_MS, type LimiterWindow, type Taken } from './limiter-window.ts';

/** The rate that all processes of one Feishu app share through Redis. */
export interface RedisLimiter {
  /** Waits for the first answer. @throws the signal's reason; HireSyncError LIMITER_UNREACHABLE */
  ready(signal: AbortSignal): Promise<void>;
  readonly budget: SharedBudget;
  close(): void;
}

export interface RedisLimiterSettings {
  readonly address: LimiterAddress;
  /** Whose budget it is; hashed in Redis's keys. */
  readonly tenant: { readonly baseUrl: string; readonly appId: string };
  /** Which of the app's budgets: writes share one, reads another. */
  readonly kind: 'writes' | 'reads';
  /** Requests per second, all processes together: the same in each of them. */
  readonly rate: number;
  /** One line for a person: that the run is paused, and that it goes on. */
  readonly tell: (line: string) => void;
  /** How long the first answer may take, in ms. Default 10 s. */
  readonly firstContactMs?: number | undefined;
}

// A place is used in the turn of the event loop in which it was given. One that lay about for longer (the process
// stood still) might be older than what Redis remembers after a restart.
const FRESH_MS = 500;
// What Redis may not know after a restart: a request that got its place before and left this much later, in ms.
const STRAGGLER_MS = 1_000;
// Somebody else's place may become free before its time: a request that was never sent.
const LONGEST_WAIT_MS = 250;
const RENEW_MS = LEASE_MS / 3;
// As the throttle: slack, so that a late start does not push back all that follow.
const SPACING = 0.9;

/** Connects when it is first asked. */
export function createRedisLimiter(settings: RedisLimiterSettings): RedisLimiter {
  const { address, tenant, kind, rate, tell, firstContactMs } = settings;
  const now = () => performance.now();
  const name = `${createHash('sha256').update(`${tenant.baseUrl}\n${tenant.appId}`).digest('hex').slice(0, 24)}:${kind}`;
  const link = createLimiterLink({ address, tell, now, firstContactMs });
  const window = createLimiterWindow(link.evaluate, name);
  const spacing = createLimiterSpacing({ name, spacingMs: (SPACING * 1_000) / rate, connect: link.connect });
  const self = randomUUID();
  const places = createPlaces(window);
  let count = 0;
  let quickestMs = Number.POSITIVE_INFINITY;
  let lowered: number | null = null;
  let quarantine = false;
  let onLowered = () => {};

  link.onReturn(places.keep);

  function heard(answer: Taken): void {
    const first = lowered === null;
    // Less than before: Redis has forgotten.
    if (lowered !== null && answer.lowered > lowered) onLowered();
    lowered = answer.lowered;
    if (answer.quarantined && !quarantine && !first)
      tell(
        `Redis at ${address.host}:${address.port} no longer knows what was sent: waiting ${(answer.waitMs / 1_000).toFixed(1)} s.`,
      );
    quarantine = answer.quarantined;
  }

  async function ask(place: string, { starts, windowMs, spacingMs }: SharedAsk, signal: AbortSignal) {
    return link.answered(async () => {
      const askedAt = now();
      const answer = await window.take({ place, starts, spacingMs, quarantineMs: windowMs + STRAGGLER_MS });
      const tookMs = now() - askedAt;
      quickestMs = Math.min(quickestMs, tookMs);
      return { answer, askedAt, lateMs: tookMs - quickestMs };
    }, signal);
  }

  function permitOf(place: string, answer: Taken, askedAt: number, lateMs: number): Permit {
    places.took(place);
    return {
      lateMs,
      isFresh: () => now() - askedAt < FRESH_MS,
      // Redis gave the place after it was asked, so this is never too early by its clock.
      sent: (windowMs) => places.sent(place, answer.at + (now() - askedAt) + windowMs),
      dropped: () => places.dropped(place),
      async limited(ms) {
        const times = await window.limited(ms, answer.at);
        if (lowered === null || times > lowered) onLowered();
        lowered = times;
      },
    };
  }

  return Object.freeze({
    async ready(signal) {
      await link.answered((evaluate) => evaluate("return redis.call('TIME')", [], []), signal);
    },
    budget: {
      turn: spacing.turn,
      async take(wanted, signal) {
        const place = `${self}:${++count}`;
        let latestMs = 0;
        for (;;) {
          const { answer, askedAt, lateMs } = await ask(place, wanted, signal);
          heard(answer);
          latestMs = Math.max(latestMs, lateMs);
          if (answer.granted) return permitOf(place, answer, askedAt, latestMs);
          const waitMs = Math.min(Math.ceil(answer.waitMs), LONGEST_WAIT_MS);
          const dueAt = now() + waitMs;
          await sleep(waitMs, signal);
          latestMs = Math.max(latestMs, now() - dueAt);
        }
      },
      onLowered(listener) {
        onLowered = listener;
      },
    },
    close() {
      places.close();
      spacing.close();
      link.close();
    },
  } satisfies RedisLimiter);
}

/** The places this process holds: Redis hears of each again until it has acknowledged that the request was sent. */
function createPlaces(window: LimiterWindow) {
  // null: not sent yet. A time: sent, and Redis has not acknowledged it.
  const held = new Map<string, number | null>();

  async function keep(): Promise<void> {
    const telling = [...held];
    try {
      await window.keep(telling);
    } catch {
      // Told again when Redis answers again, or with the next renewal. Until then the place stays taken.
      return;
    }
    for (const [place, until] of telling) if (until !== null) held.delete(place);
  }

  const renewal = setInterval(() => void keep(), RENEW_MS).unref();

  return {
    keep: () => void keep(),
    took: (place: string) => void held.set(place, null),
    sent(place: string, until: number) {
      held.set(place, until);
      void keep();
    },
    dropped(place: string) {
      held.delete(place);
      window.drop(place).catch(() => {});
    },
    close: () => clearInterval(renewal),
  };
}
