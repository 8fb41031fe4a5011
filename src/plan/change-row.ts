import type { Change, ChangeKind, Drift, FieldChange, Payload, Problem } from '../model.ts';
import type { Reason } from '../reason.ts';
import { knownBy } from './mapped.ts';
import type { PlannedChange } from './planned.ts';

/** A change as a row of the plan's table. */
export interface Row {
  seq: number;
  key: string | null;
  kind: ChangeKind;
  file: string;
  line: number;
  remote_id: string | null;
  payload: string | null;
  fingerprint: string | null;
  detail: string | null;
  original: string | null;
  sameness: string;
}

/** The detail of a rejected row. `hidden`: its key is for looking it up alone. */
interface Rejected {
  readonly problems: readonly Problem[];
  readonly hidden?: boolean;
}

export function cellsOf(change: Change): Omit<Row, 'seq' | 'original' | 'sameness'> {
  const none = { remote_id: null, payload: null, fingerprint: null, detail: null };
  const base = {
    ...none,
    key: change.key,
    kind: change.kind,
    file: change.origin.file,
    line: change.origin.line,
  };
  switch (change.kind) {
    case 'create': {
      const detail = change.recreates === undefined ? null : JSON.stringify({ recreates: change.recreates });
      return { ...base, payload: change.payload.json, fingerprint: change.payload.fingerprint, detail };
    }
    case 'adopt':
    case 'update':
    case 'record': {
      const { payload, remoteId, kind: _, key: __, origin: ___, ...detail } = change;
      const cells = { remote_id: remoteId, payload: payload.json, fingerprint: payload.fingerprint };
      return { ...base, ...cells, detail: JSON.stringify(detail) };
    }
    case 'drifted':
      return { ...base, remote_id: change.remoteId, detail: JSON.stringify({ drift: change.drift }) };
    case 'unchanged':
      return { ...base, remote_id: change.remoteId };
    case 'forgotten':
      return base;
    case 'held': {
      const { reason, drift } = change;
      return { ...base, detail: JSON.stringify(drift === undefined ? { reason } : { reason, drift }) };
    }
    case 'skipped':
    case 'in-doubt':
      return { ...base, detail: JSON.stringify({ reason: change.reason }) };
    case 'rejected': {
      const { problems, hiddenKey } = change;
      const detail: Rejected = { problems, ...(hiddenKey === undefined ? {} : { hidden: true }) };
      return { ...base, key: knownBy(change), detail: JSON.stringify(detail) };
    }
  }
}

export function plannedChange(row: Row): PlannedChange {
  const change = changeOf(row);
  const planned = { seq: row.seq, change, original: row.original };
  return change.key === null && row.key !== null ? { ...planned, hiddenKey: row.key } : planned;
}

function changeOf(row: Row): Change {
  const origin = { file: row.file, line: row.line };
  const key = row.key ?? '';
  // Written by `cellsOf` of the same kind.
  const detail = <T>(): T => JSON.parse(row.detail ?? '{}') as T;
  const payload: Payload = { json: row.payload ?? '', fingerprint: row.fingerprint ?? '' };
  const remoteId = row.remote_id ?? '';
  switch (row.kind) {
    case 'create':
      return { kind: row.kind, key, origin, payload, ...detail<object>() };
    case 'adopt':
      return { kind: row.kind, key, origin, remoteId, payload };
    case 'update':
      return { kind: row.kind, key, origin, remoteId, payload, ...detail<{ fields: FieldChange[] }>() };
    case 'record':
      return { kind: row.kind, key, origin, remoteId, payload, ...detail<object>() };
    case 'drifted':
      return { kind: row.kind, key, origin, remoteId, ...detail<{ drift: Drift }>() };
    case 'unchanged':
      return { kind: row.kind, key, origin, remoteId };
    case 'forgotten':
      return { kind: row.kind, key: null, origin };
    case 'skipped':
      return { kind: row.kind, key: row.key, origin, ...detail<{ reason: Reason }>() };
    case 'held':
    case 'in-doubt':
      return { kind: row.kind, key, origin, ...detail<{ reason: Reason }>() };
    case 'rejected': {
      const { problems, hidden } = detail<Rejected>();
      return { kind: row.kind, key: hidden === true ? null : row.key, origin, problems };
    }
  }
}
