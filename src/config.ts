import { resolve } from 'node:path';
import { z } from 'zod';
import { HireSyncError } from './errors.ts';

/** Raw settings as flags and environment give them: text or absent. */
export interface Settings {
  readonly ledger?: string | undefined;
  readonly rate?: string | undefined;
  readonly limit?: string | undefined;
  readonly logLevel?: string | undefined;
  readonly logFormat?: string | undefined;
  readonly format?: string | undefined;
  readonly json?: boolean | undefined;
  readonly report?: readonly string[] | undefined;
  readonly lang?: string | undefined;
  readonly redact?: boolean | undefined;
  readonly deadline?: string | undefined;
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
  /** What is printed; undefined: text, unless the command has a list of its own. */
  readonly format: 'text' | 'json' | 'csv' | 'html' | undefined;
  /** Files to write reports to, as given; their endings name the formats. */
  readonly reports: readonly string[];
  /** undefined: as the environment has it. */
  readonly language: 'zh' | 'en' | undefined;
  /** Names and notes are left out of the reports. */
  readonly redact: boolean;
  /** `HH:MM`, local time. */
  readonly deadline: string | undefined;
}

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
  format: z
    .enum(['text', 'json', 'csv', 'html'], {
      error: (issue) => `--format is "${String(issue.input)}": text, json, csv or html`,
    })
    .optional(),
  json: z.boolean().default(false),
  report: z
    .array(
      z.stringFormat('report', /\.(txt|json|csv|html)$/i, {
        error: (issue) =>
          `--report is "${String(issue.input)}": its ending names the format, one of .txt, .json, .csv, .html`,
      }),
    )
    .default([]),
  lang: z.enum(['zh', 'en'], { error: (issue) => `--lang is "${String(issue.input)}": zh or en` }).optional(),
  redact: z.boolean().default(false),
  deadline: z
    .stringFormat('deadline', /^([01]\d|2[0-3]):[0-5]\d$/, {
      error: (issue) =>
        `--deadline is "${String(issue.input)}": a local time from 00:00 to 23:59, such as 06:00`,
    })
    .optional(),
});

/** Checks all settings. @throws HireSyncError CONFIG_INVALID with every complaint at once */
export function parseSettings(settings: Settings, cwd: string): Config {
  const parsed = schema.safeParse(settings);
  if (!parsed.success) {
    throw new HireSyncError('CONFIG_INVALID', parsed.error.issues.map(({ message }) => message).join('\n'));
  }
  const { ledger, rate, limit, logLevel, logFormat, format, json, report, lang, redact, deadline } =
    parsed.data;
  if (json && format !== undefined && format !== 'json')
    throw new HireSyncError(
      'CONFIG_INVALID',
      `--json and --format ${format}: stdout can have one format only`,
    );
  return Object.freeze({
    ledgerFile: resolve(cwd, ledger),
    rate: Number(rate),
    limit: Number(limit),
    logLevel,
    logFormat,
    format: json ? 'json' : format,
    reports: report,
    language: lang,
    redact,
    deadline,
  });
}
