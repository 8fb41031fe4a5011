import type { Change } from '../model.ts';

/** What Feishu has to be asked about a planned change, so that the answer can be held against it. */
export function questionOf(change: Change): Change {
  switch (change.kind) {
    case 'adopt': {
      const { key, origin, payload } = change;
      return { kind: 'create', key, origin, payload };
    }
    case 'record':
      return { ...change, kind: 'update', fields: [] };
    case 'create':
    case 'update':
    case 'drifted':
    case 'unchanged':
    case 'forgotten':
    case 'skipped':
    case 'held':
    case 'in-doubt':
    case 'rejected':
      return change;
  }
}

/** Whether what is decided now is what was planned: the same act on the same object with the same bodies before and after. */
export function isDecided(now: Change, planned: Change): boolean {
  return textOf(now) === textOf(planned);
}

/** Whether Feishu holds by now what was to be written: only the ledger is left to be told. */
export function isThereAlready(now: Change, planned: Change): boolean {
  const known = now.kind === 'record' && planned.kind === 'update';
  const foreign = now.kind === 'adopt' && planned.kind === 'create';
  return (known || foreign) && now.payload.fingerprint === planned.payload.fingerprint;
}

function textOf(change: Change): string {
  const at = { kind: change.kind, key: change.key };
  switch (change.kind) {
    case 'create':
      return JSON.stringify({ ...at, payload: change.payload.fingerprint, recreates: change.recreates });
    case 'adopt':
    case 'update':
    case 'record': {
      const { remoteId, payload } = change;
      const [source, drift] = change.kind === 'adopt' ? [] : [change.source, change.drift];
      const overwrites = change.kind === 'update' ? change.overwrites : undefined;
      const found = (drift?.found ?? overwrites)?.fingerprint;
      return JSON.stringify({
        ...at,
        remoteId,
        payload: payload.fingerprint,
        source: source?.fingerprint,
        found,
      });
    }
    case 'drifted':
    case 'unchanged':
    case 'forgotten':
    case 'skipped':
    case 'held':
    case 'in-doubt':
    case 'rejected':
      return JSON.stringify(at);
  }
}
