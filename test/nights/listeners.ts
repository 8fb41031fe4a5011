import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Notice } from '../../src/result/notice.ts';
import type { Cleanup } from '../faults/stage.ts';

/** What a custom bot of Feishu was sent, as its group would show it. */
export interface Shown {
  readonly title: string;
  readonly colour: string;
  readonly text: string;
}

/** Those who are told how a night ended: a bot that checks signatures, a webhook, a dead-man switch; all on one port. */
export interface Listeners {
  readonly env: Readonly<Record<string, string>>;
  /** Texts that must be seen nowhere but in a request. */
  readonly secrets: readonly string[];
  /** What came since the last time this was asked. */
  heard(): {
    readonly bot: Shown[];
    readonly webhook: Notice[];
    readonly pings: string[];
    readonly bodies: string[];
  };
  /** How the bot answers from now on: Feishu's codes one after the other, then 0; null: not at all. */
  botAnswers(...codes: (number | null)[]): void;
}

const SECRET = 'b0t-S3cret-5d1e';
const HOOK = '/open-apis/bot/v2/hook/h00k-7c44';
const WEBHOOK = '/w3bhook-19aa';
const PING = '/p1ng-03fe';

export async function listeners({ onTestFinished }: Cleanup): Promise<Listeners> {
  let [bot, webhook, pings, bodies] = [[] as Shown[], [] as Notice[], [] as string[], [] as string[]];
  let codes: (number | null)[] = [];
  const server: Server = createServer(async (request, response) => {
    const body = await textOf(request);
    const path = request.url ?? '';
    bodies.push(body);
    if (path === HOOK) {
      const code = codes.shift() ?? (codes.length === 0 ? refusal(body) : null);
      if (code === null) return;
      if (code === 0) bot.push(shown(body));
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ code, msg: 'x', data: {} }));
      return;
    }
    if (path === WEBHOOK) webhook.push(JSON.parse(body) as Notice);
    else if (path.startsWith(`${PING}/`)) pings.push(path.slice(PING.length + 1));
    else response.statusCode = 404;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    env: {
      HIRE_SYNC_BOT_URL: url + HOOK,
      HIRE_SYNC_BOT_SECRET: SECRET,
      HIRE_SYNC_WEBHOOK_URL: url + WEBHOOK,
      HIRE_SYNC_PING_URL: url + PING,
    },
    secrets: [SECRET, HOOK, WEBHOOK, PING],
    heard() {
      const all = { bot, webhook, pings, bodies };
      [bot, webhook, pings, bodies] = [[], [], [], []];
      return all;
    },
    botAnswers: (...next) => {
      codes = next;
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request.setEncoding('utf8')) text += piece as string;
  return text;
}

/** As Feishu documents it: bad request, signature, format; 0 when the message is taken. */
function refusal(body: string): number {
  const { timestamp, sign, msg_type, card } = JSON.parse(body) as Record<string, unknown>;
  const due = createHmac('sha256', `${String(timestamp)}\n${SECRET}`).digest('base64');
  const isFresh = typeof timestamp === 'string' && Math.abs(Number(timestamp) - Date.now() / 1000) < 3600;
  if (sign !== due || !isFresh) return 19021;
  if (msg_type !== 'interactive' || (card as { schema?: unknown }).schema !== '2.0') return 19002;
  return Buffer.byteLength(body) > 20_480 ? 19036 : 0;
}

function shown(body: string): Shown {
  const { card } = JSON.parse(body) as {
    card: {
      header: { title: { tag: string; content: string }; template: string };
      body: { elements: { tag: string; content: string }[] };
    };
  };
  const { title, template } = card.header;
  return {
    title: title.content,
    colour: template,
    text: card.body.elements.map(({ content }) => content).join('\n'),
  };
}
