/**
 * `npm run test:pull [-- SEED]`: 5,000 interviews are pulled by processes that are killed at random moments, five kills
 * each time, and the file must hold exactly what the sandbox holds. Prints what it did; exits 1 if anything was wrong.
 */
import { isDeepStrictEqual } from 'node:util';
import { pullKilled } from './killed.ts';

const ROUNDS = 6;
const seed = process.argv[2] === undefined ? Date.now() % 2 ** 31 : Number(process.argv[2]);
if (!Number.isInteger(seed)) throw new Error('The seed must be a whole number.');
process.stdout.write(`seed ${seed}\n`);

let wrong = 0;
for (let round = 0; round < ROUNDS; round++) {
  const startedAt = performance.now();
  const size = { interviews: 5_000, applications: 500, kills: 5, seed: seed + round };
  const { code, stderr, kills, pulled, held, manifest } = await pullKilled(size);
  const complaints = [
    ...(code === 0 ? [] : [`the last process ended with ${code}: ${stderr}`]),
    ...(kills === size.kills ? [] : [`${kills} kills`]),
    ...(isDeepStrictEqual(pulled, held) ? [] : ['the file is not what the sandbox holds']),
    ...(manifest.objects === size.interviews ? [] : [`the manifest counts ${manifest.objects}`]),
  ];
  wrong += complaints.length;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const verdict = complaints.length === 0 ? 'ok' : `WRONG: ${complaints.join('; ')}`;
  process.stdout.write(
    `${seconds} s  ${pulled.length} of ${held.length} interviews, ${kills} kills, ${manifest.pages} pages: ${verdict}\n`,
  );
}
process.exitCode = wrong === 0 ? 0 : 1;
