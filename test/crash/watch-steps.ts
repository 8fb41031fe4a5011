import { type ClientStep, effectOf } from './steps.ts';
import { type Write, watchRequests, watchWrites } from './watch-ledger.ts';

let reach: (step: ClientStep) => void = () => {};

/**
 * Tells of each step that a client in this process reaches, at the very moment: what is thrown from a step of the ledger
 * ends the statement or the transaction. One listener at a time; null ends the watching.
 */
export function watchSteps(onStep: ((step: ClientStep) => void) | null): void {
  reach = onStep ?? (() => {});
}

watchRequests((moment, { method, path }) => {
  const effect = effectOf(method, path);
  if (effect === undefined || (effect === 'query' && moment === 'sent')) return;
  reach(`${effect}:${moment}` as ClientStep);
});

type Effect = 'create' | 'update';
/** What is under way of each record: its intent tells, and what settles it does not. */
const effects = new Map<string, Effect>();
const effectFor = (key: string): Effect => effects.get(key) ?? 'create';
const intends = (effect: Effect) => (key: string) => {
  effects.set(key, effect);
  return `${effect}:intent` as const;
};

const WRITES: readonly Write<ClientStep>[] = [
  { pattern: /^\s*INSERT INTO entry/, after: intends('create') },
  { pattern: /^\s*UPDATE entry SET state = 'updating'/, after: intends('update') },
  {
    pattern: /^\s*UPDATE entry SET state = 'settled', remote_id = @remoteId[\s\S]*= @fingerprint/,
    before: (key) => `${effectFor(key)}:settling`,
    after: (key) => `${effectFor(key)}:settled`,
  },
  {
    pattern:
      /^\s*UPDATE entry SET state = 'settled', remote_id = @remoteId[\s\S]*coalesce\(@fingerprint, intent_fingerprint\)/,
    before: () => 'adopting',
    after: () => 'adopted',
  },
  { pattern: /^\s*UPDATE entry SET first_attempt_at/, after: () => 'renewed' },
];
watchWrites(WRITES, (step) => reach(step));
