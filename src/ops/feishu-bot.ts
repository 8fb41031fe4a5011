import { createHmac } from 'node:crypto';

/** What a card shows. */
export interface Card {
  readonly title: string;
  readonly colour: 'red' | 'orange' | 'blue' | 'green';
  readonly lines: readonly string[];
}

/**
 * The body of a message to a Feishu custom bot, as JSON: a card (schema 2.0), signed where the bot has a secret.
 * @param seconds now, in seconds since 1970: a signature holds for an hour
 */
export function botMessage(card: Card, secret: string | undefined, seconds: number): string {
  const { title, colour, lines } = card;
  return JSON.stringify({
    ...(secret !== undefined && { timestamp: String(seconds), sign: signature(seconds, secret) }),
    msg_type: 'interactive',
    card: {
      schema: '2.0',
      header: { title: { tag: 'plain_text', content: title }, template: colour },
      body: { elements: [{ tag: 'markdown', content: lines.join('\n') }] },
    },
  });
}

/** HMAC-SHA256 of nothing, with the time and the secret as its key. */
function signature(seconds: number, secret: string): string {
  return createHmac('sha256', `${seconds}\n${secret}`).update('').digest('base64');
}

/** Feishu's code in the answer of a bot, which comes with HTTP 200 also where the message was refused; null: no such answer. */
export function botCode(answer: string): number | null {
  try {
    const { code } = JSON.parse(answer) as { readonly code?: unknown };
    return typeof code === 'number' ? code : null;
  } catch {
    return null;
  }
}
