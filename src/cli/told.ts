import type { Card } from '../ops/feishu-bot.ts';
import { noticeText } from '../report/notice.ts';
import { EXIT } from '../result/exit.ts';
import type { Notice, NoticeEvent } from '../result/notice.ts';
import type { Report } from '../result/report.ts';
import type { VerifyReport } from '../result/verify.ts';
import { readEnvironment } from './environment.ts';
import { codeOfAll, exitCodeFor } from './exit-code.ts';
import { metricsOutput, writeMetrics } from './metrics-file.ts';
import { type Ending, noticeOf } from './notice-of.ts';
import { say } from './output.ts';
import { languageIn } from './reports.ts';
import { type Settings, settings } from './settings.ts';

/** What a command offers that tells others how it ended. */
export const TOLD_FLAGS = settings('notify', 'pingUrlFile');
type Flags = Pick<Settings, 'ledger' | 'lang' | keyof typeof TOLD_FLAGS> & Partial<Pick<Settings, 'metrics'>>;

/** Where a command notes how its pipelines ended. */
export interface Endings {
  reported(report: Report | VerifyReport): void;
  /** A pipeline ended before it had a report. */
  failed(of: { readonly pipeline: string; readonly run: string }, error: unknown): void;
}

/** Of what people are told unless they say otherwise. */
const USUALLY: readonly NoticeEvent[] = ['failed', 'stopped', 'open', 'recovered'];

/**
 * Carries a command out and tells of its end whoever is to be told: one message per channel, made of the counts that its
 * pipelines noted. The telling takes at most some 20 s, changes no exit code, and throws nothing.
 */
export async function told(
  command: Notice['command'],
  flags: Flags,
  work: (endings: Endings) => Promise<number>,
): Promise<number> {
  const environment = readEnvironment();
  const listens = [
    environment.botUrl,
    environment.webhookUrl,
    environment.pingUrl,
    flags.pingUrlFile,
    flags.notify,
    flags.metrics,
  ];
  const metrics = flags.metrics === undefined ? null : metricsOutput(flags, flags.metrics);
  const ended: Ending[] = [];
  const endings: Endings = {
    reported: (report) => void ended.push({ report }),
    failed: (of, error) => void ended.push({ ...of, error }),
  };
  if (listens.every((one) => one === undefined)) return work(endings);
  const { openChannels } = await import('./channels.ts');
  const channels = openChannels(flags, environment, say);
  // A dead-man switch waits for the night's sync: a verify by hand is no sign of its life.
  const pings = command === 'sync';
  const startedAt = new Date();
  const began = pings ? channels.pingWith('start', JSON.stringify({ command, startedAt })) : undefined;
  let exitCode: number = EXIT.error;
  let error: unknown;
  try {
    exitCode = codeOfAll(await work(endings));
    return exitCode;
  } catch (thrown) {
    error = thrown;
    exitCode = exitCodeFor(thrown);
    throw thrown;
  } finally {
    const durationMs = Date.now() - startedAt.getTime();
    const how = { command, exitCode, startedAt: startedAt.toISOString(), durationMs };
    const notice = noticeOf(how, ended, error, flags.ledger);
    const body = JSON.stringify({ text: textOf(notice, flags), ...notice });
    const isWanted = isAsked(notice, flags);
    await Promise.all([
      isWanted ? channels.tellBot(cardOf(notice, flags)) : undefined,
      isWanted ? channels.tellWebhook(body) : undefined,
      began?.then(() => channels.pingWith(String(exitCode), body)),
    ]);
    if (metrics !== null) await writeMetrics(metrics, notice);
    await channels.close();
  }
}

function isAsked({ events }: Notice, { notify }: Flags): boolean {
  const on: readonly (NoticeEvent | 'always')[] = notify?.on ?? USUALLY;
  return on.includes('always') || events.some((event) => on.includes(event));
}

function cardOf(notice: Notice, { lang }: Flags): Card {
  const [worst] = notice.events;
  const colour = worst === 'failed' ? 'red' : worst === 'stopped' || worst === 'open' ? 'orange' : 'green';
  return { ...noticeText(notice, languageIn(lang)), colour: worst === 'changed' ? 'blue' : colour };
}

function textOf(notice: Notice, { lang }: Flags): string {
  const { title, lines } = noticeText(notice, languageIn(lang));
  return [title, ...lines].join('\n');
}
