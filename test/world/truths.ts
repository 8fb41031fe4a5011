import { addsUp } from '../../src/result/report.ts';
import { TARGET } from '../target.ts';
import type { World } from './draw.ts';
import { bodyOf, type Row, type Said, saidIn } from './rows.ts';
import type { Sides, Stored } from './sides.ts';
import type { Ended, Stage } from './stage.ts';

const FIELDS = ['begin', 'who', 'verdict', 'text', 'rest'] as const;

/** What must be true after every night, whatever happened; each line says what is not. */
export function wrongAfter(
  { onDrift }: World,
  { sides, stage, ended }: { readonly sides: Sides; readonly stage: Stage; readonly ended: Ended },
): string[] {
  const objects = new Map(sides.objects().map((object) => [object.id, object]));
  // A PUT replaces the whole object.
  for (const [id, { writes }] of sides.touched)
    if (onDrift === 'overwrite' && (objects.get(id)?.writes ?? 0) > writes) sides.touched.delete(id);
  // A run that was stopped may not know what it has written.
  if (ended.exitCode === 0 || ended.exitCode === 3)
    for (const [id, writes] of sides.yielding)
      if ((objects.get(id)?.writes ?? 0) > writes) sides.yielding.delete(id);
  return [
    ...duplicates(sides),
    ...handsOff(sides, stage, objects),
    ...(onDrift === 'overwrite' ? [] : erased(sides, objects)),
    ...unaccounted(sides.rows(), ended),
    ...(ended.exitCode === 0
      ? sides.rows().flatMap((row) => misread(row, { sides, stage, objects, keeps: onDrift !== 'overwrite' }))
      : []),
  ];
}

/** Of records that nobody can tell apart there are no more objects of ours than records. */
function duplicates(sides: Sides): string[] {
  const ours = Map.groupBy(sides.objects(), (object) => {
    const n = sides.createdFor(object);
    return n === undefined ? null : Math.min(...sides.alike(n));
  });
  return [...ours].flatMap(([n, some]) => {
    const alike = n === null ? null : sides.alike(n);
    if (alike === null || some.length <= alike.size) return [];
    const ids = some.map(({ id, externalId }) => `${id} ${externalId}`).join(', ');
    return [`duplicate: ${some.length} objects for the records ${[...alike].join(', ')}: ${ids}`];
  });
}

/** What a person entered is as it was, until it is a record's. */
function handsOff({ entered }: Sides, stage: Stage, objects: ReadonlyMap<string, Stored>): string[] {
  const owned = new Set([...stage.entries().values()].map(({ remoteId }) => remoteId));
  return [...entered].flatMap(([id, body]) => {
    const now = objects.get(id);
    const isSame = now !== undefined && JSON.stringify(saidIn(now.body)) === JSON.stringify(saidIn(body));
    // Adopted: it equals a row, or a person named it. From now on it is written like any other.
    if (owned.has(id)) entered.delete(id);
    if (isSame || (owned.has(id) && now !== undefined && now.writes === 1)) return [];
    if (now === undefined) return [`a person's own object was deleted: ${id}`];
    return [`a person's own object was overwritten: ${id} is ${JSON.stringify(now.body)}`];
  });
}

/** Under keep and hold, what persons typed is there. */
function erased({ touched }: Sides, objects: ReadonlyMap<string, Stored>): string[] {
  return [...touched].flatMap(([id, { said, keeps }]) => {
    const now = objects.get(id);
    if (now === undefined) return [];
    const all = JSON.stringify(now.body);
    return Object.entries(said).flatMap(([field, value]) => {
      const is = saidIn(now.body)[field as keyof Said];
      const isThere =
        !keeps.has(field) || isTold(is, value) || all.includes(JSON.stringify(value).slice(1, -1));
      return isThere
        ? []
        : [`erased: ${field} of ${id} was ${JSON.stringify(value)}, is ${JSON.stringify(is)}`];
    });
  });
}

function unaccounted(rows: readonly Row[], { rows: counts }: Ended): string[] {
  if (counts === null || (addsUp(counts) && counts.read === rows.length)) return [];
  return [`the rows do not add up to ${rows.length}: ${JSON.stringify(counts)}`];
}

/** What is wrong with a record of a run that ended with 0. */
function misread(
  row: Row,
  {
    sides,
    stage,
    objects,
    keeps,
  }: { sides: Sides; stage: Stage; objects: ReadonlyMap<string, Stored>; keeps: boolean },
): string[] {
  const entry = stage.entries().get(row.id);
  if (entry?.state !== 'settled' || entry.held !== null || entry.remoteId === null)
    return [`exit 0, and ${row.id} is ${JSON.stringify(entry ?? null)}`];
  const object = objects.get(entry.remoteId);
  // A plain sync does not look at what the source did not change.
  if (object === undefined)
    return sides.deleted.has(entry.remoteId) ? [] : [`exit 0, and ${row.id} has no object`];
  const [is, wanted] = [saidIn(object.body), saidIn(bodyOf(row))];
  if (is.application !== wanted.application) return [`exit 0, and ${row.id} is of another application`];
  const typed = sides.touched.get(object.id)?.said ?? {};
  // Kept is the whole evaluation where the source names another interviewer meanwhile: a conflict, and told as one.
  const isWhole = keeps && is.who !== wanted.who && ('verdict' in typed || 'text' in typed);
  return FIELDS.flatMap((field) => {
    if (isTold(is[field], wanted[field]) || (field in typed && isTold(is[field], typed[field]))) return [];
    if (isWhole && ['who', 'verdict', 'text'].includes(field)) return [];
    // Persons' other edits stand in the rest.
    if (field === 'rest' && Object.keys(typed).length > 0) return [];
    return [
      `exit 0, and ${row.id} (${object.id}): ${field} is ${JSON.stringify(is[field])}, not ${JSON.stringify(wanted[field])}`,
    ];
  });
}

/** Whether a value is the one that was sent, or what a tenant is told to make of it. */
function isTold(is: unknown, sent: unknown): boolean {
  if (is === sent) return true;
  if (typeof is === 'number' && typeof sent === 'number') return is === sent - (sent % 60_000);
  const [a, b] = [even(is), even(sent)];
  // A verdict that the tenant fills in where nobody has said.
  if (b === '' && a === '3' && TARGET === 'external_interview') return true;
  return a === b || ([...a].length >= 25 && b.startsWith(a));
}

function even(value: unknown): string {
  return String(value).replaceAll(/\r\n?/g, '\n').trim();
}
