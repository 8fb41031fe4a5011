import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createProgress } from '../../src/cli/progress.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The lines of a run whose stderr is a file, one every ten seconds; or what stands on a terminal. */
function watched(isTTY: boolean, language: 'zh' | 'en' = 'en') {
  const written: string[] = [];
  const stream = { isTTY, write: (text: string) => written.push(text) > 0 };
  const progress = createProgress(stream, Date.now, 'sync', language);
  const last = () => written.at(-1)?.replace('\r\u001B[2K', '').trimEnd();
  return { progress, last, written };
}

it('says which step it is, and since when', () => {
  const { progress, last } = watched(true);
  const after = (ms: number) => {
    vi.advanceTimersByTime(ms);
    return last();
  };
  expect(after(4_000)).toBe('reading, 4.0 s');
  progress.step('comparing');
  expect(after(2_000)).toBe('comparing with the ledger, 2.0 s');
  progress.step('asking');
  expect(after(1_000)).toBe('asking Feishu, 1.0 s');
  // The same step goes on.
  progress.step('asking');
  expect(after(1_000)).toBe('asking Feishu, 2.0 s');
  progress.step('writing');
  expect(after(1_000)).toBe('writing, 1.0 s');
  progress.step('reading-back');
  expect(after(1_000)).toBe('reading back, 1.0 s');
  progress.end();
});

it('tells a rate once it is one, and the rate of the last seconds', () => {
  const { progress, last } = watched(true);
  progress.step('writing');
  vi.advanceTimersByTime(5_000);
  let done = 0;
  const write = (perSecond: number, seconds: number): void => {
    for (let i = 0; i < perSecond * seconds; i++) {
      vi.advanceTimersByTime(1000 / perSecond);
      progress.update({ done: ++done, total: 1000, failed: 0 });
    }
  };
  // Answers to what went ahead come at once.
  for (let i = 0; i < 20; i++) progress.update({ done: ++done, total: 1000, failed: 0 });
  vi.advanceTimersByTime(200);
  expect(last()).toBe('20 of 1000 written (2 %)');
  write(10, 10);
  expect(last()).toMatch(/^1\d\d of 1000 written \(1\d %\), (9\.\d|10\.\d)\/s, [89]\d s left$/);
  write(2, 20);
  expect(last()).toMatch(/ (1\.9|2\.\d)\/s, /);
  vi.advanceTimersByTime(60_000);
  expect(last()).toMatch(/, 0\.\d\/s/);
  progress.end();
});

it('counts what no plan had foreseen without a share of it, in Chinese too', () => {
  const { progress, last } = watched(true, 'zh');
  vi.advanceTimersByTime(200);
  expect(last()).toBe('正在读取，0.2 秒');
  progress.update({ done: 3, total: 0, failed: 1 });
  vi.advanceTimersByTime(200);
  expect(last()).toBe('已写入 3，未成功 1');
  progress.end();
});

it('shows nothing while somebody is asked', async () => {
  const { progress, written } = watched(true);
  vi.advanceTimersByTime(200);
  await progress.aside(async () => {
    expect(written.at(-1)).toBe('\r\u001B[2K');
    const before = written.length;
    vi.advanceTimersByTime(5_000);
    expect(written).toHaveLength(before);
  });
  vi.advanceTimersByTime(200);
  expect(written.at(-1)).toContain('reading');
  progress.end();
});
