import type { RequestCounts } from '../model.ts';
import type { Language } from '../plan/shape.ts';
import { EXIT } from '../result/exit.ts';
import { processCode, type Report } from '../result/report.ts';
import { counted } from './counts.ts';
import { duration, plural, w } from './sentences.ts';

/** How one of several pipelines ended. */
export interface Part {
  readonly pipeline: string;
  readonly exitCode: number;
  readonly failOn?: Report['failOn'] | undefined;
  /** Counts by kind, with `read`; null when it ended before it had any. */
  readonly rows: Readonly<Record<string, number>> | null;
  /** By endpoint. */
  readonly requests: Readonly<Record<string, RequestCounts>>;
  readonly maxWritesPer1000ms: number;
}

/** All pipelines of one command line together. */
export interface Total {
  readonly exitCode: number;
  /** See `Report.failOn`. */
  readonly failOn?: Report['failOn'] | undefined;
  /** Pipelines named, those not begun included. */
  readonly pipelines: number;
  /** Names of those that were not begun, because one before them stopped. */
  readonly notBegun: readonly string[];
  readonly rows: Readonly<Record<string, number>>;
  readonly requests: Readonly<Record<string, RequestCounts>>;
  readonly maxWritesPer1000ms: number;
  readonly durationMs: number;
}

/**
 * The order of badness, the worst first: somebody ended it; an error; wrong usage; a ledger that another run holds; a
 * guard; rows left open; changes (`plan --detailed-exitcode`); done.
 */
const WORST_FIRST: readonly number[] = [
  EXIT.sigint,
  EXIT.sigterm,
  EXIT.error,
  EXIT.usage,
  EXIT.busy,
  EXIT.guard,
  EXIT.leftOpen,
  EXIT.changes,
  EXIT.done,
];

/** The worst of several exit codes. */
export function worstOf(codes: readonly number[]): number {
  return WORST_FIRST.find((code) => codes.includes(code)) ?? EXIT.error;
}

/** Adds up how the pipelines of one command line ended. */
export function totalOf(parts: readonly Part[], notBegun: readonly string[], durationMs: number): Total {
  const rows: Record<string, number> = {};
  const requests: Record<string, { sent: number; retried: number; limited: number }> = {};
  for (const part of parts) {
    for (const [kind, n] of Object.entries(part.rows ?? {})) rows[kind] = (rows[kind] ?? 0) + n;
    for (const [endpoint, { sent, retried, limited }] of Object.entries(part.requests)) {
      requests[endpoint] ??= { sent: 0, retried: 0, limited: 0 };
      requests[endpoint].sent += sent;
      requests[endpoint].retried += retried;
      requests[endpoint].limited += limited;
    }
  }
  const failOn = parts.find((part) => part.failOn !== undefined)?.failOn;
  return {
    exitCode: worstOf(parts.map(({ exitCode }) => exitCode)),
    ...(failOn !== undefined && { failOn: { ...failOn, exitCode: worstOf(parts.map(processCode)) } }),
    pipelines: parts.length + notBegun.length,
    notBegun,
    rows,
    requests,
    maxWritesPer1000ms: Math.max(0, ...parts.map((part) => part.maxWritesPer1000ms)),
    durationMs,
  };
}

/** The total as text, after the reports. */
export function* totalText(total: Total, language: Language): Generator<string> {
  const { read = 0, ...kinds } = total.rows;
  const [said, took] = [counted(kinds), duration(total.durationMs)];
  yield '';
  yield w(
    `${total.pipelines} 套同步规则合计：${said.zh} = 读取 ${read} 行。用时 ${took.zh}。`,
    `Total of ${total.pipelines} pipelines: ${said.en} = ${plural(read, 'row')} read. Took ${took.en}.`,
  )[language];
  if (total.notBegun.length > 0)
    yield w(`未开始：${total.notBegun.join('，')}。`, `Not begun: ${total.notBegun.join(', ')}.`)[language];
}
