import { dateOnly, dateTime } from '../../src/mapping/dates.ts';
import { ValueError } from '../../src/mapping/problems.ts';

/**
 * Cases that a machine's own time zone, or a date library that moves impossible times, would get wrong. Also run as
 * a script: prints the results as JSON, for comparison between time zones and between Temporal and its polyfill.
 */
const CASES: readonly (readonly [value: string, zone: string, format?: string])[] = [
  ['2024-03-05 09:05', 'Asia/Shanghai'],
  ['2024/3/5 9:05', 'America/New_York'],
  ['2024-03-05T09:05:07.123Z', 'America/New_York'],
  ['2024-03-05T09:05:07+08:00', 'UTC'],
  ['2024年3月6日 下午2:30', 'Asia/Shanghai', 'yyyy年M月d日 ah:mm'],
  // Skipped hours.
  ['2024-03-10 02:30', 'America/New_York'],
  ['2024-03-31 02:30', 'Europe/Berlin'],
  ['1991-04-14 02:30', 'Asia/Shanghai'],
  ['2024-10-06 02:15', 'Australia/Lord_Howe'],
  // The same wall clock where nothing is skipped.
  ['2024-03-10 02:30', 'Asia/Shanghai'],
  ['2024-03-31 02:30', 'America/New_York'],
  // Doubled hours.
  ['2024-11-03 01:30', 'America/New_York'],
  ['2024-10-27 02:30', 'Europe/Berlin'],
  ['1991-09-15 01:30', 'Asia/Shanghai'],
  ['2024-04-07 01:45', 'Australia/Lord_Howe'],
  // An offset settles it.
  ['2024-11-03T01:30-05:00', 'America/New_York'],
  // A whole day that a country left out.
  ['2011-12-30 12:00', 'Pacific/Apia'],
];

export const RESULTS = CASES.map(([value, zone, format]) => [
  value,
  zone,
  outcome(() => dateTime(value, zone, format)),
]);
export const MIDNIGHTS = [
  ['2024-03-05', 'Asia/Shanghai'],
  ['2018-11-04', 'America/Sao_Paulo'],
].map(([value = '', zone = '']) => [value, zone, outcome(() => dateOnly(value, zone))]);

function outcome(job: () => number): string {
  try {
    return new Date(job()).toISOString();
  } catch (error) {
    if (ValueError.is(error)) return error.problem.message;
    throw error;
  }
}

if (process.argv[1] === import.meta.filename) {
  const temporal = 'Temporal' in globalThis ? 'native' : 'polyfill';
  process.stdout.write(JSON.stringify({ temporal, results: [...RESULTS, ...MIDNIGHTS] }));
}
