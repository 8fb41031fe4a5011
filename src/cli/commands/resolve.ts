import { existsSync } from 'node:fs';
import { parseSettings } from '../../config.ts';
import { HireSyncError } from '../../errors.ts';
import * as self from '../../index.ts';
import type { Decision } from '../../ledger/decisions.ts';
import { type Ledger, openLedger } from '../../ledger/ledger.ts';
import type { Pipeline } from '../../pipeline/define.ts';
import { loadPipeline } from '../../pipeline/load.ts';
import { lines, print } from '../output.ts';

/** Flags of `hire-sync resolve`: exactly one of the three decisions. */
export interface ResolveFlags {
  readonly ledger?: string;
  readonly adopt?: string;
  readonly create?: boolean;
  readonly skip?: boolean;
}

/** `hire-sync resolve PIPELINE KEY --adopt ID | --create | --skip`. Returns the exit code. */
export async function resolveHeld(pipeline: string, key: string, flags: ResolveFlags): Promise<number> {
  const decision = decisionOf(flags);
  const config = parseSettings({ ledger: flags.ledger }, process.cwd());
  const loaded = existsSync(pipeline) ? (await loadPipeline(pipeline, self)).pipeline : undefined;
  const name = loaded?.name ?? pipeline;
  if (!existsSync(config.ledgerFile)) {
    throw new HireSyncError('CONFIG_INVALID', `There is no ledger ${config.ledgerFile}.`);
  }
  const ledger = openLedger({ file: config.ledgerFile, mode: 'write', now: Date.now });
  const owner = `resolve-${process.pid}`;
  try {
    ledger.leases.acquire(owner);
    const entry = ledger.find(name, key);
    if (entry === undefined && ledger.waiting.since(name, key) !== null) {
      const message = `The record "${key}" waits for something a lookup does not have yet (see \`hire-sync plan\`): add it there; there is nothing to decide.`;
      throw new HireSyncError('CONFIG_INVALID', message);
    }
    if (entry === undefined) {
      await print(lines(decideAhead({ name, key, decision, loaded }, ledger)));
      return 0;
    }
    if (entry.held === null && entry.decision === null) {
      const message = `The record "${key}" is not held (state: ${entry.state}); there is nothing to decide.`;
      throw new HireSyncError('CONFIG_INVALID', message);
    }
    ledger.decide(name, entry, decision);
    await print(lines([`${key}: ${SAID[decision.kind]}`]));
    return 0;
  } finally {
    ledger.leases.release(owner);
    ledger.close();
  }
}

interface AheadOfEntry {
  readonly name: string;
  readonly key: string;
  readonly decision: Decision;
  readonly loaded: Pipeline | undefined;
}

/** A create that is held has no entry: the decision is kept for the next sync. */
function decideAhead({ name, key, decision, loaded }: AheadOfEntry, ledger: Ledger): readonly string[] {
  const isHeld = ledger.runs.hasHeld(name, key);
  if (!isHeld && loaded === undefined) {
    const message = `The ledger knows no record "${key}" of pipeline "${name}". Of a record that only a plan has held so far, give the pipeline's file instead of its name.`;
    throw new HireSyncError('CONFIG_INVALID', message);
  }
  const remark = isHeld ? [] : [`No sync has held "${key}" yet, so nobody has checked how it is spelt.`];
  if (decision.kind !== 'adopt') {
    ledger.ahead.keep(name, { key, kind: decision.kind });
    return [`${key}: ${SAID_AHEAD[decision.kind]}`, ...remark];
  }
  if (loaded === undefined) {
    const message = `Its object is named for the first time: give the pipeline's file instead of its name ("${name}").`;
    throw new HireSyncError('CONFIG_INVALID', message);
  }
  const record = { pipeline: name, key, target: loaded.target.name, externalId: loaded.externalId(key) };
  ledger.enter(record, decision.remoteId);
  return [`${key}: ${SAID.adopt}`, ...remark];
}

const SAID_AHEAD = {
  create: 'to be created by the next sync, whatever is like it.',
  skip: 'will not be written; `resolve --adopt` or `--create` takes that back.',
} as const;

const SAID: Readonly<Record<Decision['kind'], string>> = {
  adopt:
    'adopted; the next sync sends its present state to that object (what is there is kept for an undo), or holds it if it differs under --on-drift keep or hold.',
  create: 'to be created by the next sync, under a new idempotency key.',
  skip: 'will not be written; `resolve --adopt` or `--create` takes that back.',
};

function decisionOf({ adopt, create, skip }: ResolveFlags): Decision {
  const given: Decision[] = [
    ...(adopt === undefined ? [] : [{ kind: 'adopt', remoteId: adopt } as const]),
    ...(create === true ? [{ kind: 'create' } as const] : []),
    ...(skip === true ? [{ kind: 'skip' } as const] : []),
  ];
  const [decision] = given;
  if (decision === undefined || given.length > 1) {
    throw new HireSyncError(
      'CONFIG_INVALID',
      'Say what to do with the record: one of --adopt ID, --create, --skip.',
    );
  }
  if (decision.kind === 'adopt' && !/^[0-9]{1,20}$/.test(decision.remoteId)) {
    throw new HireSyncError(
      'CONFIG_INVALID',
      `--adopt is "${decision.remoteId}": it must be a Feishu id, 1 to 20 digits.`,
    );
  }
  return decision;
}
