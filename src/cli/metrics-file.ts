import { metricsText } from '../ops/metrics.ts';
import { w } from '../report/sentences.ts';
import type { Notice } from '../result/notice.ts';
import { checkOutputs, type Output, writeOutput } from './outputs.ts';
import { allWritten, tryTo } from './reports.ts';
import { calledIn } from './values.ts';

/** The file of `--metrics`. @throws HireSyncError CONFIG_INVALID when something else lies there */
export function metricsOutput(
  flags: { readonly ledger: string; readonly metrics?: string | undefined },
  path: string,
): Output {
  const output = {
    flag: calledIn(flags, 'metrics'),
    path,
    isOurs: (head: string) => /^# HELP hire_sync_/.test(head),
  };
  checkOutputs([output], [flags.ledger]);
  return output;
}

const WHAT = w('指标', 'the metrics');

/** Writes it whole, or says why not: that changes no exit code, and whoever reads the file sees how old it is. */
export async function writeMetrics(output: Output, notice: Notice): Promise<void> {
  try {
    const text = await metricsText(notice);
    allWritten(tryTo(WHAT, output.path, () => writeOutput(output, [text])));
  } catch (error) {
    allWritten([
      {
        what: WHAT,
        file: output.path,
        why: w(String((error as Error).message), String((error as Error).message)),
      },
    ]);
  }
}
