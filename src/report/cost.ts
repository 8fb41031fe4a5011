import type { Language } from '../plan/shape.ts';
import type { Cost } from '../result/cost.ts';
import { duration } from './units.ts';

/** `2026-11-21 09:32 (Asia/Shanghai, UTC+08:00)` */
export function zonedTime(iso: string | number, zone: string): string {
  const { day, time, offset } = zonedParts(iso, zone);
  const name = zone === 'UTC' ? 'UTC' : `${zone}, ${offset}`;
  return `${day} ${time} (${name})`;
}

/** `2026-11-21`, `09:32`, `UTC+08:00` of an instant in a zone. */
export function zonedParts(at: string | number, zone: string): { day: string; time: string; offset: string } {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(new Date(at))
      .map(({ type, value }) => [type, value]),
  );
  return {
    day: `${parts.year}-${parts.month}-${parts.day}`,
    time: `${parts.hour}:${parts.minute}`,
    offset: (parts.timeZoneName ?? 'GMT').replace('GMT', 'UTC'),
  };
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  // A format costs more to make than ten thousand times to use.
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  });
  formats.set(zone, format);
  return format;
}

/** The cost in lines, its warning last. */
export function* costLines(cost: Cost, language: Language): Generator<string> {
  const { endpoints, requests, ratePerSecond, expectedMs, tokens, endsAt, zone } = cost;
  const each = Object.entries(endpoints).map(([name, n]) => `${name} ${n}`);
  const ends = zonedTime(endsAt, zone);
  if (language === 'zh') {
    yield `成本：写入请求 ${requests} 次，按每秒 ${ratePerSecond} 次约需 ${duration(expectedMs, 'zh')}，令牌 ${tokens} 个；现在开始则预计 ${ends} 结束。`;
    yield `请求：${each.join('，')}。`;
  } else {
    yield `Cost: ${requests} write requests, about ${duration(expectedMs)} at ${ratePerSecond} requests/s, ${tokens} token${tokens === 1 ? '' : 's'}; begun now it ends about ${ends}.`;
    yield `Requests: ${each.join(', ')}.`;
  }
  const warning = deadlineWarning(cost, language);
  if (warning !== null) yield warning;
}

/** What `--deadline` has to say; null when it fits, or was not asked for. */
export function deadlineWarning({ deadline, endsAt, zone }: Cost, language: Language): string | null {
  if (deadline === null || deadline.lateMs === 0) return null;
  const [at, ends, late] = [
    zonedTime(deadline.at, zone),
    zonedTime(endsAt, zone),
    duration(deadline.lateMs, language),
  ];
  if (language === 'zh')
    return `警告：无法在 ${at} 之前完成；预计 ${ends} 结束，晚 ${late}。可以更早开始，或分几个晚上完成（中断后下次从断点继续）。`;
  return `Warning: it will not be done by ${at}: about ${ends} is ${late} too late. Begin earlier, or let it run over several nights (a run that is stopped goes on where it was).`;
}
