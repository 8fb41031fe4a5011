import { readFileSync } from 'node:fs';
import { HireSyncError } from '../errors.ts';
import { isLoopback } from '../feishu/base-url.ts';
import { createDispatcher } from '../feishu/dispatcher.ts';
import { overDispatcher } from '../feishu/transport.ts';
import { deliver, type Post } from '../ops/deliver.ts';
import { botMessage, type Card } from '../ops/feishu-bot.ts';
import type { Bilingual } from '../plan/shape.ts';
import { w } from '../report/sentences.ts';
import type { Environment, NotifyAddresses } from './environment.ts';
import type { NotifySettings } from './notify-settings.ts';

/** Where things can be told. Each call ends within about 20 s, and never fails: what went wrong is told by `say`, once. */
export interface Channels {
  tellBot(card: Card): Promise<void>;
  tellWebhook(body: string): Promise<void>;
  /** The dead-man switch: `start`, or an exit code. */
  pingWith(end: string, body: string): Promise<void>;
  close(): Promise<void>;
}

/** What the channels are called on stderr. */
const NAMES = {
  bot: w('飞书机器人', 'the Feishu bot'),
  webhook: w('webhook', 'the webhook'),
  ping: w('心跳监控', 'the dead-man switch'),
} as const;

type Name = keyof typeof NAMES;

/** Opens the ways to all that the environment or the settings file names; no connection is made yet. */
export function openChannels(
  {
    notify = {},
    pingUrlFile,
  }: { readonly notify: NotifySettings | undefined; readonly pingUrlFile: string | undefined },
  environment: Environment & NotifyAddresses,
  say: (line: Bilingual) => void,
): Channels {
  const complained = new Set<Name>();
  const complain = (name: Name, why: Bilingual): void => {
    const { zh, en } = NAMES[name];
    if (!complained.has(name))
      say(
        w(
          `hire-sync：无法通知${zh}（${why.zh}；请技术人员检查）。`,
          `hire-sync: ${en} could not be told (${why.en}).`,
        ),
      );
    complained.add(name);
  };
  const secretOf = (name: Name, given: string | undefined, setting: string, file: string | undefined) => {
    if (given !== undefined || file === undefined) return given;
    try {
      return readFileSync(file, 'utf8').trim();
    } catch (error) {
      // Not the name itself: somebody may have put the secret there.
      const { code } = error as NodeJS.ErrnoException;
      complain(
        name,
        w(`${setting} 所指的文件无法读取：${code}`, `${setting} names a file that cannot be read: ${code}`),
      );
      return undefined;
    }
  };
  const addressOf = (...of: Parameters<typeof secretOf>): URL | null => {
    const text = secretOf(...of);
    if (text === undefined) return null;
    const url = URL.canParse(text) ? new URL(text) : null;
    const what = url === null ? NO_ADDRESS : objectionTo(url);
    if (what !== null) complain(of[0], w(`地址不可用：${what.zh}`, `its address cannot be used: ${what.en}`));
    return what === null ? url : null;
  };
  const urls = {
    bot: addressOf('bot', environment.botUrl, 'notify.botUrlFile', notify.botUrlFile),
    webhook: addressOf('webhook', environment.webhookUrl, 'notify.webhookUrlFile', notify.webhookUrlFile),
    ping: addressOf('ping', environment.pingUrl, 'pingUrlFile', pingUrlFile),
  };
  const secret =
    urls.bot === null
      ? undefined
      : secretOf('bot', environment.botSecret, 'notify.botSecretFile', notify.botSecretFile);
  const { post, close } = openPost(environment);
  const send = async (name: Name, url: URL | null, body: () => string): Promise<void> => {
    if (url === null) return;
    try {
      const what = await deliver(post, url, { body, isBot: name === 'bot' });
      if (what !== null) complain(name, w(what, what));
    } catch (error) {
      // A proxy's address that cannot be used.
      const what = HireSyncError.is(error) ? error.message : 'an internal error';
      complain(name, w(what, what));
    }
  };
  return {
    tellBot: (card) => send('bot', urls.bot, () => botMessage(card, secret, Math.floor(Date.now() / 1000))),
    tellWebhook: (body) => send('webhook', urls.webhook, () => body),
    pingWith: (end, body) => send('ping', urls.ping === null ? null : below(urls.ping, end), () => body),
    close,
  };
}

const NO_ADDRESS = w('必须以 https:// 开头，且不含密码', 'it must begin with https://, and hold no password');

/** What is wrong with an address, in words that do not name it; null when nothing is. */
function objectionTo(url: URL): Bilingual | null {
  if (!/^https?:$/.test(url.protocol) || url.username + url.password !== '') return NO_ADDRESS;
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return null;
  return w(
    '用 http 时，网络上的监听者也能往那里写；请用 https，或者只对本机（127.0.0.1、::1、localhost）用 http',
    'with plain http, who listens on the network could write there as well; use https, or for http a receiver on this machine (127.0.0.1, ::1, localhost)',
  );
}

/** `https://host/id` and `start` → `https://host/id/start`; what stands behind a `?` stays there. */
function below(url: URL, end: string): URL {
  const longer = new URL(url);
  longer.pathname = `${url.pathname.replace(/\/$/, '')}/${end}`;
  return longer;
}

const MAX_BYTES = 100_000;

function openPost(proxies: Pick<Environment, 'httpProxy' | 'httpsProxy' | 'noProxy'>): {
  readonly post: Post;
  close(): Promise<void>;
} {
  const open = new Map<string, ReturnType<typeof createDispatcher>>();
  const through = (origin: string) => {
    const dispatcher = open.get(origin) ?? createDispatcher({ ...proxies, baseUrl: origin });
    open.set(origin, dispatcher);
    return dispatcher;
  };
  return {
    async post({ origin, pathname, search }, body, timeMs) {
      const times = { headersMs: timeMs, bodyMs: timeMs, totalMs: timeMs };
      const transport = overDispatcher(through(origin), { ...times, maxBodyBytes: MAX_BYTES });
      const headers = { 'content-type': 'application/json; charset=utf-8' };
      const answer = await transport({ origin, path: pathname + search, method: 'POST', headers, body }, {});
      return answer.kind === 'response'
        ? { status: answer.status, text: Buffer.from(answer.body).toString('utf8') }
        : null;
    },
    async close() {
      await Promise.all([...open.values()].map((dispatcher) => dispatcher.destroy()));
    },
  };
}
