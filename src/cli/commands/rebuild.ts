import { createLog } from '../../ops/log.ts';
import { rebuild as rebuildLedger } from '../../pipeline/rebuild.ts';
import { openPlanStore } from '../../plan/plan-store.ts';
import { pad } from '../../report/columns.ts';
import { EXIT } from '../../result/exit.ts';
import { readEnvironment } from '../environment.ts';
import { openForWriting } from '../open-ledger.ts';
import { openSource } from '../open-source.ts';
import { bindingOnSignIn, openWriter } from '../open-writer.ts';
import { lines, print, say } from '../output.ts';
import { type PipelineFlags, prepare } from '../run-pipeline.ts';
import { listenToSignals } from '../signals.ts';
import { withLease } from '../with-lease.ts';

/** `hire-sync ledger rebuild PIPELINE`: exit 0 when every row has its object, 3 when some have none or too many. */
export async function rebuild(file: string, flags: PipelineFlags): Promise<number> {
  const prepared = await prepare(file, flags);
  const { config, pipeline, run: id } = prepared;
  const log = createLog({ level: config.logLevel, format: config.logFormat });
  const signals = listenToSignals(say);
  const writer = openWriter({ environment: readEnvironment(), config, pipeline, signals, log });
  const { sourceAppId } = flags;
  const { stopping } = signals;
  const environment = readEnvironment();
  const source = openSource({ ...prepared, environment, sourceAppId, log, stopping });
  let through = false;
  const store = openPlanStore();
  try {
    const ledger = openForWriting(config.ledgerFile);
    try {
      const listed: string[] = [];
      let more = 0;
      const result = await withLease(ledger, id, writer.halt, () => {
        ledger.checkTenant(writer.tenant);
        return rebuildLedger(
          prepared,
          bindingOnSignIn(writer, ledger),
          { ledger, store, sourceTenant: source.tenant, writer, rate: config.rate, now: Date.now },
          (fate, key, ids) => {
            if (fate === 'matched') return;
            if (config.limit > 0 && listed.length >= config.limit) more++;
            else listed.push(`  ${pad(fate, 10)} ${pad(key, 16)} ${ids.join(', ')}`);
          },
        );
      });
      through = true;
      const { read, known, matched, near, unmatched, ambiguous, others, unknownObjects, applications } =
        result;
      const text = [
        ...listed,
        ...(more > 0 ? [`  … and ${more} more (--limit 0 lists all)`] : []),
        `Rebuild: ${matched} matched, ${near} near, ${unmatched} unmatched, ${ambiguous} ambiguous, ${known} known before, ${others} rejected, skipped or held = ${read} rows read.`,
        ...(near > 0
          ? [
              `Near: much like an object that is there; the next sync holds them, and \`hire-sync resolve\` decides.`,
            ]
          : []),
        `${applications} applications read; ${unknownObjects} objects under them equal no row of the source.`,
      ];
      await print(
        flags.json ? [`${JSON.stringify({ run: id, pipeline: pipeline.name, ...result })}\n`] : lines(text),
      );
      return near + unmatched + ambiguous > 0 ? EXIT.leftOpen : EXIT.done;
    } finally {
      ledger.close();
    }
  } finally {
    store.close();
    await source.end(through);
    await writer.close();
    signals.dispose();
  }
}
