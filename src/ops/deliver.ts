import { setTimeout as wait } from 'node:timers/promises';
import { botCode } from './feishu-bot.ts';

/** What came back of a POST; null: no answer. */
export type Answer = { readonly status: number; readonly text: string } | null;

/** One POST of a body. Never rejects, and ends within `timeMs`. */
export type Post = (url: URL, body: string, timeMs: number) => Promise<Answer>;

// Feishu's bots limit by the minute, and all the world sends at the full hour.
const LIMITED = 11232;
const TRIES_MS = [0, 1_500, 4_000];
const TRY_MS = 5_000;

/**
 * Sends a body until it is taken, at most three times within about 20 s. Without an answer it may have
 * arrived, and is not sent again.
 * @returns null once it is taken, else what came of it in a few words, which never name the address
 */
export async function deliver(
  post: Post,
  url: URL,
  { body, isBot }: { readonly body: () => string; readonly isBot: boolean },
): Promise<string | null> {
  let what = '';
  for (const pauseMs of TRIES_MS) {
    if (pauseMs > 0) await wait(pauseMs);
    const answer = await post(url, body(), TRY_MS);
    if (answer === null) return 'no answer';
    const { status, text } = answer;
    const code = isBot ? botCode(text) : 0;
    if (status >= 200 && status < 300 && code === 0) return null;
    what = code === null || code === 0 ? `HTTP ${status}` : `code ${code}`;
    if (code !== LIMITED && status !== 429 && status < 500) break;
  }
  return what;
}
