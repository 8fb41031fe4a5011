import { resolve } from 'node:path';
import { z } from 'zod';
import { HireSyncError } from './errors.ts';
import type { DriftPolicy } from './model.ts';

/** Raw settings as flags and environment give them: text or absent. */
export interface Settings {
  readonly ledger?: string | undefined;
  readonly rate?: string | undefined;
  readonly limit?: string | undefined;
  readonly logLevel?: string | undefined;
  readonly logFormat?: string | undefined;
  readonly onDrift?: string | undefined;
  readonly canary?: string | undefined;
}

/** Checked and frozen settings of one command. */
export interface Config {
  /** Absolute path of the ledger file. */
  readonly ledgerFile: string;
  /** Writes per second, all endpoints together. */
  readonly rate: number;
  /** How many rows of each kind a list shows; 0 = all. */
  readonly limit: number;
  readonly logLevel: LogLevel;
  readonly logFormat: 'json' | 'pretty';
  /** `--on-drift`; undefined leaves it to the pipeline. */
  readonly onDrift: DriftPolicy | undefined;
  /** How many changes a canary run carries out; undefined for all. */
  readonly canary: number | undefined;
}

const DRIFT_POLICIES = ['overwrite', 'keep', 'hold'] as const satisfies readonly DriftPolicy[];

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Just under what Feishu documents (10 requests/s per endpoint), because the window's kind is not documented
 * and another program may use the same app.
 */
export const DEFAULT_RATE = 9;

const schema = z.object({
  ledger: z.string().min(1, '--ledger needs a file name').default('.hire-sync/ledger.db'),
  rate: z
    .stringFormat(
      'rate',
      (text) => /^\d+(\.\d+)?$/.test(text) && Number(text) >= 0.1 && Number(text) <= 1000,
      {
        error: (issue) =>
          `--rate is "${String(issue.input)}": it must be a number of requests per second from 0.1 to 1000`,
      },
    )
    .default(String(DEFAULT_RATE)),
  limit: z
    .stringFormat('limit', /^\d{1,9}$/, {
      error: (issue) => `--limit is "${String(issue.input)}": it must be a whole number; 0 lists all`,
    })
    .default('20'),
  logLevel: z
    .enum(LOG_LEVELS, {
      error: (issue) => `--log-level is "${String(issue.input)}": one of ${LOG_LEVELS.join(', ')}`,
    })
    .default('warn'),
  logFormat: z
    .enum(['json', 'pretty'], {
      error: (issue) => `--log-format is "${String(issue.input)}": json or pretty`,
    })
    .default('json'),
  onDrift: z
    .enum(DRIFT_POLICIES, {
      error: (issue) => `--on-drift is "${String(issue.input)}": one of ${DRIFT_POLICIES.join(', ')}`,
    })
    .optional(),
  canary: z
    .stringFormat('canary', /^[1-9]\d{0,4}$/, {
      error: (issue) =>
        `--canary is "${String(issue.input)}": it must be a number of changes from 1 to 99999`,
    })
    .optional(),
});

/** Checks all settings. @throws HireSyncError CONFIG_INVALID with every complaint at once */
export function parseSettings(settings: Settings, cwd: string): Config {
  const parsed = schema.safeParse(settings);
  if (!parsed.success) {
    throw new HireSyncError('CONFIG_INVALID', parsed.error.issues.map(({ message }) => message).join('\n'));
  }
  const { ledger, rate, limit, logLevel, logFormat, onDrift, canary } = parsed.data;
  return Object.freeze({
    ledgerFile: resolve(cwd, ledger),
    rate: Number(rate),
    limit: Number(limit),
    logLevel,
    logFormat,
    onDrift,
    canary: canary === undefined ? undefined : Number(canary),
  });
}
