import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { learnedOf, learnFrom } from '../../src/probe/learn.ts';
import { READ_BACK_WAITS_MS } from '../../src/writer/read-back.ts';
import { aFolder } from '../builders.ts';
import { aSandbox, found, TENANT } from './world.ts';

const sum = (waits: readonly number[]): number => waits.reduce((total, ms) => total + ms, 0);
const lagOf = (atMostMs: number | null) => ({ moreThanMs: 0, atMostMs });

describe('what follows from the findings', () => {
  const same = { answer: 'same-id', content: 'first' } as const;
  const repeat = { sameBody: same, otherBody: same };

  it.each([
    [30, 40, 2_000],
    [100, 4_000, 12_000],
    [5_000, 100, 15_000],
    [null, 100, 180_000],
  ])('seen within %s and %s ms: waits %i ms in all, in the usual proportion', (create, update, inAll) => {
    const { readBackWaitsMs } = learnedOf({
      readLag: { create: lagOf(create), update: lagOf(update) },
      repeat,
    });
    expect(sum(readBackWaitsMs)).toBeGreaterThanOrEqual(inAll);
    expect(sum(readBackWaitsMs)).toBeLessThan(inAll + READ_BACK_WAITS_MS.length);
    expect(readBackWaitsMs).toEqual(readBackWaitsMs.toSorted((a, b) => a - b));
  });

  it('repeats create only if the same body made another object', () => {
    const readLag = { create: lagOf(1), update: lagOf(1) };
    const other = { answer: 'new-id' } as const;
    expect(learnedOf({ readLag, repeat }).repeatCreates).toBe(false);
    expect(learnedOf({ readLag, repeat: { sameBody: other, otherBody: other } }).repeatCreates).toBe(true);
  });
});

describe('a probe.json', () => {
  const written = async (over: object = {}) => {
    const file = join(aFolder(), 'probe.json');
    writeFileSync(file, JSON.stringify({ ...(await found(aSandbox({ repeat: 'creates' }))), ...over }));
    return file;
  };

  it('is heeded for its own tenant and app only', async () => {
    const file = await written();
    expect(learnFrom(file, TENANT)).toMatchObject({ kind: 'learned', learned: { repeatCreates: true } });
    for (const other of [{ appId: 'cli_other' }, { baseUrl: 'https://open.feishu.cn' }])
      expect(learnFrom(file, { ...TENANT, ...other })).toEqual({ kind: 'other-tenant', tenant: TENANT });
    expect(learnFrom(join(aFolder(), 'probe.json'), TENANT)).toEqual({ kind: 'none' });
  });

  it('that is damaged is refused, naming what is wrong with it', async () => {
    const file = await written({ readLag: { create: { moreThanMs: -1, atMostMs: 3 } }, version: 2, more: 1 });
    expect(() => learnFrom(file, TENANT)).toThrow(
      /probe\.json is not as a probe writes it: version, readLag\.create\.moreThanMs, readLag\.update.*hire-sync probe/,
    );
    writeFileSync(file, '{"version":1,');
    expect(() => learnFrom(file, TENANT)).toThrow(/probe\.json is not JSON.*remove it/);
  });
});
