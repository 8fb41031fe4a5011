import type { Answer } from '../feishu/answer.ts';
import type { RequestCounts } from '../model.ts';
import type { Call } from './contract.ts';

/** Counts requests by endpoint, for the report. */
export interface Meter {
  /** The same call, counted. */
  watch(call: Call): Call;
  counts(): Readonly<Record<string, RequestCounts>>;
}

const LIMITED = 99991400;

export function createMeter(): Meter {
  const counts = new Map<string, { sent: number; retried: number; limited: number }>();
  const note = (answer: Answer<unknown>, attempt: number): void => {
    if (answer.kind === 'no-answer' && answer.sent === 'never') return;
    const count = counts.get(answer.endpoint) ?? { sent: 0, retried: 0, limited: 0 };
    count.sent++;
    if (attempt > 1) count.retried++;
    if (
      (answer.kind === 'error' && answer.code === LIMITED) ||
      (answer.kind === 'unreadable' && answer.status === 429)
    ) {
      count.limited++;
    }
    counts.set(answer.endpoint, count);
  };
  return {
    watch: (call) => (request) =>
      call({
        ...request,
        onAnswer: (answer, attempt) => {
          note(answer, attempt);
          request.onAnswer?.(answer, attempt);
        },
      }),
    counts: () => Object.fromEntries([...counts].map(([endpoint, count]) => [endpoint, { ...count }])),
  };
}
