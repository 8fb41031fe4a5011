/** `npm run test:crash [-- SEED]`: the whole proof of `full.ts`, over each target in turn. Exits 1 if one fails. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const FULL = fileURLToPath(new URL('full.ts', import.meta.url));

for (const target of ['external_interview', 'external_background_check']) {
  process.stdout.write(`\n${target}\n`);
  const env = { ...process.env, HIRE_SYNC_TEST_TARGET: target };
  const { status } = spawnSync(process.execPath, [FULL, ...process.argv.slice(2)], { env, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
