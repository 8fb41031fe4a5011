import type { Bilingual } from '../plan/shape.ts';
import type { Approval, Made } from '../result/made.ts';
import { w } from './sentences.ts';
import { zonedParts, zoneName } from './times.ts';

/** What the head of a report says besides its numbers, in sentences. @param at when it was made: ISO 8601 */
export function* madeNotes(made: Made, at: string): Generator<Bilingual> {
  if (made.plan !== null) yield planNote(made);
  yield zoneNote(made, at);
}

/** Which saved plan was made, or carried out, and who signed it. */
function planNote({ plan, approved, zone }: Made): Bilingual {
  if (approved === undefined) return w(`保存的计划：校验码 ${plan}。`, `Saved plan: sha256 ${plan}.`);
  const { by, at } = approvalIn(approved, zone);
  return w(
    `保存的计划：校验码 ${plan}，签字人 ${by}，登记于 ${at}。`,
    `Saved plan: sha256 ${plan}, signed by ${by}, noted at ${at}.`,
  );
}

/** A signature with the wall-clock time of a zone, to the minute. */
export function approvalIn({ by, at }: Approval, zone: string): Approval {
  const { day, time } = zonedParts(at, zone);
  return { by, at: `${day} ${time}` };
}

/** Names the zone of all times, once. */
export function zoneNote({ zone, zoneOf }: Made, at: string): Bilingual {
  const name = zoneName(zone, at);
  if (zoneOf === 'pipeline') return w(`时间均为 ${name}。`, `Times are those of ${name}.`);
  return w(
    `时间均为本机时区 ${name}：同步规则没有写明时区（请技术人员加上 zone）。`,
    `Times are those of this machine, ${name}: the pipeline names no zone.`,
  );
}
