import type { Bilingual } from '../plan/shape.ts';
import type { Cost } from '../result/cost.ts';
import { duration, w } from './sentences.ts';
import { zonedTime } from './times.ts';

/** The cost in sentences, its warning last. */
export function* costNotes(cost: Cost): Generator<Bilingual> {
  const { endpoints, requests, ratePerSecond, expectedMs, tokens, endsAt, zone } = cost;
  const each = Object.entries(endpoints).map(([name, n]) => `${name} ${n}`);
  const ends = zonedTime(endsAt, zone);
  const took = duration(expectedMs);
  yield w(
    `预计耗时与请求量：写入请求 ${requests} 次，按每秒 ${ratePerSecond} 次约需 ${took.zh}，获取访问令牌 ${tokens} 次；现在开始则预计 ${ends} 结束。`,
    `Cost: ${requests} write requests, about ${took.en} at ${ratePerSecond} requests/s, ${tokens} token${tokens === 1 ? '' : 's'}; begun now it ends about ${ends}.`,
  );
  yield w(`请求：${each.join('，')}。`, `Requests: ${each.join(', ')}.`);
  const warning = deadlineWarning(cost);
  if (warning !== null) yield warning;
}

/** What `--deadline` has to say; null when it fits, or was not asked for. */
export function deadlineWarning({ deadline, endsAt, zone }: Cost): Bilingual | null {
  if (deadline === null || deadline.lateMs === 0) return null;
  const [at, ends] = [zonedTime(deadline.at, zone), zonedTime(endsAt, zone)];
  const late = duration(deadline.lateMs);
  return w(
    `警告：无法在 ${at} 之前完成；预计 ${ends} 结束，晚 ${late.zh}。可以更早开始，或分几个晚上完成（中断后下次从断点继续）。`,
    `Warning: it will not be done by ${at}: about ${ends} is ${late.en} too late. Begin earlier, or let it run over several nights (a run that is stopped goes on where it was).`,
  );
}
