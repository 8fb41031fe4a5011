import type { Change, Drift } from '../model.ts';
import { eachFinding, type Finding, type Findings } from '../plan/findings.ts';
import { eachMissing, eachOrphan } from '../plan/pages.ts';
import { eachChange, type PlanStore } from '../plan/plan-store.ts';
import type { Report } from '../result/report.ts';
import type { UndoKind, UndoReport } from '../result/undo.ts';
import type { Validation } from '../result/validation.ts';
import type { VerifyKind, VerifyReport } from '../result/verify.ts';
import { fateOf } from './fates.ts';
import type { EntryKind } from './kinds.ts';
import type { Described, Edits, Entry, ReportModel } from './report-model.ts';
import { w } from './sentences.ts';

/** What a model of a plan is filled from. */
export type Changes = Pick<PlanStore, 'page' | 'count' | 'orphans' | 'missing' | 'countMissing'> & {
  readonly outcomes: Pick<PlanStore['outcomes'], 'of'>;
  readonly labels: Pick<PlanStore['labels'], 'of'>;
};

/** Of plan, sync and validate: the rows of the plan, then what is missing in the source, then rows without a parent. */
export function modelOfRun(result: Report | Validation, store: Changes, target: Described): ReportModel {
  const isSync = result.mode === 'sync';
  return {
    result,
    target,
    count: (kind) => {
      if (kind === 'gone') return store.countMissing();
      if (kind === 'orphan') return result.orphans;
      // A validation counts the rows that are valid, and keeps none of them.
      if (kind === 'create' && result.mode === 'validate') return 0;
      return store.count(kind as Change['kind']);
    },
    *entries(kinds) {
      const planned = kinds.filter((kind) => kind !== 'gone' && kind !== 'orphan') as Change['kind'][];
      if (planned.length > 0)
        for (const { seq, change } of eachChange(store, planned))
          yield {
            ...entryOf(change, isSync ? fateOf(change, store.outcomes.of(seq)) : undefined),
            ...labelled(store.labels.of(seq)),
          };
      if (kinds.includes('gone'))
        for (const { key, remoteId } of eachMissing(store)) yield { kind: 'gone', key, remoteId };
      if (kinds.includes('orphan'))
        for (const { file, line, message: en, zh } of eachOrphan(store))
          yield { kind: 'orphan', key: null, origin: { file, line }, says: w(zh ?? NO_PARENT, en) };
    },
  };
}

const NO_PARENT = '找不到所属的记录';

/** Of verify and undo: what was found, record by record. */
export function modelOfFindings<Kind extends VerifyKind | UndoKind>(
  result: VerifyReport | UndoReport,
  findings: Pick<Findings<Kind>, 'page' | 'count'>,
  target: Described,
): ReportModel {
  return {
    result,
    target,
    count: (kind) => findings.count(kind as Kind),
    *entries(kinds) {
      for (const finding of eachFinding(findings, kinds as readonly Kind[])) yield entryOfFinding(finding);
    },
  };
}

const labelled = (label: string | undefined) => (label === undefined ? {} : { label });

function entryOf(change: Change, fate: Entry['fate']): Entry {
  const { kind, key, origin } = change;
  return {
    kind,
    key,
    origin,
    ...('remoteId' in change && { remoteId: change.remoteId }),
    ...('payload' in change && { payload: change.payload }),
    ...(change.kind === 'update' && { fields: change.fields }),
    ...('drift' in change && change.drift !== undefined && { edits: editsOf(change, change.drift) }),
    ...('recreates' in change && change.recreates !== undefined && { recreates: change.recreates }),
    ...('reason' in change && { reason: change.reason }),
    ...('problems' in change && { problems: change.problems }),
    ...(fate !== undefined && { fate }),
  };
}

function editsOf(change: Change, { fields, conflicts, policy }: Drift): Edits {
  // A record equals the source already, unless something of Feishu's is kept.
  const isLeft = change.kind === 'drifted' || (change.kind === 'record' && change.source === undefined);
  return { fields, conflicts, policy, decided: !isLeft };
}

/** Kinds whose fields are what somebody did in Feishu, not what is to be written. */
const EDITED: readonly EntryKind[] = ['changed', 'left'];

function entryOfFinding({
  kind,
  key,
  remoteId,
  application,
  reason,
  fields,
}: Finding<VerifyKind | UndoKind>): Entry {
  const edits = { fields, conflicts: [], policy: null, decided: false };
  return {
    kind,
    key,
    remoteId,
    ...(application !== '' && { application }),
    ...(reason !== null && { reason }),
    ...(fields.length > 0 && (EDITED.includes(kind) ? { edits } : { fields })),
  };
}
