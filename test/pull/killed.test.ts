import { expect, it } from 'vitest';
import { pullKilled } from './killed.ts';

// The whole, 5,000 interviews and five kills, over and over: npm run test:pull.
it('a pull that is killed at random moments and resumed gives exactly what Feishu holds', async () => {
  const { code, stderr, kills, pulled, held, manifest } = await pullKilled({
    interviews: 1_000,
    applications: 90,
    kills: 3,
    seed: 20_261_121,
  });
  expect([code, stderr, kills]).toEqual([0, '', 3]);
  expect(pulled).toHaveLength(1_000);
  expect(pulled).toEqual(held);
  expect(manifest).toMatchObject({ objects: 1_000, sessions: 4 });
  const { perApplication } = manifest;
  expect(perApplication).toHaveLength(90);
  expect(perApplication.every(({ objects, pages }) => pages === Math.max(1, Math.ceil(objects / 20)))).toBe(
    true,
  );
});
