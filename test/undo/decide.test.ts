import { describe, expect, it } from 'vitest';
import { TARGETS } from '../../src/feishu/targets.ts';
import type { Entry } from '../../src/ledger/entries.ts';
import type { Version } from '../../src/ledger/versions.ts';
import type { Payload } from '../../src/model.ts';
import { decideUndo, type UndoCase } from '../../src/undo/decide.ts';
import { aPayload } from '../builders.ts';

const ID = '7000000000000000001';
const old = aPayload({ participate_status: 1 });
const byHand = aPayload({ participate_status: 1, end_time: 1_709_604_400_000 });
const made = aPayload({ participate_status: 3 });
const other = aPayload({ begin_time: 1_709_600_800_000 });

function anEntry(over: Partial<Entry> = {}): Entry {
  return {
    key: 'IV-1',
    target: 'external_interview',
    externalId: 'legacy-ats:IV-1',
    remoteId: ID,
    state: 'settled',
    applied: made,
    intent: null,
    appliedSource: null,
    intentSource: null,
    shown: null,
    firstAttemptAt: 1,
    lastAttemptAt: 1,
    held: null,
    decision: null,
    ...over,
  };
}

function aVersion(over: Partial<Version> = {}): Version {
  return {
    key: 'IV-1',
    action: 'update',
    remoteId: ID,
    before: old.json,
    beforeSource: null,
    found: old.json,
    afterFingerprint: made.fingerprint,
    at: 1,
    ...over,
  };
}

const decide = (over: Partial<Omit<UndoCase, 'version'>> & { version?: Partial<Version> } = {}) =>
  decideUndo({
    entry: anEntry(),
    later: undefined,
    held: made,
    target: TARGETS.external_interview,
    ...over,
    version: aVersion(over.version),
  });
const created = { action: 'create', before: null, found: null, at: 0 } as const;
const back = (payload: Payload, source: string | null = null) => ({ payload, source });

describe('decideUndo', () => {
  it.each([
    ['an update that stands', {}, { kind: 'restore', back: back(old) }],
    ['an update that never arrived', { held: old }, { kind: 'ledger', back: back(old) }],
    ['an update edited since', { held: other }, { kind: 'left', reason: { code: 'undo-edited-since' } }],
    ['an update of what is gone', { held: null }, { kind: 'left', reason: { code: 'undo-deleted-since' } }],
    [
      'an update that overwrote what somebody had entered',
      { version: { found: byHand.json } },
      // What the source had said stays what it was, so that the entered value is known for what it is.
      { kind: 'restore', back: back(byHand, old.json) },
    ],
    [
      'an update of a record with kept values',
      { version: { beforeSource: other.json } },
      { kind: 'restore', back: back(old, other.json) },
    ],
    [
      'an update of what nobody knew, by an older hire-sync: never PUT back as nothing',
      { version: { before: '{}', found: '{}' } },
      { kind: 'left', reason: { code: 'undo-version-unknown' }, closes: false },
    ],
    [
      'an update of what Feishu itself holds and would not take',
      { version: { found: JSON.stringify({ ...JSON.parse(old.json), participate_status: 9 }) } },
      { kind: 'left' },
    ],
    [
      'an update of an object that was named by hand, with what it held',
      { version: { before: '{}', found: byHand.json } },
      { kind: 'restore', back: back(byHand, '{}') },
    ],
    ['a create that stands', { version: created }, { kind: 'delete' }],
    ['a create that is not to be seen', { version: created, held: null }, { kind: 'delete', unseen: true }],
    ['a create edited since', { version: created, held: other }, { kind: 'left' }],
    [
      'an adoption',
      { version: { action: 'adopt', before: null, found: null }, held: null },
      { kind: 'ledger', back: null, newKey: false },
    ],
    [
      'a note of what Feishu held already',
      { version: { action: 'record', found: made.json } },
      { kind: 'ledger', back: back(made, old.json) },
    ],
    [
      'a change that a later run changed',
      { later: 'run-9' },
      { kind: 'left', reason: { code: 'undo-changed-since', run: 'run-9' } },
    ],
    ['a record named by hand', { later: 'resolve' }, { kind: 'left', reason: { code: 'undo-named-since' } }],
    ['a record under another id', { entry: anEntry({ remoteId: '8' }) }, { kind: 'left' }],
    ['a record that is forgotten', { entry: undefined }, { kind: 'left' }],
  ] as const)('%s', (_, over, expected) => {
    expect(decide(over)).toMatchObject(expected);
  });

  it('says what was edited, and what would be put back', () => {
    expect(decide({ held: other })).toMatchObject({
      fields: [
        { path: 'participate_status', before: 3, after: 2 },
        { path: 'begin_time', before: 1_709_600_700_000, after: 1_709_600_800_000 },
      ],
    });
    expect(decide()).toMatchObject({ fields: [{ path: 'participate_status', before: 3, after: 1 }] });
  });

  it('closes the open PUT of an earlier undo only where Feishu holds something else', () => {
    const entry = anEntry({ state: 'updating', intent: old });
    expect(decide({ entry, held: other })).toMatchObject({ kind: 'left', closes: true });
    expect(decide({ entry })).toMatchObject({ kind: 'restore' });
    expect(decide({ entry: anEntry({ state: 'updating', intent: other }), held: byHand })).toMatchObject({
      kind: 'left',
      closes: false,
    });
  });
});
