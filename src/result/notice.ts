import type { RequestCounts } from '../model.ts';
import { EXIT } from './exit.ts';

/** What somebody may want to be told of. */
export const EVENTS = ['failed', 'stopped', 'open', 'recovered', 'changed'] as const;

export type NoticeEvent = (typeof EVENTS)[number];

/** Why a pipeline, or the whole command, ended as it did, as a code: of an error, of a row's reason, or of its problem. */
export interface NoticeReason {
  readonly kind: 'error' | 'row';
  readonly code: string;
  /** Guards that stopped it. */
  readonly guards: readonly string[];
}

/** How one pipeline of the command ended. Holds no names, notes or keys. */
export interface NoticePipeline {
  readonly pipeline: string;
  readonly run: string | null;
  readonly exitCode: number;
  /** What counts for the process, see `--fail-on`. */
  readonly processCode: number;
  /** Counts by kind, with `read`; null when it ended before it had any. */
  readonly rows: Readonly<Record<string, number>> | null;
  readonly orphans: number;
  /** By endpoint. */
  readonly requests: Readonly<Record<string, RequestCounts>>;
  /** Null without a report. */
  readonly durationMs: number | null;
  /** When a run of the whole export last finished, this one included; ISO 8601, UTC. */
  readonly lastFinished: string | null;
  /** Since when the oldest open row has been open, ISO 8601, UTC. */
  readonly openSince: string | null;
  /** IANA name of the zone in which its times are told: the pipeline's, or else the machine's. */
  readonly zone: string;
  /** How its run before ended: 0, another code, or `died`; null when there was none. */
  readonly before: number | 'died' | null;
  readonly reason: NoticeReason | null;
}

/** How one command ended: all that is told of it outside. */
export interface Notice {
  readonly command: 'sync' | 'verify';
  /** Of all pipelines, the most important first; empty after a night of which there is nothing to tell. */
  readonly events: readonly NoticeEvent[];
  /** What the process ends with. */
  readonly exitCode: number;
  readonly app: { readonly baseUrl: string; readonly appId: string } | null;
  readonly pipelines: readonly NoticePipeline[];
  /** Of what ended the command outside of any pipeline. */
  readonly reason: NoticeReason | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
}

/** What there is to tell, the most important first. */
export function eventsOf({ command, exitCode, pipelines }: Omit<Notice, 'events'>): readonly NoticeEvent[] {
  const found = new Set(pipelines.flatMap((one) => ofPipeline(command, one)));
  const whole = ofCode(exitCode, command);
  if (whole !== null) found.add(whole);
  return EVENTS.filter((event) => found.has(event));
}

function ofPipeline(command: Notice['command'], one: NoticePipeline): NoticeEvent[] {
  const { processCode, exitCode, before, rows } = one;
  const bad = ofCode(processCode, command);
  const written = command === 'sync' ? (rows?.created ?? 0) + (rows?.updated ?? 0) : 0;
  const recovered = command === 'sync' && exitCode === EXIT.done && before !== null && before !== EXIT.done;
  return [
    ...(bad === null ? [] : [bad]),
    ...(written > 0 ? ['changed' as const] : []),
    ...(recovered ? ['recovered' as const] : []),
  ];
}

function ofCode(exitCode: number, command: Notice['command']): NoticeEvent | null {
  switch (exitCode) {
    case EXIT.done:
      return null;
    case EXIT.leftOpen:
      return 'open';
    case EXIT.guard:
    case EXIT.busy:
      return 'stopped';
    case EXIT.changes:
      return command === 'verify' ? 'changed' : null;
    default:
      return 'failed';
  }
}
