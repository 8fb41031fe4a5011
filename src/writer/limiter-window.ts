/**
 * The sliding window that all processes share, kept in Redis.
 *
 * Bottleneck's clustering alone cannot hold the rate. It spaces the grants, by the clocks of the processes; between
 * grant and request lies whatever holds the process up, so that spaced grants arrive in a burst. Here a request has
 * its place from before it is sent until one window after it was sent, by Redis's clock. Of any ten requests the last
 * one got its place when at least one of the other nine was sent a whole window ago: ten never fit into a window,
 * however late each of them was sent.
 *
 * `KEYS`: a sorted set, place → when it becomes free again; a hash with the rest. Times in whole µs of Redis's clock.
 */

/** Written by any script that finds the budget unknown. The set holds it beside the places, so both are lost together. */
const MARK = '#';

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function whole(number) return string.format('%.0f', number) end
`;

/**
 * ARGV: place, starts, quarantine, lease, spacing → granted, µs to wait, now, how often the pace was lowered, in quarantine.
 *
 * A Redis that was restarted, emptied, set back to a snapshot or replaced does not know what was sent a moment ago.
 * It shows in a missing key or in another run id; then nobody gets a place until all that is over.
 */
const TAKE = `${NOW}
local sends, state = KEYS[1], KEYS[2]
local place, starts = ARGV[1], tonumber(ARGV[2])
local quarantine, lease, spacing = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])

local server = ''
local info = redis.pcall('INFO', 'server')
if type(info) == 'string' then server = string.match(info, 'run_id:(%w+)') or '' end
local known = redis.call('HMGET', state, 'server', 'born', 'last', 'paused', 'lowered', 'granted')
local born, last = tonumber(known[2]), tonumber(known[3])
if known[1] ~= server or not born or not last or now < last - 1000000 or not redis.call('ZSCORE', sends, '${MARK}') then
  redis.call('DEL', sends, state)
  redis.call('ZADD', sends, '+inf', '${MARK}')
  redis.call('HSET', state, 'server', server, 'born', whole(now))
  born, known[4], known[5], known[6] = now, nil, nil, nil
end
redis.call('HSET', state, 'last', whole(now))
redis.call('PEXPIRE', sends, 86400000)
redis.call('PEXPIRE', state, 86400000)

local lowered = tonumber(known[5]) or 0
if born + quarantine > now then return {0, born + quarantine - now, now, lowered, 1} end
local paused = tonumber(known[4]) or 0
if paused > now then return {0, paused - now, now, lowered, 0} end
redis.call('ZREMRANGEBYSCORE', sends, '-inf', whole(now))
-- A question that is repeated because its answer was lost.
redis.call('ZREM', sends, place)
local nextAt = (tonumber(known[6]) or 0) + spacing
if nextAt > now then return {0, nextAt - now, now, lowered, 0} end
local taken = redis.call('ZCARD', sends) - 1
if taken < starts then
  redis.call('HSET', state, 'granted', whole(now))
  redis.call('ZADD', sends, whole(now + lease), place)
  return {1, 0, now, lowered, 0}
end
local next = redis.call('ZRANGE', sends, taken - starts, taken - starts, 'WITHSCORES')
return {0, tonumber(next[2]) - now, now, lowered, 0}
`;

/** ARGV: (place, when it becomes free; '' = a lease from now)…, lease. */
const KEEP = `${NOW}
local lease = tonumber(ARGV[#ARGV])
for index = 1, #ARGV - 2, 2 do
  local free = ARGV[index + 1]
  if free == '' then free = whole(now + lease) end
  redis.call('ZADD', KEYS[1], free, ARGV[index])
end
return #ARGV
`;

/** ARGV: place. */
const DROP = `return redis.call('ZREM', KEYS[1], ARGV[1])`;

/** ARGV: µs to pause, when the limited request got its place → how often the pace was lowered. */
const LIMITED = `${NOW}
local known = redis.call('HMGET', KEYS[2], 'paused', 'loweredAt', 'lowered')
local paused = math.max(tonumber(known[1]) or 0, now + tonumber(ARGV[1]))
redis.call('HSET', KEYS[2], 'paused', whole(paused))
-- What was on its way when the pace was lowered says nothing about the lower pace.
if tonumber(ARGV[2]) <= (tonumber(known[2]) or 0) then return tonumber(known[3]) or 0 end
redis.call('HSET', KEYS[2], 'loweredAt', whole(now))
return redis.call('HINCRBY', KEYS[2], 'lowered', 1)
`;

/** Runs a script with `keys` and `args`, and hands on its reply. Rejects when Redis does not answer. */
export type Evaluate = (
  script: string,
  keys: readonly string[],
  args: readonly (string | number)[],
) => Promise<unknown>;

/** What Redis said to a question for a place. Times in ms. */
export interface Taken {
  readonly granted: boolean;
  /** Ask again after this; 0 when granted. */
  readonly waitMs: number;
  /** Redis's clock. */
  readonly at: number;
  /** How often any process has lowered the pace. */
  readonly lowered: number;
  /** Redis does not know what was sent before now. */
  readonly quarantined: boolean;
}

/** The scripts, with times in ms. */
export interface LimiterWindow {
  take(ask: {
    readonly place: string;
    readonly starts: number;
    readonly spacingMs: number;
    readonly quarantineMs: number;
  }): Promise<Taken>;
  /** Keeps places until a time of Redis's clock, or (`null`: not sent yet) for a lease from now. */
  keep(places: Iterable<readonly [place: string, until: number | null]>): Promise<void>;
  drop(place: string): Promise<void>;
  /** @param takenAt when the limited request got its place. Returns how often the pace was lowered. */
  limited(pauseMs: number, takenAt: number): Promise<number>;
}

/** How long the place of a process that died before it sent stays taken, in ms. A living one renews it (`keep`). */
export const LEASE_MS = 60_000;

/** @param name of the budget: the same in all processes that share it */
export function createLimiterWindow(evaluate: Evaluate, name: string): LimiterWindow {
  // One hash tag: a Redis Cluster keeps both keys on one node.
  const keys = [`hire-sync:{${name}}:sends`, `hire-sync:{${name}}:state`];
  return Object.freeze<LimiterWindow>({
    async take({ place, starts, spacingMs, quarantineMs }) {
      const args = [place, starts, micros(quarantineMs), micros(LEASE_MS), micros(spacingMs)];
      const reply = (await evaluate(TAKE, keys, args)) as readonly [number, number, number, number, number];
      const [granted, wait, now, lowered, quarantined] = reply.map(Number) as unknown as typeof reply;
      return {
        granted: granted === 1,
        waitMs: wait / 1_000,
        at: now / 1_000,
        lowered,
        quarantined: quarantined === 1,
      };
    },
    async keep(places) {
      const pairs = [...places].flatMap(([place, until]) => [place, until === null ? '' : micros(until)]);
      if (pairs.length > 0) await evaluate(KEEP, keys, [...pairs, micros(LEASE_MS)]);
    },
    async drop(place) {
      await evaluate(DROP, keys, [place]);
    },
    limited: async (pauseMs, takenAt) =>
      Number(await evaluate(LIMITED, keys, [micros(pauseMs), micros(takenAt)])),
  });
}

function micros(ms: number): number {
  return Math.round(ms * 1_000);
}
