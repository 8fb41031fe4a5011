import type { Entry } from '../ledger/entries.ts';
import type { Back } from '../ledger/undos.ts';
import type { Version } from '../ledger/versions.ts';
import type { FieldChange, Payload } from '../model.ts';
import { fingerprintOf } from '../plan/canonical.ts';
import { diffPayloads } from '../plan/diff.ts';
import { compareShown } from '../plan/evening.ts';
import { shownBeside } from '../plan/in-sent-terms.ts';
import type { Shape } from '../plan/shape.ts';
import type { Target } from '../plan/three-way.ts';
import type { Reason } from '../reason.ts';

/** What is to be done about one record that a run changed. */
export type UndoChange =
  | { readonly kind: 'restore'; readonly back: Back; readonly fields: readonly FieldChange[] }
  /** `unseen`: Feishu does not show it; only the answer to the delete, or reads after it, say that it is gone. */
  | { readonly kind: 'delete'; readonly unseen?: boolean }
  /** Nothing is sent. `back` null: the record is forgotten; `newKey`: its next create needs another `external_id`. */
  | {
      readonly kind: 'ledger';
      readonly back: Back | null;
      readonly newKey: boolean;
      readonly reason: Reason;
    }
  /** `closes`: an earlier undo's PUT of it had no answer, and it is known now that Feishu does not hold that. */
  | {
      readonly kind: 'left';
      readonly reason: Reason;
      readonly fields: readonly FieldChange[];
      readonly closes: boolean;
    };

/** What `decideUndo` looks at. */
export interface UndoCase {
  readonly version: Version;
  /** What the ledger knows of the record now. */
  readonly entry: Entry | undefined;
  /** See `Versions.later`. */
  readonly later: string | undefined;
  /**
   * What Feishu holds now, in the words of what was sent (see `heldPayload`); null: nothing. Not looked at where only the
   * ledger was changed.
   */
  readonly held: Payload | null;
  /** The same as Feishu shows it. */
  readonly raw?: Payload | undefined;
  readonly target: Target;
}

/** How a record is taken back, given what became of it since. Pure. */
export function decideUndo({ version, entry, later, held, raw, target }: UndoCase): UndoChange {
  if (entry === undefined || entry.remoteId !== version.remoteId) return left({ code: 'undo-not-in-ledger' });
  if (later === 'resolve') return left({ code: 'undo-named-since' });
  if (later !== undefined) return left({ code: 'undo-changed-since', run: later });
  switch (version.action) {
    case 'adopt':
      return { kind: 'ledger', back: null, newKey: false, reason: { code: 'undo-adopted' } };
    case 'record':
      if (version.before === null) return left({ code: 'undo-version-not-kept' });
      return decideRecord(version, entry);
    case 'create':
      return decideCreate(version, entry, held, target);
    case 'update':
      if (version.before === null) return left({ code: 'undo-version-not-kept' });
      return decideUpdate(version, entry, { held, raw }, target);
  }
}

function decideRecord(version: Version, entry: Entry): UndoChange {
  if (entry.applied === null || entry.state !== 'settled') return left({ code: 'undo-request-in-doubt' });
  // Feishu was not changed by the run, and the ledger must go on to say what Feishu holds: only what the source said
  // is taken back, so that the next plan sees its change again.
  const { applied, shown } = entry;
  const back = { payload: applied, source: sourceOf(version, applied.json), shown };
  return { kind: 'ledger', back, newKey: false, reason: { code: 'undo-recorded' } };
}

function decideCreate(
  version: Version,
  entry: Entry,
  held: Payload | null,
  { shape }: UndoCase['target'],
): UndoChange {
  if (held === null) return { kind: 'delete', unseen: true };
  if (entry.applied !== null && held.fingerprint === version.afterFingerprint) return { kind: 'delete' };
  return edited(entry.applied, held, shape);
}

function decideUpdate(
  version: Version,
  entry: Entry,
  { held, raw = held }: Pick<UndoCase, 'held'> & { readonly raw?: Payload | null | undefined },
  { schema, shape }: UndoCase['target'],
): UndoChange {
  const json = version.found ?? '{}';
  const payload = { json, fingerprint: fingerprintOf(json) };
  const back: Back = { payload, source: sourceOf(version, json) };
  if (held === null || raw === null) return left({ code: 'undo-deleted-since' });
  const { kind } = compareShown(shape, json, raw.json);
  if (held.fingerprint === payload.fingerprint || kind === 'same' || kind === 'evened') {
    const there = { ...back, shown: shownBeside(payload, raw, shape) };
    return { kind: 'ledger', back: there, newKey: false, reason: { code: 'undo-holds-old-version' } };
  }
  // A PUT replaces the whole object: half a version, or none, would empty it.
  if (held.fingerprint === version.afterFingerprint && !schema.safeParse(JSON.parse(json)).success)
    return left({ code: 'undo-version-unknown' });
  if (held.fingerprint === version.afterFingerprint)
    return { kind: 'restore', back, fields: diffPayloads(held.json, json, shape) };
  const closes = entry.state === 'updating' && entry.intent?.fingerprint === payload.fingerprint;
  return { ...edited(entry.applied, held, shape), closes };
}

/** What the source said before the run, where that is not what Feishu holds then. */
function sourceOf({ before, beforeSource }: Version, json: string): string | null {
  const source = beforeSource ?? before;
  return source === json ? null : source;
}

function edited(applied: Payload | null, held: Payload, shape: Shape): Extract<UndoChange, { kind: 'left' }> {
  const fields = applied === null ? [] : diffPayloads(applied.json, held.json, shape);
  return { kind: 'left', reason: { code: 'undo-edited-since' }, fields, closes: false };
}

export function left(reason: Reason): UndoChange {
  return { kind: 'left', reason, fields: [], closes: false };
}
