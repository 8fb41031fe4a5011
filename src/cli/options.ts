import type { Command } from 'commander';

export const SOURCE_APP_ID = [
  '--source-app-id <id>',
  'app of the tenant that the pipeline reads from (default: SOURCE_FEISHU_APP_ID)',
] as const;

export const SOURCE_RATE = [
  '--source-rate <n>',
  'reads per second from that tenant (default: 9, or 45 of the 50 of v1-interviews)',
] as const;
export const LIMITER = 'share the rate with other processes through a Redis: redis://host:port[/db]';

export function collect(value: string, values: readonly string[] = []): readonly string[] {
  return [...values, value];
}

/** The flags of a report, wherever one is made. */
export function reporting(command: Command): Command {
  return command
    .option('--format <format>', 'report on stdout: text, json, csv or html')
    .option('--report <file>', 'write it to a file as well, format by its ending; may be repeated', collect)
    .option('--lang <language>', 'zh or en (default: from LC_ALL, LC_MESSAGES, LANG)')
    .option('--redact', 'leave names and notes out of the reports');
}

/** The flags of `plan` and `sync`. */
export function shared(command: Command): Command {
  return reporting(common(command, 'short for --format json'))
    .option('--deadline <time>', 'warn if it would not be done by this local time, such as 06:00')
    .option('--source <dir>', "folder of the export (default: the pipeline's sourceDir)")
    .option(...SOURCE_APP_ID)
    .option(...SOURCE_RATE)
    .option('--rate <n>', 'writes per second (default: 9)')
    .option('--limiter <url>', LIMITER)
    .option('--full', 'parse every record, also those whose bytes have not changed since they were settled')
    .option('--only-rejects <file>', 'take only the rows of this corrected rejects.csv')
    .option('--on-drift <policy>', 'what Feishu was changed to: overwrite, keep or hold (default: overwrite)')
    .option('--repair-drift', 'also where the source did not change')
    .option('--recreate-missing', 'create again what was deleted in Feishu')
    .option('--allow <guard>', 'lift one guard for this run; may be repeated', collect);
}

/** The flags of whatever opens the ledger, logs and lists. */
export function common(command: Command, json = 'one JSON object on stdout'): Command {
  return command
    .option('--ledger <file>', 'the ledger (default: .hire-sync/ledger.db)')
    .option('--limit <n>', 'rows listed of each kind; 0 = all (default: 20)')
    .option('--json', json)
    .option('--log-level <level>', 'debug, info, warn, error or silent (default: warn)')
    .option('--log-format <format>', 'json or pretty (default: json)');
}

export const PIPELINES = 'pipeline files, such as pipelines/legacy-ats.ts; several are taken in this order';

export const EXIT_CODES = `
Environment:
  FEISHU_APP_ID, FEISHU_APP_SECRET or FEISHU_APP_SECRET_FILE   the self-built app (sync, verify, undo, ledger rebuild)
  FEISHU_BASE_URL        default https://open.feishu.cn; http only for loopback
  SOURCE_FEISHU_APP_ID, SOURCE_FEISHU_APP_SECRET or …_SECRET_FILE, SOURCE_FEISHU_BASE_URL
                         the same of the tenant that a pipeline reads from (feishuInterviewRecords)
  HIRE_SYNC_LIMITER      as --limiter; may hold a password: redis://user:password@host:port
  HTTPS_PROXY, NO_PROXY  as usual

Exit codes:
  0 done, nothing left open          1 error             2 wrong usage or configuration
  3 finished, but rows are rejected, held, failed or in doubt
  4 stopped by a guard before the first write            5 another run holds the ledger
  10 changes (plan --detailed-exitcode, verify)          130/143 interrupted
Of several pipelines the worst: 130, 143, 1, 2, 5, 4, 3, 10, 0.`;
