import { join } from 'node:path';
import { HireSyncError } from '../../errors.ts';
import type { RunRow } from '../../ledger/runs.ts';
import { runDetail, runList } from '../../report/runs.ts';
import { w } from '../../report/sentences.ts';
import { openStoredRun } from '../../report/stored.ts';
import { EXIT } from '../../result/exit.ts';
import { command } from '../command.ts';
import { toggle, type Values } from '../flag.ts';
import { noSuchRun, openForReading } from '../open-ledger.ts';
import { lines, print, printJson } from '../output.ts';
import { allWritten, giveOut, languageIn, REPORT_FLAGS, wishesOf } from '../reports.ts';
import { runsFolder, STORED } from '../run-folder.ts';
import type { Printed } from '../schemas.ts';
import { settings } from '../settings.ts';
import { originOf } from '../values.ts';

const FLAGS = {
  ...settings('ledger'),
  ...REPORT_FLAGS,
  // Not the report, which is --format json.
  json: toggle(w('以一个 JSON 对象输出台账所记', 'what the ledger noted, as one JSON object on stdout')),
};
type RunsFlags = Values<typeof FLAGS>;

export const commands = [
  command({
    name: 'runs',
    summary: w('以往的运行、合计，以及没有成功的', 'past runs, their totals and what did not go through'),
    arguments: [['[run]', w('运行编号；不写则列出最近的运行', 'a run id; without it, the latest runs')]],
    flags: FLAGS,
    prints: ['runs', 'report'],
    run: runs,
  }),
];

type NotedRun = Extract<Printed<'runs'>, { runs: unknown }>['runs'][number];

/** Reads the ledger, and for a report the data kept of the run. */
async function runs(flags: RunsFlags, run: string | undefined): Promise<number> {
  const { json } = flags;
  // --json asks for another object than a format that the settings file names.
  const format = json && originOf(flags, 'format') !== 'flag' ? undefined : flags.format;
  const wantsReport = format !== undefined || flags.report.length > 0;
  const asked = (['format', 'report'] as const).filter((name) => originOf(flags, name) === 'flag');
  if (asked.length > 0 && run === undefined) {
    throw new HireSyncError(
      'CONFIG_INVALID',
      w(
        '--format 和 --report 针对某一次运行：`hire-sync runs RUN --format html`。`hire-sync runs` 列出已有的运行。',
        '--format and --report are about one run: `hire-sync runs RUN --format html`. `hire-sync runs` lists them.',
      ),
    );
  }
  const language = languageIn(flags.lang);
  const ledger = openForReading(flags.ledger);
  try {
    const limit = flags.limit === 0 ? -1 : flags.limit;
    if (run === undefined) {
      const list = ledger.runs.list(limit);
      await (json ? printJson<'runs'>({ runs: list.map(noted) }) : print(lines(runList(list, language))));
      return EXIT.done;
    }
    const found = ledger.runs.find(run);
    if (found === undefined) throw noSuchRun(ledger, run);
    const exitCode = wantsReport ? await reportOf(run, { ...flags, json: false, format }) : EXIT.done;
    if (format !== undefined) return exitCode;
    const issues = ledger.runs.issues(run, json ? -1 : limit);
    await (json
      ? printJson<'runs'>({ ...noted(found), issues })
      : print(lines(runDetail(found, issues, language))));
    return exitCode;
  } finally {
    ledger.close();
  }
}

/** Makes the reports of an earlier run from what was kept of it. */
async function reportOf(run: string, flags: RunsFlags): Promise<number> {
  const data = join(runsFolder(flags.ledger), run, STORED);
  const wishes = wishesOf(flags, [flags.ledger, data]);
  const stored = openStoredRun(data);
  try {
    const failures = await giveOut(stored, wishes, flags.format !== undefined);
    return allWritten(failures) ? EXIT.done : EXIT.error;
  } finally {
    stored.close();
  }
}

function noted({ summary, stopped, startedAt, finishedAt, mode, ...rest }: RunRow): NotedRun {
  return {
    ...rest,
    mode: mode as NotedRun['mode'],
    stopped: stopped === null ? null : (JSON.parse(stopped) as NotedRun['stopped']),
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: finishedAt === null ? null : new Date(finishedAt).toISOString(),
    report: summary === null ? null : (JSON.parse(summary) as NotedRun['report']),
  };
}
