import { resolve } from 'node:path';
import { z } from 'zod';
import { HireSyncError } from './errors.ts';
import type { DriftPolicy } from './model.ts';

/** Raw settings as flags and environment give them: text or absent. */
export interface Settings {
  readonly ledger?: string | undefined;
  readonly rate?: string | undefined;
  readonly sourceRate?: string | undefined;
  readonly limiter?: string | undefined;
  /** HIRE_SYNC_LIMITER; `limiter` wins. */
  readonly limiterFromEnvironment?: string | undefined;
  readonly limit?: string | undefined;
  readonly logLevel?: string | undefined;
  readonly logFormat?: string | undefined;
  readonly onDrift?: string | undefined;
  readonly canary?: string | undefined;
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
  /** Reads per second from another tenant; null = what its endpoint is documented to allow. */
  readonly sourceRate: number | null;
  /** The Redis in which processes share the rate; null: this process has it for itself. */
  readonly limiter: LimiterAddress | null;
  /** How many rows of each kind a list shows; 0 = all. */
  readonly limit: number;
  readonly logLevel: LogLevel;
  readonly logFormat: 'json' | 'pretty';
  /** `--on-drift`; undefined leaves it to the pipeline. */
  readonly onDrift: DriftPolicy | undefined;
  /** How many changes a canary run carries out; undefined for all. */
  readonly canary: number | undefined;
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

const DRIFT_POLICIES = ['overwrite', 'keep', 'hold'] as const satisfies readonly DriftPolicy[];
/** Where the shared limiter is. May hold a password: never printed whole. */
export interface LimiterAddress {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Just under what Feishu documents (10 requests/s per endpoint), because the window's kind is not documented
 * and another program may use the same app.
 */
export const DEFAULT_RATE = 9;

const REDIS_PORT = 6379;

/** Never quotes what it was given: it may be a password. */
function limiterAddress(
  text: string,
  from: 'flag' | 'environment',
  context: z.RefinementCtx,
): LimiterAddress {
  const name = from === 'flag' ? '--limiter' : 'HIRE_SYNC_LIMITER';
  const complain = (message: string): never => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  const url = URL.parse(text);
  const db = /^\/?(\d{0,4})$/.exec(url?.pathname ?? '')?.[1];
  if (
    url === null ||
    !/^rediss?:$/.test(url.protocol) ||
    url.hostname === '' ||
    db === undefined ||
    url.search !== '' ||
    url.hash !== ''
  )
    return complain(
      `${name} is no address of a Redis: redis://host:port, redis://host:port/db, or rediss:// for TLS`,
    );
  if (from === 'flag' && (url.username !== '' || url.password !== ''))
    return complain(
      '--limiter holds a user or a password, which every user of this machine can see in the list of processes: ' +
        'set HIRE_SYNC_LIMITER in the environment instead',
    );
  try {
    return {
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? REDIS_PORT : Number(url.port),
      db: Number(db),
      tls: url.protocol === 'rediss:',
      ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
      ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    };
  } catch {
    return complain(`${name}: a % in the user or password is written %25`);
  }
}

const rate = (flag: string) =>
  z.stringFormat(
    'rate',
    (text) => /^\d+(\.\d+)?$/.test(text) && Number(text) >= 0.1 && Number(text) <= 1000,
    {
      error: (issue) =>
        `${flag} is "${String(issue.input)}": it must be a number of requests per second from 0.1 to 1000`,
    },
  );

const schema = z.object({
  ledger: z.string().min(1, '--ledger needs a file name').default('.hire-sync/ledger.db'),
  rate: rate('--rate').default(String(DEFAULT_RATE)),
  sourceRate: rate('--source-rate').optional(),
  limiter: z
    .string()
    .transform((text, context) => limiterAddress(text, 'flag', context))
    .optional(),
  limiterFromEnvironment: z
    .string()
    .transform((text, context) => limiterAddress(text, 'environment', context))
    .optional(),
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
  const {
    ledger,
    rate,
    sourceRate,
    limiter,
    limiterFromEnvironment,
    limit,
    logLevel,
    logFormat,
    onDrift,
    canary,
    format,
    json,
    report,
    lang,
    redact,
    deadline,
  } = parsed.data;
  if (json && format !== undefined && format !== 'json')
    throw new HireSyncError(
      'CONFIG_INVALID',
      `--json and --format ${format}: stdout can have one format only`,
    );
  return Object.freeze({
    ledgerFile: resolve(cwd, ledger),
    rate: Number(rate),
    sourceRate: sourceRate === undefined ? null : Number(sourceRate),
    limiter: limiter ?? limiterFromEnvironment ?? null,
    limit: Number(limit),
    logLevel,
    logFormat,
    onDrift,
    canary: canary === undefined ? undefined : Number(canary),
    format: json ? 'json' : format,
    reports: report,
    language: lang,
    redact,
    deadline,
  });
}
