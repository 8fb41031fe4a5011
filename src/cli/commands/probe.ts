import { once } from 'node:events';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseSettings } from '../../config.ts';
import { HireSyncError } from '../../errors.ts';
import type { Tenant } from '../../ledger/tenant.ts';
import { createLog } from '../../ops/log.ts';
import { watchHeaders } from '../../probe/burst.ts';
import { isFindings } from '../../probe/findings.ts';
import { type Probed, probe as runProbe } from '../../probe/probe.ts';
import { tableOf } from '../../probe/table.ts';
import { pad } from '../../report/columns.ts';
import { EXIT } from '../../result/exit.ts';
import { readEnvironment } from '../environment.ts';
import { exitCodeFor } from '../exit-code.ts';
import { openFeishu } from '../open-feishu.ts';
import { lines, print, say } from '../output.ts';
import { checkOutputs, type Output, writeOutput } from '../outputs.ts';
import { tryTo } from '../reports.ts';
import { listenToSignals } from '../signals.ts';

/** Flags of `hire-sync probe`. */
export interface ProbeFlags {
  readonly application?: string;
  readonly yes?: boolean;
  readonly burst?: boolean;
  readonly out?: string;
  readonly ledger?: string;
  readonly rate?: string;
  readonly json?: boolean;
  readonly logLevel?: string;
  readonly logFormat?: string;
}

/**
 * `hire-sync probe`: finds out by experiment what Feishu's documents leave open, and writes probe.json for the syncs that
 * follow. Returns the exit code: 0, 1 when that file could not be written, 3 when something it made could not be deleted.
 */
export async function probe(flags: ProbeFlags): Promise<number> {
  const config = parseSettings(flags, process.cwd());
  const application = applicationOf(flags.application);
  const out: Output = {
    flag: '--out',
    path: flags.out === undefined ? join(dirname(config.ledgerFile), 'probe.json') : resolve(flags.out),
    // The default name is hire-sync's own: there a damaged one is replaced as well.
    isOurs: (head) => flags.out === undefined || isFindings(head),
  };
  // It takes dozens of writes to Feishu: where it goes is looked at before.
  checkOutputs([out], [config.ledgerFile]);
  const log = createLog({ level: config.logLevel, format: config.logFormat });
  const watch = watchHeaders();
  const signals = listenToSignals(say);
  const feishu = openFeishu({
    environment: readEnvironment(),
    rate: config.rate,
    signals,
    log,
    onResponse: watch.onResponse,
  });
  try {
    if (!(await isAllowed(flags, application, feishu.tenant, signals.stopping))) {
      say('Nothing was sent.');
      return signals.exitCode() ?? EXIT.usage;
    }
    await feishu.ready();
    const probed = await runProbe({
      ...feishu,
      application,
      burst: flags.burst ? watch : null,
      now: Date.now,
      onStep: (what) => {
        if (process.stderr.isTTY) say(`… ${what}`);
      },
    });
    return await tell(probed, { out, json: flags.json ?? false, signalled: signals.exitCode() });
  } finally {
    await feishu.close();
    signals.dispose();
  }
}

async function tell(
  { findings, left, earlier, error }: Probed,
  { out, json, signalled }: { out: Output; json: boolean; signalled: number | null },
): Promise<number> {
  let unwritten = false;
  if (findings !== null) {
    const text = `${JSON.stringify(findings, null, 2)}\n`;
    // What was found, and what is left, is told all the same: it took dozens of writes to Feishu.
    const failures = tryTo('what was found', out.path, () => writeOutput(out, [text]));
    unwritten = failures.length > 0;
    const written = unwritten ? [] : ['', `Written to ${out.path}.`];
    const table = tableOf(findings);
    const width = Math.max(...table.map(([what]) => what.length));
    await print(
      json
        ? [`${JSON.stringify(findings)}\n`]
        : lines([...table.map(([what, found]) => `${pad(what, width)}  ${found}`), ...written]),
    );
    for (const { what, file, why } of failures)
      say(`hire-sync: ${what} could not be written to ${file} (${why}).`);
  }
  if (earlier > 0) say(`Deleted ${earlier} interviews that an earlier probe had left behind.`);
  for (const { id, why } of left) {
    say(
      id === null
        ? `An interview of this probe may be left (${why}); the next probe deletes it.`
        : `Could not delete interview ${id} (${why}); delete it, or let the next probe do it.`,
    );
  }
  if (error !== null) {
    if (!HireSyncError.is(error)) throw error;
    say(`hire-sync: ${error.message}`);
    return signalled ?? exitCodeFor(error);
  }
  if (unwritten) return signalled ?? EXIT.error;
  return signalled ?? (left.length > 0 ? EXIT.leftOpen : EXIT.done);
}

function applicationOf(id: string | undefined): string {
  if (id !== undefined && /^[0-9]{1,20}$/.test(id)) return id;
  const given = id === undefined ? 'is missing' : `is "${id}"`;
  throw new HireSyncError(
    'CONFIG_INVALID',
    `--application ${given}: name the external application (its Feishu id, 1 to 20 digits) under which the probe may write, best one made for tests.`,
  );
}

/** @throws HireSyncError CONFIG_INVALID when nobody can be asked */
async function isAllowed(
  { yes, burst }: ProbeFlags,
  application: string,
  { appId, baseUrl }: Tenant,
  stopping: AbortSignal,
): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    const message = 'A probe writes to Feishu, and there is no terminal on which to ask: say so with --yes.';
    throw new HireSyncError('CONFIG_INVALID', message);
  }
  const more = burst ? ' It also sends 12 reads at once, which may slow down what else uses this app.' : '';
  say(
    `The probe creates test interviews marked "hire-sync probe" under application ${application} (app ${appId} at ${baseUrl}), changes them some thirty times and deletes them.${more}`,
  );
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  // The terminal is readline's while it asks: Ctrl-C comes as a key, and Ctrl-D ends the input without an answer.
  asking.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const typed = asking.question('Go on? [y/N] ').catch(() => '');
  const closed = once(asking, 'close').then(() => '');
  const stopped = once(stopping, 'abort').then(() => '');
  try {
    const answer = await Promise.race([typed, closed, stopped]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    asking.close();
  }
}
