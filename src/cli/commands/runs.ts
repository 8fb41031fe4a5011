import { join } from 'node:path';
import { type Config, parseSettings } from '../../config.ts';
import { HireSyncError } from '../../errors.ts';
import { runDetail, runList } from '../../report/runs.ts';
import { openStoredRun } from '../../report/stored.ts';
import { EXIT } from '../../result/exit.ts';
import { openForReading } from '../open-ledger.ts';
import { lines, print, say } from '../output.ts';
import { giveOut, wishesOf } from '../reports.ts';
import { runsFolder, STORED } from '../run-folder.ts';

/** Flags of `hire-sync runs`. */
export interface RunsOptions {
  readonly ledger?: string;
  readonly limit?: string;
  readonly json?: boolean;
  readonly format?: string;
  readonly report?: readonly string[];
  readonly lang?: string;
  readonly redact?: boolean;
}

/** `hire-sync runs [RUN]`: reads the ledger, and for a report the data kept of the run. Returns the exit code. */
export async function runs(run: string | undefined, options: RunsOptions): Promise<number> {
  // --json is the ledger's note of a run, --format json its report.
  const { json = false, ...settings } = options;
  const config = parseSettings(settings, process.cwd());
  const wantsReport = config.format !== undefined || config.reports.length > 0;
  if (wantsReport && run === undefined) {
    throw new HireSyncError(
      'CONFIG_INVALID',
      '--format and --report are about one run: `hire-sync runs RUN --format html`. `hire-sync runs` lists them.',
    );
  }
  const ledger = openForReading(config.ledgerFile);
  try {
    const limit = config.limit === 0 ? -1 : config.limit;
    if (run === undefined) {
      const list = ledger.runs.list(limit);
      await print(json ? [`${JSON.stringify({ runs: list.map(jsonOf) })}\n`] : lines(runList(list)));
      return EXIT.done;
    }
    const found = ledger.runs.find(run);
    if (found === undefined) {
      throw new HireSyncError(
        'CONFIG_INVALID',
        `${config.ledgerFile} has no run ${run}. \`hire-sync runs\` lists them.`,
      );
    }
    const exitCode = wantsReport ? await reportOf(run, config) : EXIT.done;
    if (config.format !== undefined) return exitCode;
    const issues = ledger.runs.issues(run, json ? -1 : limit);
    const object = () => `${JSON.stringify({ ...jsonOf(found), issues })}\n`;
    await print(json ? [object()] : lines(runDetail(found, issues)));
    return exitCode;
  } finally {
    ledger.close();
  }
}

/** Makes the reports of an earlier run from what was kept of it. */
async function reportOf(run: string, config: Config): Promise<number> {
  const data = join(runsFolder(config.ledgerFile), run, STORED);
  const wishes = wishesOf(config, process.cwd(), [config.ledgerFile, data]);
  const { close, ...stored } = openStoredRun(data);
  try {
    const failures = await giveOut(stored, wishes, config.format !== undefined);
    for (const { what, file, why } of failures)
      say(`hire-sync: ${what} could not be written to ${file} (${why}).`);
    return failures.length === 0 ? EXIT.done : EXIT.error;
  } finally {
    close();
  }
}

function jsonOf({ summary, startedAt, finishedAt, ...rest }: Parameters<typeof runDetail>[0]): object {
  return {
    ...rest,
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: finishedAt === null ? null : new Date(finishedAt).toISOString(),
    report: summary === null ? null : (JSON.parse(summary) as object),
  };
}
