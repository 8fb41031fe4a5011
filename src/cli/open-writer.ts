import { dirname, join } from 'node:path';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../ops/log.ts';
import type { Pipeline } from '../pipeline/define.ts';
import type { Writer } from '../pipeline/job.ts';
import { createMeter } from '../writer/meter.ts';
import type { Environment } from './environment.ts';
import { type OpenFeishu, openFeishu } from './open-feishu.ts';
import type { Settings } from './settings.ts';
import type { Signals } from './signals.ts';

/** A writer that holds connections until it is closed. */
export interface OpenWriter extends Writer, Pick<OpenFeishu, 'halt' | 'holdAfter' | 'close'> {}

/** Wires the way to Feishu for one run of one pipeline. @throws HireSyncError CONFIG_INVALID, CREDENTIALS_MISSING */
export function openWriter(input: {
  readonly environment: Environment;
  readonly flags: Pick<Settings, 'ledger' | 'rate'> & Partial<Pick<Settings, 'limiter'>>;
  /** Only its target matters: the endpoints. */
  readonly pipeline: Pick<Pipeline, 'target'>;
  readonly signals: Signals;
  readonly log: Log;
}): OpenWriter {
  const { flags, pipeline, ...rest } = input;
  const { rate, limiter, ledger } = flags;
  const probeFile = join(dirname(ledger), 'probe.json');
  return writerOver(openFeishu({ ...rest, rate, limiter, probeFile }), pipeline);
}

/** What one pipeline writes with: the budgets it is given, its own target's endpoints, its own counts of requests. */
export function writerOver(feishu: OpenFeishu, pipeline: Pick<Pipeline, 'target'>): OpenWriter {
  const meter = createMeter();
  const resource = feishu.client.resource(pipeline.target.name);
  return {
    ready: feishu.ready,
    call: meter.watch(feishu.call),
    callRead: meter.watch(feishu.callRead),
    tenant: feishu.tenant,
    endpoints: {
      create: (body, options) => resource.create(body as { readonly external_id: string }, options),
      update: (id, body, options) => resource.update(id, body, options),
      delete: (id, options) => resource.delete(id, options),
      query: (filter, options) => resource.batchQuery(filter, options),
    },
    stopping: feishu.stopping,
    learned: feishu.learned,
    requests: meter.counts,
    maxWritesPer1000ms: feishu.maxWritesPer1000ms,
    halt: feishu.halt,
    holdAfter: feishu.holdAfter,
    close: feishu.close,
  };
}

/** A typing error in the app id or the address must not claim the ledger: it is bound once the app has signed in. */
export function bindingOnSignIn(writer: OpenWriter, ledger: Pick<Ledger, 'bind'>): OpenWriter {
  const ready = async (): Promise<void> => {
    await writer.ready();
    ledger.bind(writer.tenant);
  };
  return { ...writer, ready };
}
