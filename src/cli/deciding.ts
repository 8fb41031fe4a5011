import type { Decision } from '../ledger/decisions.ts';
import type { Entry } from '../ledger/entries.ts';
import { decisionsOn, endText, reasonText } from '../report/reason-words.ts';

/** A record somebody wants to decide about, as the ledger knows it. */
export interface Undecided {
  readonly key: string;
  readonly entry: Entry | undefined;
  /** It waits for something a lookup does not have yet. */
  readonly waits: boolean;
  /** What was decided about it before it had an entry. */
  readonly earlier: Entry['decision'];
}

const ENGLISH = { language: 'en', redact: true } as const;

/** Why this cannot be decided about a record, as a sentence; null when it can. */
export function objectionTo({ kind }: Decision, { key, entry, waits, earlier }: Undecided): string | null {
  const record = `The record "${key}"`;
  if (entry === undefined) {
    if (kind === 'again') return earlier === null ? `${record}: nothing was decided about it.` : null;
    if (waits)
      return `${record} waits for something a lookup does not have yet (see \`hire-sync plan\`): add it there; there is nothing to decide.`;
    if (kind === 'overwrite' || kind === 'keep')
      return `${record} has no object in Feishu that the ledger knows, so there is nothing to ${kind}.`;
    return null;
  }
  if (entry.decision === 'skip') {
    const isHeld = entry.held !== null || entry.remoteId !== null;
    return isHeld || kind === 'skip' || kind === 'again' ? null : inDoubt(record);
  }
  if (kind === 'again') return entry.decision === null ? `${record}: nothing was decided about it.` : null;
  if (entry.held !== null) {
    if (decisionsOn(entry.held.code).includes(kind)) return null;
    const why = reasonText(entry.held, ENGLISH);
    return `${record} is held (${entry.held.code}: ${why}), which --${kind} does not end. What does: ${endText(entry.held, 'en', key)}.`;
  }
  return entry.remoteId === null ? inDoubt(record) : null;
}

function inDoubt(record: string): string {
  return `${record} is not held (state: creating): its create is in doubt, and the next sync finds out; there is nothing to decide.`;
}

/** What a decision comes to, for the person who made it. */
export function effectOf(decision: Decision, { entry }: Pick<Undecided, 'entry'>): string {
  switch (decision.kind) {
    case 'adopt': {
      const was = entry?.remoteId ?? decision.remoteId;
      // If it is still there, nobody else knows that it was the record's.
      const before =
        was === decision.remoteId
          ? ''
          : ` Until now its object was ${was}: if Feishu still has that one, it would be there twice (\`--adopt ${was}\` takes this back).`;
      return `adopted; the next sync sends its present state to that object (what is there is kept for an undo), or holds it if it differs under --on-drift keep or hold.${before}`;
    }
    case 'create': {
      if (entry === undefined) return 'to be created by the next sync.';
      if (entry.remoteId === null) return 'to be created by the next sync, under a new idempotency key.';
      // What Feishu holds under an id that somebody named, and that no sync has written, is not known.
      const named =
        entry.applied?.fingerprint === ''
          ? ` ${entry.remoteId} was named by hand (--adopt), and is not written yet: if that was a slip, \`--adopt\` with the id that the record had before is the way back; this would make a second object beside that one.`
          : '';
      return `the next sync looks for ${entry.remoteId}: if Feishu no longer has it, or the key belongs to another application now, a new object is created, under a new idempotency key; if neither is so, nothing comes of this.${named} A new object that turns out wrong is deleted by \`hire-sync undo --run RUN\` of that sync; do that before another --adopt, after which no undo takes it for its own.`;
    }
    case 'skip':
      return entry?.remoteId != null && entry.held === null
        ? `will not be written any more: its object ${entry.remoteId} stays in Feishu as it is now, and what changes in the source does not reach it; \`resolve --again\` takes that back.`
        : 'will not be written; `resolve --again` takes that back.';
    case 'overwrite':
      return 'the next sync asks Feishu about it, and the source wins (what is there is kept for an undo).';
    case 'keep':
      return 'the next sync asks Feishu about it, and what was edited there stays.';
    case 'again':
      return entry?.held == null
        ? 'the decision is taken back; the next run decides anew.'
        : `the decision is taken back; it is held as before (${entry.held.code}).`;
  }
}
