import type { Ids } from './ids.ts';

/** Within this time of a successful create, its `external_id` may not create another object. */
export const IDEMPOTENCY_WINDOW_MS = 24 * 60 * 60 * 1000;

/** An object as a test sees it. */
export interface StoredObject<B> {
  readonly id: string;
  /** As given on create; null without one. In no answer of the API. */
  readonly externalId: string | null;
  readonly appId: string;
  /** The body as sent last, documented fields only, without `external_id`: comparable with a payload. */
  readonly body: B;
  /** Ids of `body.interview_assessments`, in their order. */
  readonly assessmentIds: readonly string[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Successful writes so far: 1 after the create. */
  readonly writes: number;
}

interface Version<B> {
  readonly atMs: number;
  /** null = deleted. */
  readonly body: B | null;
  readonly assessmentIds: readonly string[];
}

type LiveVersion<B> = Version<B> & { readonly body: B };

interface Entry<B> {
  readonly id: string;
  readonly externalId: string | null;
  readonly appId: string;
  readonly versions: Version<B>[];
}

/** A collection as JSON, for the state file. `keys`: app, `external_id`, id of the object, ms of its create. */
export interface CollectionDump<B> {
  readonly entries: readonly Entry<B>[];
  readonly keys: readonly (readonly [string, string, string, number])[];
}

export type Creation<B> =
  | { readonly kind: 'created'; readonly object: StoredObject<B> }
  /** `object` as it last was, where it has been deleted since. */
  | { readonly kind: 'repeated'; readonly object: StoredObject<B>; readonly isDeleted: boolean };

export interface Collection<B> {
  create(given: {
    readonly appId: string;
    readonly externalId: string | null;
    readonly body: B;
    readonly nowMs: number;
    /** The `external_id` of a deleted object is free again at once. */
    readonly freesDeleted?: boolean;
  }): Creation<B>;
  /** Whether a create of this app with this `external_id` succeeded in the last 24 h. */
  isRepeat(appId: string, externalId: string, nowMs: number): boolean;
  /** The object as it is now; null when there is none. */
  get(id: string): StoredObject<B> | null;
  /** Replaces the whole body; null when there is no such object. */
  replace(id: string, body: B, nowMs: number, assessmentIds: 'regenerate' | 'keep'): StoredObject<B> | null;
  /** False when there is no such object. */
  remove(id: string, nowMs: number): boolean;
  /** The objects as they were at `atMs`, in the order of their creation. */
  query(
    filter: { ids: readonly string[] } | { applicationId: string } | 'all',
    atMs: number,
  ): StoredObject<B>[];
  /** All objects that exist now. */
  list(): StoredObject<B>[];
  /** The object that was deleted last, as it was before; null when none was. */
  lastDeleted(): StoredObject<B> | null;
  dump(): CollectionDump<B>;
  clear(): void;
}

/**
 * Objects of one resource type with every version of each, so that a read can lag behind the writes.
 * @param assessmentsOf how many parts of a body get an id of their own
 */
export function createCollection<B extends { readonly external_application_id: string }>({
  ids,
  assessmentsOf,
  from = { entries: [], keys: [] },
}: {
  readonly ids: Ids;
  readonly assessmentsOf: (body: B) => number;
  readonly from?: CollectionDump<B> | undefined;
}): Collection<B> {
  const entries = new Map(
    from.entries.map((entry) => [entry.id, { ...entry, versions: [...entry.versions] }]),
  );
  const keys = new Map(
    from.keys.map(([app, externalId, id, atMs]) => [JSON.stringify([app, externalId]), { id, atMs }]),
  );

  function newIds(count: number, kept: readonly string[] = []): string[] {
    return Array.from({ length: count }, (_, index) => kept[index] ?? ids.next());
  }

  function current(id: string): StoredObject<B> | null {
    const entry = entries.get(id);
    const version = entry === undefined ? null : versionAt(entry, Number.POSITIVE_INFINITY);
    return entry === undefined || version === null ? null : stored(entry, version);
  }

  /** The object that a create of the last 24 h made under this key; undefined when there was none. */
  function earlierOf(key: string, nowMs: number): Entry<B> | undefined {
    const earlier = keys.get(key);
    const isRecent = earlier !== undefined && nowMs - earlier.atMs < IDEMPOTENCY_WINDOW_MS;
    return isRecent ? entries.get(earlier.id) : undefined;
  }

  return {
    create({ appId, externalId, body, nowMs, freesDeleted = false }) {
      const key = JSON.stringify([appId, externalId]);
      const earlier = externalId === null ? undefined : earlierOf(key, nowMs);
      const object = earlier === undefined ? null : (current(earlier.id) ?? asItLastWas(earlier));
      if (earlier !== undefined && object !== null) {
        const isDeleted = current(earlier.id) === null;
        if (!isDeleted || !freesDeleted) return { kind: 'repeated', object, isDeleted };
      }
      const id = ids.next();
      const version = { atMs: nowMs, body, assessmentIds: newIds(assessmentsOf(body)) };
      const entry: Entry<B> = { id, externalId, appId, versions: [version] };
      entries.set(id, entry);
      if (externalId !== null) keys.set(key, { id, atMs: nowMs });
      return { kind: 'created', object: stored(entry, version) };
    },

    isRepeat: (appId, externalId, nowMs) =>
      earlierOf(JSON.stringify([appId, externalId]), nowMs) !== undefined,

    get: current,

    replace(id, body, nowMs, assessmentIds) {
      const entry = entries.get(id);
      const before = current(id);
      if (entry === undefined || before === null) return null;
      const kept = assessmentIds === 'keep' ? before.assessmentIds : [];
      const version = { atMs: nowMs, body, assessmentIds: newIds(assessmentsOf(body), kept) };
      entry.versions.push(version);
      return stored(entry, version);
    },

    remove(id, nowMs) {
      if (current(id) === null) return false;
      entries.get(id)?.versions.push({ atMs: nowMs, body: null, assessmentIds: [] });
      return true;
    },

    query(filter, atMs) {
      const ids = filter !== 'all' && 'ids' in filter ? new Set(filter.ids) : null;
      const application = filter !== 'all' && 'applicationId' in filter ? filter.applicationId : null;
      return [...entries.values()].flatMap((entry) => {
        if (ids !== null && !ids.has(entry.id)) return [];
        const version = versionAt(entry, atMs);
        if (version === null) return [];
        const belongs = application === null || version.body.external_application_id === application;
        return belongs ? [stored(entry, version)] : [];
      });
    },

    list: () => [...entries.keys()].flatMap((id) => current(id) ?? []),

    lastDeleted() {
      const deletedAtMs = ({ versions }: Entry<B>) => versions.at(-1)?.atMs ?? 0;
      const [last] = [...entries.values()]
        .filter(({ id }) => current(id) === null)
        .sort((a, b) => deletedAtMs(b) - deletedAtMs(a));
      return last === undefined ? null : asItLastWas(last);
    },

    dump: () => ({
      entries: [...entries.values()],
      keys: [...keys].map(([key, { id, atMs }]) => {
        const [appId, externalId] = JSON.parse(key) as [string, string];
        return [appId, externalId, id, atMs] as const;
      }),
    }),

    clear() {
      entries.clear();
      keys.clear();
    },
  };
}

/** The newest version at or before `atMs`; null when there is none or it is a deletion. */
function versionAt<B>(entry: Entry<B>, atMs: number): LiveVersion<B> | null {
  const version = entry.versions.findLast((candidate) => candidate.atMs <= atMs);
  return version === undefined || version.body === null ? null : { ...version, body: version.body };
}

/** The newest version that is no deletion. */
function asItLastWas<B>(entry: Entry<B>): StoredObject<B> | null {
  const version = entry.versions.findLast(({ body }) => body !== null);
  return version === undefined || version.body === null
    ? null
    : stored(entry, { ...version, body: version.body });
}

function stored<B>(entry: Entry<B>, version: LiveVersion<B>): StoredObject<B> {
  return {
    id: entry.id,
    externalId: entry.externalId,
    appId: entry.appId,
    // A copy: what a test does with it must not reach the store.
    body: structuredClone(version.body),
    assessmentIds: [...version.assessmentIds],
    createdAtMs: entry.versions[0]?.atMs ?? version.atMs,
    updatedAtMs: version.atMs,
    writes: entry.versions.length,
  };
}
