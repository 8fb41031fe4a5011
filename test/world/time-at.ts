/**
 * Preload for a child of the built CLI: its clock is `HIRE_SYNC_TEST_SHIFT_MS` ahead of the machine's, as that of the
 * sandbox is that it speaks to, and what it waits for takes `HIRE_SYNC_TEST_FASTER` times less.
 */
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

const shiftMs = Number(process.env.HIRE_SYNC_TEST_SHIFT_MS);
const faster = Number(process.env.HIRE_SYNC_TEST_FASTER);

const RealDate = Date;
const now = (): number => RealDate.now() + shiftMs;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});

const { setTimeout: wait } = timers;
timers.setTimeout = ((ms, value, options) => wait((ms ?? 0) / faster, value, options)) as typeof wait;
syncBuiltinESMExports();
