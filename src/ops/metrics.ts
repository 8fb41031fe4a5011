import { lazily } from '../lazily.ts';
import type { Notice, NoticePipeline } from '../result/notice.ts';

const client = lazily<typeof import('prom-client')>('prom-client');

/** A number of each pipeline, by labels besides its name. */
interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** Empty where there is none. */
  readonly of: (
    one: NoticePipeline,
  ) => Iterable<readonly [labels: Readonly<Record<string, string>>, value: number]>;
}

const seconds = (iso: string | null): [Record<string, string>, number][] =>
  iso === null ? [] : [[{}, Date.parse(iso) / 1000]];

const GAUGES: readonly Gauge[] = [
  {
    name: 'hire_sync_last_success_timestamp_seconds',
    help: 'When a sync of the whole export last finished',
    labels: [],
    of: ({ lastFinished }) => seconds(lastFinished),
  },
  {
    name: 'hire_sync_oldest_open_timestamp_seconds',
    help: 'Since when the oldest open row has been open; absent when none is',
    labels: [],
    of: ({ openSince }) => seconds(openSince),
  },
  {
    name: 'hire_sync_rows',
    help: 'Rows of the last run by outcome; read is the sum of the others',
    labels: ['outcome'],
    of: ({ rows }) => Object.entries(rows ?? {}).map(([outcome, n]) => [{ outcome }, n]),
  },
  {
    name: 'hire_sync_children_without_parent',
    help: 'Child rows of the last run that no parent has',
    labels: [],
    of: ({ orphans }) => [[{}, orphans]],
  },
  {
    name: 'hire_sync_requests',
    help: 'Requests of the last run by endpoint: sent are all of them, retried and limited those among them',
    labels: ['endpoint', 'result'],
    of: ({ requests }) =>
      Object.entries(requests).flatMap(([endpoint, counts]) =>
        Object.entries(counts).map(([result, n]) => [{ endpoint, result }, n] as const),
      ),
  },
  {
    name: 'hire_sync_duration_seconds',
    help: 'How long the last run took',
    labels: [],
    of: ({ durationMs }) => (durationMs === null ? [] : [[{}, durationMs / 1000]]),
  },
  {
    name: 'hire_sync_exit_code',
    help: 'How the last run ended, before --fail-on',
    labels: [],
    of: ({ exitCode }) => [[{}, exitCode]],
  },
];

/** How a command ended, as OpenMetrics text. All are gauges: they tell of the last command, and nothing is added up. */
export async function metricsText({ pipelines, exitCode, command }: Notice): Promise<string> {
  const { Gauge, Registry } = client();
  const registry = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const registers = [registry];
  for (const { name, help, labels, of } of GAUGES) {
    const gauge = new Gauge({ name, help, labelNames: ['pipeline', ...labels], registers });
    for (const one of pipelines)
      for (const [own, value] of of(one)) gauge.set({ pipeline: one.pipeline, ...own }, value);
  }
  const ended = new Gauge({
    name: 'hire_sync_process_exit_code',
    help: 'What the process of the last command ended with',
    labelNames: ['command'],
    registers,
  });
  ended.set({ command }, exitCode);
  return registry.metrics();
}
