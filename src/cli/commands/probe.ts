import { dirname, join, resolve } from 'node:path';
import { HireSyncError } from '../../errors.ts';
import type { Tenant } from '../../ledger/tenant.ts';
import { createLog } from '../../ops/log.ts';
import { watchHeaders } from '../../probe/burst.ts';
import { isFindings } from '../../probe/findings.ts';
import { type Probed, probe as runProbe } from '../../probe/probe.ts';
import { pad, widthOf } from '../../report/columns.ts';
import { w } from '../../report/sentences.ts';
import { errorTold } from '../../report/stops.ts';
import { EXIT } from '../../result/exit.ts';
import { command } from '../command.ts';
import { confirm } from '../confirm.ts';
import { readEnvironment } from '../environment.ts';
import { exitCodeFor } from '../exit-code.ts';
import { required, text, toggle, type Values } from '../flag.ts';
import { openFeishu } from '../open-feishu.ts';
import { lines, print, printJson, say, sayWhy, told } from '../output.ts';
import { checkOutputs, type Output, writeOutput } from '../outputs.ts';
import { PROBE_STEPS, tableOf } from '../probe-table.ts';
import { allWritten, tryTo } from '../reports.ts';
import { settings } from '../settings.ts';
import { listenToSignals } from '../signals.ts';

const FLAGS = {
  application: required(
    text(
      '<id>',
      'the external application (Feishu id) under which it may write and delete',
      /^[0-9]{1,20}$/,
      w(
        '请指明可供探测写入的外部投递（飞书 ID，1 到 20 位数字），最好是专为测试新建的。',
        'name the external application (its Feishu id, 1 to 20 digits) under which the probe may write, best one made for tests.',
      ),
    ),
  ),
  yes: toggle('write without asking'),
  burst: toggle('also send 12 reads at once, to see how Feishu limits'),
  out: text('<file>', 'what it found (default: probe.json beside the ledger, where sync looks for it)'),
  ...settings('ledger', 'rate', 'logLevel', 'logFormat'),
  json: toggle('what it found as one JSON object on stdout'),
};
type ProbeFlags = Values<typeof FLAGS>;

export const commands = [
  command({
    name: 'probe',
    summary: w(
      '在测试投递下做实验，查明飞书文档没有写明的行为',
      'find out by experiment, under a test application, what the documents of Feishu leave open',
    ),
    arguments: [],
    flags: FLAGS,
    prints: ['probe'],
    run: probe,
  }),
];

/**
 * Writes probe.json for the syncs that follow. Exit 0, 1 when that file could not be written, 3 when something it made
 * could not be deleted.
 */
async function probe(flags: ProbeFlags): Promise<number> {
  const { application } = flags;
  const out: Output = {
    flag: '--out',
    path: flags.out === undefined ? join(dirname(flags.ledger), 'probe.json') : resolve(flags.out),
    // The default name is hire-sync's own: there a damaged one is replaced as well.
    isOurs: (head) => flags.out === undefined || isFindings(head),
  };
  // It takes dozens of writes to Feishu: where it goes is looked at before.
  checkOutputs([out], [flags.ledger]);
  const log = createLog({ level: flags.logLevel, format: flags.logFormat });
  const watch = watchHeaders();
  const signals = listenToSignals(say);
  const feishu = openFeishu({
    environment: readEnvironment(),
    rate: flags.rate,
    signals,
    log,
    onResponse: watch.onResponse,
  });
  try {
    if (!(await isAllowed(flags, feishu.tenant, signals.stopping))) {
      say(w('没有发出任何请求。', 'Nothing was sent.'));
      return signals.exitCode() ?? EXIT.usage;
    }
    await feishu.ready();
    const probed = await runProbe({
      ...feishu,
      application,
      burst: flags.burst ? watch : null,
      now: Date.now,
      onStep: (step) => {
        if (process.stderr.isTTY) say(w(`…… ${PROBE_STEPS[step].zh}`, `… ${PROBE_STEPS[step].en}`));
      },
    });
    return await tell(probed, { out, json: flags.json, signalled: signals.exitCode() });
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
    const file = `${JSON.stringify(findings, null, 2)}\n`;
    // What was found, and what is left, is told all the same: it took dozens of writes to Feishu.
    const failures = tryTo(w('探测结果', 'what was found'), out.path, () => writeOutput(out, [file]));
    unwritten = failures.length > 0;
    const written = unwritten ? [] : ['', told(w(`已写入 ${out.path}。`, `Written to ${out.path}.`))];
    const table = tableOf(findings).map(([what, found]) => [told(what), told(found)] as const);
    const width = Math.max(...table.map(([what]) => widthOf(what)));
    const text = table.map(([what, found]) => `${pad(what, width)}  ${found}`);
    await (json ? printJson<'probe'>(findings) : print(lines([...text, ...written])));
    allWritten(failures);
  }
  if (earlier > 0)
    say(
      w(
        `已删除先前的探测留下的面试 ${earlier} 条。`,
        `Deleted what an earlier probe had left behind: ${earlier === 1 ? '1 interview' : `${earlier} interviews`}.`,
      ),
    );
  for (const { id, why } of left) {
    say(
      id === null
        ? w(
            `可能留下了这次探测的一条面试（${why}）；下一次探测会删除它。`,
            `An interview of this probe may be left (${why}); the next probe deletes it.`,
          )
        : w(
            `无法删除面试 ${id}（${why}）；请手动删除，或由下一次探测删除。`,
            `Could not delete interview ${id} (${why}); delete it, or let the next probe do it.`,
          ),
    );
  }
  if (error !== null) {
    if (!HireSyncError.is(error)) throw error;
    sayWhy(errorTold(error));
    return signalled ?? exitCodeFor(error);
  }
  if (unwritten) return signalled ?? EXIT.error;
  return signalled ?? (left.length > 0 ? EXIT.leftOpen : EXIT.done);
}

async function isAllowed(
  { yes, burst, application }: ProbeFlags,
  { appId, baseUrl }: Tenant,
  stopping: AbortSignal,
): Promise<boolean> {
  if (yes) return true;
  const more = burst
    ? w(
        '还会同时发出 12 次读取，可能使该应用的其他用途变慢。',
        ' It also sends 12 reads at once, which may slow down what else uses this app.',
      )
    : w('', '');
  const question = w(
    `探测会在投递 ${application} 下（应用 ${appId}，${baseUrl}）新建标有“hire-sync probe”的测试面试，修改约三十次，然后删除。${more.zh}`,
    `The probe creates test interviews marked "hire-sync probe" under application ${application} (app ${appId} at ${baseUrl}), changes them some thirty times and deletes them.${more.en}`,
  );
  return confirm(question, process.stdin, process.stderr, stopping);
}
