import type { Answer } from '../feishu/answer.ts';
import type { ReadHeader } from '../feishu/transport.ts';
import type { Bench } from './bench.ts';
import type { Findings } from './findings.ts';

/** Two more than Feishu documents for a second. */
const REQUESTS = 12;
const LIMITED = 99991400;
/** What platform.md §4 names, and what HTTP has for it. */
const HEADERS = ['x-ogw-ratelimit-limit', 'x-ogw-ratelimit-reset', 'retry-after'];

/** Keeps the headers of "rate limited" answers: an `Answer` has only what a retry needs of them. */
export interface HeaderWatch {
  readonly onResponse: (endpoint: string, status: number, header: ReadHeader) => void;
  /** Of all responses since the last call. */
  take(): readonly { readonly status: number; readonly headers: Readonly<Record<string, string>> }[];
}

export function watchHeaders(): HeaderWatch {
  let seen: { status: number; headers: Record<string, string> }[] = [];
  return {
    onResponse(endpoint, status, header) {
      if (endpoint !== 'external_interview.batch_query') return;
      const given = HEADERS.map((name) => [name, header(name)] as const).filter(([, value]) => value !== '');
      seen.push({ status, headers: Object.fromEntries(given) });
    },
    take() {
      const taken = seen;
      seen = [];
      return taken;
    },
  };
}

/**
 * Asks for one object a dozen times at once, past the throttle: reads, which leave nothing behind.
 * @returns also how long Feishu asks to be left alone, ms
 */
export async function burst(
  { client }: Bench,
  id: string,
  watch: HeaderWatch,
): Promise<{ readonly finding: NonNullable<Findings['limited']>; readonly restMs: number }> {
  watch.take();
  const sentAt: number[] = [];
  const onSent = () => void sentAt.push(performance.now());
  const answers = await Promise.all(
    Array.from({ length: REQUESTS }, () => client.external_interview.batchQuery({ ids: [id] }, { onSent })),
  );
  const limited = answers.filter(isLimited);
  const [first] = limited;
  const withHeaders = watch
    .take()
    .find(
      ({ headers, status }) =>
        first !== undefined && status === statusOf(first) && Object.keys(headers).length > 0,
    );
  return {
    finding: {
      sent: sentAt.length,
      withinMs: Math.max(...sentAt) - Math.min(...sentAt),
      limited: limited.length,
      answer:
        first === undefined
          ? null
          : {
              status: statusOf(first),
              code: first.kind === 'error' ? first.code : null,
              headers: withHeaders?.headers ?? {},
            },
    },
    restMs: Math.max(0, ...limited.map((answer) => ('resetMs' in answer ? (answer.resetMs ?? 1_000) : 0))),
  };
}

function isLimited(answer: Answer<unknown>): boolean {
  if (answer.kind === 'error') return answer.code === LIMITED || answer.status === 429;
  return answer.kind === 'unreadable' && answer.status === 429;
}

function statusOf(answer: Answer<unknown>): number {
  return 'status' in answer ? answer.status : 0;
}
