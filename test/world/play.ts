import type { GuardName } from '../../src/complaint.ts';
import { HireSyncError } from '../../src/errors.ts';
import { GUARDS } from '../../src/plan/guard.ts';
import type { Reason } from '../../src/reason.ts';
import { type End, wordsOf } from '../../src/report/reason-words.ts';
import type { Night, World } from './draw.ts';
import type { Sides } from './sides.ts';
import type { Ended, Orders, Player, Stage } from './stage.ts';
import { wrongAfter } from './truths.ts';

export interface Played {
  readonly wrong: readonly string[];
  /** One line per run, for a world that goes wrong. */
  readonly log: readonly string[];
  readonly kills: number;
  readonly runs: number;
  /** How often which reason was met, and which guard. */
  readonly met: ReadonlyMap<string, number>;
}

interface Parts {
  readonly world: World;
  readonly player: Player;
  readonly stage: Stage;
  readonly sides: Sides;
}

/** Guards that a person may lift without having to look: of twelve rows any number may change. */
const NUMBERS = GUARDS.filter((guard) => !['restored', 'existing-content', 'rekeyed'].includes(guard));
const HOUR_MS = 3_600_000;
const LEAD_MS = 10 * 60_000;
/** So many nights without trouble, with a person who reads the reports, must be enough. */
const CALM = 6;

/** Plays a world night by night, then until nothing is open. */
export async function play(parts: Parts): Promise<Played> {
  const { world, player, stage, sides } = parts;
  const { sandbox } = stage;
  const wrong: string[] = [];
  const log: string[] = [];
  const met = new Map<string, number>();
  const asked = new Set<string>();
  let kills = 0;
  let runs = 0;
  const count = (name: string): void => void met.set(name, (met.get(name) ?? 0) + 1);
  const go = async (name: string, orders: Orders): Promise<Ended> => {
    sides.look();
    let ended: Ended;
    try {
      ended = await player.run(orders);
    } catch (error) {
      wrong.push(`${name}: ${(error as Error).stack}`);
      return { killed: false, exitCode: null, rows: null, held: [], message: String(error) };
    }
    runs += 1;
    if (ended.killed) kills += 1;
    sides.look();
    const { exitCode, held, message, rows } = ended;
    for (const { reason } of held) count(reason.code);
    const holds = held.map(({ key, reason }) => `${key} ${JSON.stringify(reason)}`).join('; ');
    const code = ended.killed ? 'killed' : `exit ${exitCode}`;
    log.push(
      `${name}: ${code} ${JSON.stringify(rows)} ${message.split('\n').slice(0, 2).join(' ')} ${holds}`,
    );
    if (exitCode !== null && ![0, 1, 3, 4].includes(exitCode))
      wrong.push(`${name}: exit ${exitCode} ${message}`);
    wrong.push(...wrongAfter(world, { sides, stage, ended }).map((what) => `${name}: ${what}`));
    return ended;
  };
  const night = async (name: string, orders: Orders, reads: boolean): Promise<Ended> => {
    const ended = await go(name, orders);
    const guard = guardIn(ended);
    if (guard === null || !reads) return ended;
    count(`guard ${guard}`);
    if (guard === 'rekeyed') await player.rekey();
    return go(`${name}, ${guard} read`, {
      ...orders,
      allowed: [...orders.allowed, 'restored', ...(guard === 'rekeyed' ? [] : [guard])],
    });
  };

  for (const [place, one] of world.nights.entries()) {
    // Nobody can see what a person enters while reads lag behind it.
    player.pass(one.hours * HOUR_MS - LEAD_MS);
    for (const edit of one.edits) sides.apply(edit);
    player.pass(LEAD_MS);
    stage.write(sides.rows());
    stage.meet(one.ledger);
    sandbox.setQuirks([...world.manners, ...one.quirks]);
    sandbox.setFaults(one.faults);
    const name = `night ${place + 1}`;
    const { held } = await night(name, ordersOf(one), one.reads);
    sandbox.setFaults([]);
    sandbox.setQuirks(world.manners);
    if (one.reads) for (const hold of held) await decide(hold, one.choice);
    if (wrong.length > 0) return { wrong, log, kills, runs, met };
  }

  let last: Ended | null = null;
  const calm: Orders = {
    kill: null,
    allowed: NUMBERS,
    repairDrift: false,
    recreateMissing: false,
    lags: false,
  };
  for (let n = 1; n <= CALM && wrong.length === 0; n++) {
    player.pass(25 * HOUR_MS);
    last = await night(`calm night ${n}`, calm, true);
    if (last.exitCode === 0 && n > 1) break;
    for (const hold of last.held) await decide(hold, n);
  }
  if (wrong.length === 0 && last?.exitCode !== 0)
    wrong.push(`after ${CALM} calm nights the run still ends with exit ${last?.exitCode}: ${log.at(-1)}`);
  return { wrong, log, kills, runs, met };

  /** A person does what the report says about a hold, knowing which object is whose. */
  async function decide({ key, reason }: Ended['held'][number], choice: number): Promise<void> {
    const ends = wordsOf(reason).ends.filter((end) => isSensible(end, key, reason));
    const end = ends[choice % Math.max(1, ends.length)];
    if (end === undefined || end.by === 'event' || end.by === 'nothing') return;
    try {
      if (end.by === 'command') {
        const command = end.command(reason);
        log.push(`  ${command}`);
        if (!command.includes('rekey') || reason.code !== 'near-missing') return;
        // What it does not find by itself it asks for: "pairs that only you know".
        const known = stage.entries();
        if (known.has(reason.was) && !known.has(key))
          await player.rekey(asked.has(key) ? [{ was: reason.was, key }] : undefined);
        asked.add(key);
        return;
      }
      const { decision } = end;
      const value = decision === 'adopt' ? ownObject(key) : true;
      if (value === null) return;
      log.push(`  resolve ${key} --${decision} ${value}`);
      // Whoever says so gives up what was typed.
      if (decision === 'overwrite' || decision === 'adopt') forgetTouched(key, value);
      await player.resolve(key, { [decision]: value });
      if (decision === 'adopt' && typeof value === 'string') sides.entered.delete(value);
    } catch (error) {
      const text = HireSyncError.is(error) ? error.message : String((error as Error).stack);
      wrong.push(`what the report names for ${key} (${JSON.stringify(reason)}) does not work: ${text}`);
    }
  }

  function isSensible(end: End<Reason>, key: string, reason: Reason): boolean {
    if (end.by === 'command') {
      // Flags of the next run are drawn by the world; what an undo is about is no part of it.
      if (!end.command(reason).includes('rekey')) return false;
      return reason.code === 'near-missing' && sides.recordOf(reason.was) === sides.recordOf(key);
    }
    if (end.by !== 'resolve') return false;
    if (reason.code === 'near-missing' && sides.recordOf(reason.was) === sides.recordOf(key)) return false;
    const own = ownObject(key);
    switch (end.decision) {
      case 'adopt':
        return own !== null;
      case 'create':
        // What is only not shown is not created again by somebody who sees it.
        return own === null && !isLive(reason);
      case 'skip':
      case 'again':
        return false;
      case 'overwrite':
      case 'keep':
        return true;
    }
  }

  /** Whether the object that a hold calls missing is there. */
  function isLive(reason: Reason): boolean {
    if (reason.code !== 'missing-in-feishu' && reason.code !== 'not-visible-yet') return false;
    return sides.objects().some(({ id }) => id === reason.remoteId);
  }

  /** An object that was made for this record, or one it cannot be told from, and that no record has by now. */
  function ownObject(key: string): string | null {
    const n = sides.recordOf(key);
    if (n === undefined) return null;
    const entries = [...stage.entries()];
    const owned = new Set(entries.filter(([other]) => other !== key).map(([, { remoteId }]) => remoteId));
    const alike = sides.alike(n);
    const free = sides.objects().filter((object) => {
      const other = sides.createdFor(object);
      return other !== undefined && alike.has(other) && !owned.has(object.id);
    });
    return (free.find((object) => sides.createdFor(object) === n) ?? free[0])?.id ?? null;
  }

  function forgetTouched(key: string, value: string | true): void {
    const id = value === true ? stage.entries().get(key)?.remoteId : value;
    const object = sides.objects().find((one) => one.id === id);
    if (object === undefined) return;
    sides.yielding.set(object.id, object.writes);
    const typed = sides.touched.get(object.id);
    if (typed !== undefined) sides.touched.set(object.id, { ...typed, keeps: new Set() });
  }
}

function ordersOf({ kill, repairDrift, recreateMissing, quirks }: Night): Orders {
  const lags = quirks.some((quirk) => 'options' in quirk && quirk.options.readLagMs !== undefined);
  return { kill, allowed: NUMBERS, repairDrift, recreateMissing, lags };
}

function guardIn({ exitCode, message }: Ended): GuardName | null {
  if (exitCode !== 4) return null;
  return (
    GUARDS.find((guard) => message.includes(`guard ${guard}`) || message.includes(`--allow ${guard}`)) ?? null
  );
}
