import { describe, expect, it, onTestFinished } from 'vitest';
import { HAS_REDIS, NO_REDIS, startRedis } from '../writer/redis-server.ts';
import { aPlace, PIPELINE } from './place.ts';

if (!HAS_REDIS) process.stderr.write(`test/cli/limiter.test.ts is skipped in part: ${NO_REDIS}\n`);

describe('--limiter', () => {
  it('refuses a password on the command line, and what is no address, without repeating it', async () => {
    const place = await aPlace();
    const seen = await place.run(['sync', PIPELINE, '--limiter', 'redis://:pass-S3cret@127.0.0.1']);
    expect(seen.code).toBe(2);
    expect(seen.stderr).toMatch(/--limiter holds a user or a password, .*set HIRE_SYNC_LIMITER/);
    const wrong = await place.run(['plan', PIPELINE], { HIRE_SYNC_LIMITER: 'pass-S3cret@127.0.0.1' });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/HIRE_SYNC_LIMITER is no address of a Redis: redis:\/\/host:port/);
    expect(seen.stderr + wrong.stderr).not.toContain('S3cret');
  });

  it.skipIf(!HAS_REDIS)('pauses while Redis is away; Ctrl-C ends it; the next run goes on', async () => {
    const redis = await startRedis('--requirepass', 'redis-S3cret');
    onTestFinished(redis.close);
    const env = { HIRE_SYNC_LIMITER: `redis://:redis-S3cret@127.0.0.1:${redis.port}` };
    const place = await aPlace();
    const sync = place.start(['sync', PIPELINE, '--allow', 'existing-content', '--log-level', 'debug'], env);
    await place.arrived(3);
    await redis.kill();
    await sync.printed('stderr', /does not answer .*paused/);
    sync.child.kill('SIGINT');
    const ended = await sync.ended;
    expect(ended.code).toBe(130);
    expect(place.entries().filter(({ state }) => state !== 'settled')).toEqual([]);
    const written = place.writes().length;
    expect(ended.stdout).toMatch(new RegExp(`\\b${written} created\\b`));

    await redis.start();
    const args = ['sync', PIPELINE, '--allow', 'existing-content', '--rate', '200'];
    const wrong = await place.run(args, {
      HIRE_SYNC_LIMITER: env.HIRE_SYNC_LIMITER.replace('redis-', 'wrong-'),
    });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(/refuses \(WRONGPASS\)/);
    expect(place.writes()).toHaveLength(written);
    const next = await place.run(args, env);
    expect(next.code).toBe(3);
    for (const { stdout, stderr } of [ended, wrong, next]) expect(stdout + stderr).not.toContain('S3cret');
  });
});
