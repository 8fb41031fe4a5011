import type { Owner } from '../ledger/doubts.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Change, Payload } from '../model.ts';
import { areAlike } from '../plan/alike-keys.ts';
import { evenKey } from '../plan/even-key.ts';
import { type Compared, compareShown } from '../plan/evening.ts';
import { type Nearness, nearness, pairNearest, type Traits, traitsOf } from '../plan/near.ts';
import { eachChange, type PlanStore } from '../plan/plan-store.ts';
import type { PlannedChange } from '../plan/planned.ts';
import type { ReasonOf } from '../reason.ts';
import type { Pipeline } from './define.ts';
import type { Contents, Holder } from './feishu-now.ts';
import { questionOf } from './same-decision.ts';

/** What is there already for a create: an object that it equals, or one that it must not be created beside. */
export type There =
  | { readonly kind: 'equal'; readonly object: Holder }
  | { readonly kind: 'near'; readonly object: Holder; readonly reason: NearReason };

type NearReason = ReasonOf<'near-stranger' | 'near-other-pipeline' | 'near-missing'>;

export interface Strangers {
  /**
   * What is there for each of the creates of one application, by their place in the plan. Objects go first to the creates
   * that they equal, wherever in the plan these stand, then to those that they are near (see `plan/near.ts`).
   * @param rows of the application that are asked about; the plan's other creates and adoptions under it compete with them
   */
  under(application: string, rows: readonly PlannedChange[], objects: Objects): ReadonlyMap<number, There>;
  /** Ids of objects that no record owns and that equal none of the application's creates. */
  unlike(application: string, rows: readonly PlannedChange[], objects: Objects): readonly string[];
  /**
   * Why a record must not be created anew: an object is near it that no record owns, or one that is missing tonight. It may
   * have been written under another key meanwhile.
   */
  beside(record: Pick<Comparable, 'key' | 'payload'>, objects: Objects): NearReason | null;
  /** Takes the object for a create: no other create gets it. False when it is another record's by now. */
  take(there: There): boolean;
}

type Objects = Extract<Contents, { kind: 'contents' }>['objects'];

/** A record with what it is compared by. */
interface Comparable {
  readonly key: string;
  readonly payload: Payload;
  readonly evened: string;
  readonly traits: () => Traits;
}

interface Create extends Comparable {
  readonly seq: number;
  /** False where another create with the same content is open: the object may be that one's. */
  readonly mayAdopt: boolean;
}

/** An object that is no record's which this pipeline's export has. */
interface Candidate extends Standing {
  readonly object: Holder;
  readonly evened: string;
  readonly traits: () => Traits;
}

interface Standing {
  /** The record that owns it: one that is missing tonight, or another pipeline's. */
  readonly owner: Owner | undefined;
  readonly isMissing: boolean;
}

export function createStrangers(
  { name, target }: Pick<Pipeline, 'name' | 'target'>,
  {
    ledger,
    store,
  }: { readonly ledger: Pick<Ledger, 'decisions' | 'doubts' | 'find'>; readonly store: PlanStore },
): Strangers {
  const taken = new Set<string>();
  const { doubts, decisions } = ledger;
  const { shape } = target;
  const fields = { begin: target.dateField, ...target.near };
  const compare = (sent: Payload, { raw }: Holder): Compared['kind'] =>
    compareShown(shape, sent.json, raw.json).kind;

  /** Objects that a saved plan's rows are held beside: the creates of the same plan were compared without them. */
  const heldBeside = once(
    () =>
      new Set(
        eachChange(store, ['held']).flatMap(({ change }) => {
          if (change.kind !== 'held' || ledger.find(name, change.key) !== undefined) return [];
          const { reason } = change;
          const isNear = reason.code === 'near-stranger' || reason.code === 'near-other-pipeline';
          return isNear ? [reason.remoteId] : [];
        }),
      ),
  );

  /** Undefined: a record that is in the export owns it, or it was given away. */
  const standingOf = (id: string): Standing | undefined => {
    if (taken.has(id)) return undefined;
    const owner = doubts.ownerOf(target.name, id);
    const isMissing = owner?.pipeline === name && store.isMissing(owner.key);
    return owner?.pipeline === name && !isMissing ? undefined : { owner, isMissing };
  };

  const candidateOf = (object: Holder): Candidate[] => {
    const standing = standingOf(object.id);
    if (standing === undefined) return [];
    const { json } = object.raw;
    return [
      { object, ...standing, evened: evenKey(shape, json), traits: once(() => traitsOf(json, fields)) },
    ];
  };

  const compared = ({ key, payload }: Pick<Comparable, 'key' | 'payload'>): Comparable => {
    const { json } = payload;
    return { key, payload, evened: evenKey(shape, json), traits: once(() => traitsOf(json, fields)) };
  };

  const createOf = ({ seq, change }: PlannedChange): Create[] => {
    if (change.kind !== 'create' || change.recreates !== undefined) return [];
    const { key, payload } = change;
    if (ledger.find(name, key) !== undefined) return [];
    const mayAdopt = !doubts.isOpen(target.name, payload.fingerprint);
    return [{ seq, mayAdopt, ...compared({ key, payload }) }];
  };

  /** Null where they are not equal. The keys are there because a comparison of all with all would take its time. */
  const equality = (create: Comparable, { object, evened }: Candidate): Compared['kind'] | null => {
    const kind = create.evened === evened ? compare(create.payload, object) : null;
    return kind === 'same' || kind === 'evened' ? kind : null;
  };

  const nearBy = (create: Comparable, candidate: Candidate): Nearness | null => {
    if (equality(create, candidate) !== null) return { agrees: ['all'], score: EQUAL };
    const { object, owner, isMissing, traits } = candidate;
    // Two pipelines may well write about one interview: only what both call by one key is one thing.
    if (owner !== undefined && !isMissing && owner.key !== create.key) return null;
    const near = nearness(create.traits(), traits());
    if (near !== null && !isMissing && heldBeside().has(object.id)) return null;
    if (!isMissing || owner === undefined || !areAlike(owner.key, create.key)) return near;
    // Whatever else was changed that night.
    return { agrees: [...(near?.agrees ?? []), 'key'], score: (near?.score ?? 0) + ALIKE };
  };

  /** In plan order, so that of two equal rows a saved plan's has its object again. */
  const createsOf = (application: string, rows: readonly PlannedChange[]): Create[] => {
    const all = new Map([...store.createsOf(application), ...rows].map((row) => [row.seq, row]));
    return [...all.values()].sort((one, other) => one.seq - other.seq).flatMap(createOf);
  };

  /** A saved plan's rows that get an object, and have not had their turn. */
  const adoptsOf = (application: string): PlannedChange[] =>
    store.adoptsOf(application).flatMap(({ change, ...row }) => {
      if (change.kind !== 'adopt' || taken.has(change.remoteId)) return [];
      return [{ ...row, change: questionOf(change) }];
    });

  return {
    unlike(application, rows, objects) {
      const free = objects.flatMap(candidateOf).filter(({ owner }) => owner === undefined);
      if (free.length === 0) return [];
      const planned = new Set(createsOf(application, rows).map(({ evened }) => evened));
      return free.flatMap(({ object, evened }) => (planned.has(evened) ? [] : [object.id]));
    },
    under(application, rows, objects) {
      const found = new Map<number, There>();
      const open = doubts.of(name, application);
      const likeOpen = (object: Holder, kinds: readonly Compared['kind'][]): boolean =>
        open.some(({ intent }) => intent !== null && kinds.includes(compare(intent, object)));
      const candidates = objects.flatMap(candidateOf);
      if (candidates.length === 0) return found;
      const adopts = adoptsOf(application);
      const creates = createsOf(application, [...adopts, ...rows]);
      const free = new Set(
        candidates.filter(
          ({ owner, object }) => owner === undefined && !likeOpen(object, ['same', 'evened']),
        ),
      );
      for (const kind of ['same', 'evened'] as const)
        for (const create of creates) {
          if (found.has(create.seq) || !create.mayAdopt) continue;
          const match = free.values().find((one) => equality(create, one) === kind);
          if (match === undefined) continue;
          free.delete(match);
          found.set(create.seq, { kind: 'equal', object: match.object });
        }
      // What may be the object of an open create is that one's to find.
      const strange = candidates.filter(
        (one) =>
          (one.owner !== undefined || free.has(one)) && !likeOpen(one.object, ['same', 'evened', 'claimed']),
      );
      const left = creates.filter(({ seq, key }) => !found.has(seq) && decisions.of(name, key) !== 'create');
      for (const { ours, theirs, near } of pairNearest(left, strange, nearBy))
        found.set(ours.seq, { kind: 'near', object: theirs.object, reason: reasonOf(name, theirs, near) });
      const asked = new Set(rows.map(({ seq }) => seq));
      for (const { seq } of adopts) if (!asked.has(seq)) found.delete(seq);
      return found;
    },
    beside(record, objects) {
      const ours = compared(record);
      for (const candidate of objects.flatMap(candidateOf)) {
        const { owner, isMissing } = candidate;
        const near = owner === undefined || isMissing ? nearBy(ours, candidate) : null;
        if (near !== null) return reasonOf(name, candidate, near);
      }
      return null;
    },
    take({ kind, object: { id } }) {
      const standing = standingOf(id);
      if (standing === undefined || (kind === 'equal' && standing.owner !== undefined)) return false;
      taken.add(id);
      return true;
    },
  };
}

/** Nearer than anything that is not equal. */
const EQUAL = 10;
/** Nearer than anything that is equal neither in its content nor, but for the spelling, in its key. */
const ALIKE = 5;

function reasonOf(
  pipeline: string,
  { object: { id: remoteId }, owner, isMissing }: Candidate,
  { agrees }: Nearness,
): NearReason {
  if (owner === undefined) return { code: 'near-stranger', remoteId, agrees };
  return isMissing
    ? { code: 'near-missing', was: owner.key, remoteId, agrees }
    : { code: 'near-other-pipeline', pipeline, remoteId, agrees, owner };
}

/** The decision about a create, given what is there for it. */
export function decideCreate(change: Extract<Change, { kind: 'create' }>, there: There | undefined): Change {
  const { key, origin, payload } = change;
  switch (there?.kind) {
    case undefined:
      return change;
    case 'equal':
      return { kind: 'adopt', key, origin, remoteId: there.object.id, payload };
    case 'near':
      return { kind: 'held', key, origin, reason: there.reason };
  }
}

function once<T>(work: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: work() };
    return made.value;
  };
}
