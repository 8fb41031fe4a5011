import { parseSettings } from '../../config.ts';
import { HireSyncError } from '../../errors.ts';
import { openLedger } from '../../ledger/ledger.ts';
import { runDetail, runList } from '../../report/runs.ts';
import { lines, print } from '../output.ts';

/** Flags of `hire-sync runs`. */
export interface RunsOptions {
  readonly ledger?: string;
  readonly limit?: string;
  readonly json?: boolean;
}

/** `hire-sync runs [RUN]`: reads the ledger only. Returns the exit code. */
export async function runs(run: string | undefined, options: RunsOptions): Promise<number> {
  const config = parseSettings({ ledger: options.ledger, limit: options.limit }, process.cwd());
  const ledger = openLedger({ file: config.ledgerFile, mode: 'read', now: Date.now });
  try {
    const limit = config.limit === 0 ? -1 : config.limit;
    if (run === undefined) {
      const list = ledger.runs.list(limit);
      await print(options.json ? [`${JSON.stringify({ runs: list.map(jsonOf) })}\n`] : lines(runList(list)));
      return 0;
    }
    const found = ledger.runs.find(run);
    if (found === undefined) {
      throw new HireSyncError(
        'CONFIG_INVALID',
        `${config.ledgerFile} has no run ${run}. \`hire-sync runs\` lists them.`,
      );
    }
    const issues = ledger.runs.issues(run, options.json ? -1 : limit);
    const json = () => `${JSON.stringify({ ...jsonOf(found), issues })}\n`;
    await print(options.json ? [json()] : lines(runDetail(found, issues)));
    return 0;
  } finally {
    ledger.close();
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
