import { TARGETS } from '../../src/feishu/targets.ts';
import type { Entry } from '../../src/ledger/entries.ts';
import type { Change, DriftPolicy, Payload } from '../../src/model.ts';
import { decide, type Sides } from '../../src/plan/three-way.ts';
import { aPayload } from '../builders.ts';

export const target = TARGETS.external_interview;
const REMOTE = '7000000000000000000';
export const origin = { file: 'interviews.csv', line: 2 };

/** A state by two fields: participation (1 to 3) and the comment. */
export const at = (status: number, comment: string): Payload =>
  aPayload({
    participate_status: status,
    interview_assessments: [{ username: '王强', conclusion: 2, content: comment }],
  });

export interface Ledger {
  readonly applied: Payload;
  readonly appliedSource?: Payload;
  readonly intent?: Payload;
  readonly intentSource?: Payload;
}

function entryOf({ applied, appliedSource, intent, intentSource }: Ledger): Entry {
  return {
    key: 'IV-1',
    target: target.name,
    externalId: 'x',
    remoteId: REMOTE,
    state: intent === undefined ? 'settled' : 'updating',
    applied,
    intent: intent ?? null,
    appliedSource: appliedSource?.json ?? null,
    intentSource: intentSource?.json ?? null,
    shown: null,
    firstAttemptAt: 0,
    lastAttemptAt: 0,
    held: null,
    decision: null,
  };
}

export function decided(
  ledger: Ledger,
  payload: Payload,
  found: Payload | undefined,
  onDrift: DriftPolicy,
  repairDrift = false,
): Change {
  const sides: Sides = { key: 'IV-1', origin, remoteId: REMOTE, payload, entry: entryOf(ledger), found };
  return decide(sides, { onDrift, repairDrift, recreateMissing: false }, target);
}
