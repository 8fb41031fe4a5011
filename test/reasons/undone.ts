import Database from 'better-sqlite3';
import { fingerprintOf } from '../../src/plan/canonical.ts';
import type { ReasonCode } from '../../src/reason.ts';
import type { FaultRule } from '../../src/sandbox/faults.ts';
import { createInFeishu, deleteInFeishu, editInFeishu } from '../faults/feishu-user.ts';
import type { HereOptions } from '../faults/in-process.ts';
import { bodyOf } from '../faults/rows.ts';
import { DELETE, PATH, UPDATE } from '../target.ts';
import { type Arrange, aPlace, KEY, type Place, ROW, ROWS } from './scene.ts';

const OTHERS = ROWS.slice(1);
const CHANGED = [{ ...ROW, comment: '改过' }, ...OTHERS];
const idOf = ({ stage }: Place): string => stage.entries().get(KEY)?.remote_id ?? '';
const edit = (place: Place, body: object = {}) =>
  editInFeishu(place.stage.sandbox, idOf(place), { ...bodyOf(ROW), ...body });

/** What `undo --plan` of the run says of the record. */
const planned = (place: Place, run: string) => async () => (await place.undo(run, 'plan'))?.reason ?? null;

/** What an undo that is carried out could not do: faults on its deletes. */
const refusedBy =
  (...faults: FaultRule[]): Arrange =>
  async (context) => {
    const place = await aPlace(context);
    const run = await place.night(ROWS);
    place.stage.sandbox.setFaults(faults);
    return {
      stage: place.stage,
      look: async () => (await place.undo(run, 'apply'))?.reason ?? null,
      happens: () => place.stage.sandbox.setFaults([]),
      before: () => place.stage.sandbox.setFaults([]),
    };
  };

/** What an undo brings back in the ledger alone; afterwards there is nothing left to take back. */
const done =
  (arrange: (place: Place) => Promise<string>): Arrange =>
  async (context) => {
    const place = await aPlace(context);
    const run = await arrange(place);
    const look = async () => {
      const found = await place.undo(run, 'apply');
      if (found !== null && found.kind !== 'relinked') throw new Error(`not done: ${found.kind}`);
      return found?.reason ?? null;
    };
    return { stage: place.stage, look };
  };

/** For each code of a verify or an undo: a record that has it. */
export const UNDONE = {
  'update-in-doubt': async (context) => {
    const place = await aPlace(context);
    await place.night(ROWS);
    place.stage.sql(`UPDATE entry SET state = 'updating', intent_payload = applied_payload,
                                      intent_fingerprint = applied_fingerprint WHERE key = '${KEY}'`);
    return { stage: place.stage, look: place.verified, happens: () => place.run() };
  },
  'being-written': async (context) => {
    let writing = true;
    let times = 0;
    const place: Place = await aPlace(context, {
      onRequest: ({ method, url }, stage) => {
        if (!writing || method !== 'POST' || !url.includes(`${PATH}/batch_query`)) return;
        // Another run writes it while its answer is on its way.
        const json = JSON.stringify({ participate_status: ++times });
        stage.sql(`UPDATE entry SET applied_payload = '${json}', applied_fingerprint = '${fingerprintOf(json)}'
                   WHERE key = '${KEY}'`);
      },
    });
    writing = false;
    await place.night(ROWS);
    await edit(place, { participate_status: 3 });
    writing = true;
    const look = async () => {
      const found = await place.verified();
      writing = false;
      return found;
    };
    return { stage: place.stage, look };
  },
  'may-be-create-of': async (context) => {
    const place = await aPlace(context);
    await place.night(OTHERS);
    await place.openCreate();
    await createInFeishu(place.stage.sandbox, bodyOf(ROW));
    place.stage.write(ROWS);
    // The open create itself comes after the object it may be.
    const look = async () => {
      const found = await place.verified();
      return found;
    };
    return { stage: place.stage, look, happens: () => place.run() };
  },
  'undo-not-in-ledger': async (context) => {
    const place = await aPlace(context);
    await place.night(ROWS);
    const run = await place.night(CHANGED);
    place.stage.daysLater();
    await deleteInFeishu(place.stage.sandbox, idOf(place));
    const drift = { onDrift: 'overwrite', repairDrift: false, recreateMissing: true } as const;
    await place.night(CHANGED, { drift });
    return { stage: place.stage, look: planned(place, run) };
  },
  'undo-named-since': async (context) => {
    const place = await aPlace(context);
    await place.night(ROWS);
    const run = await place.night(CHANGED);
    await place.withLedger((ledger) => {
      const record = ledger.find('faults', KEY);
      if (record === undefined) throw new Error('no record');
      ledger.decisions.decide('faults', [
        { record, decision: { kind: 'adopt', remoteId: record.remoteId ?? '' } },
      ]);
    });
    return { stage: place.stage, look: planned(place, run) };
  },
  'undo-changed-since': async (context) => {
    const place = await aPlace(context);
    const run = await place.night(ROWS);
    await place.night(CHANGED);
    return { stage: place.stage, look: planned(place, run) };
  },
  'undo-edited-since': async (context) => {
    const place = await aPlace(context);
    const run = await place.night(ROWS);
    await edit(place, { participate_status: 3 });
    return { stage: place.stage, look: planned(place, run), happens: () => edit(place) };
  },
  'undo-deleted-since': async (context) => {
    const place = await aPlace(context);
    await place.night(ROWS);
    const run = await place.night(CHANGED);
    place.stage.daysLater();
    await deleteInFeishu(place.stage.sandbox, idOf(place));
    return { stage: place.stage, look: planned(place, run) };
  },
  'undo-version-unknown': async (context) => {
    const place = await aPlace(context);
    await place.night(ROWS);
    const run = await place.night(CHANGED);
    place.stage.sql(`UPDATE version SET before_payload = '{}', found_payload = NULL WHERE key = '${KEY}'`);
    return { stage: place.stage, look: planned(place, run), happens: () => edit(place) };
  },
  'undo-version-not-kept': async (context) => {
    const place = await aPlace(context);
    await place.night(ROWS);
    const run = await place.night(CHANGED);
    place.stage.sql(`DELETE FROM version WHERE key = '${KEY}'`);
    return { stage: place.stage, look: planned(place, run) };
  },
  'undo-request-in-doubt': async (context) => {
    const place = await aPlace(context);
    await place.night(ROWS);
    // Feishu holds already what the source says from now on: the run only notes it.
    await edit(place, { ...bodyOf({ ...ROW, comment: '改过' }) });
    const run = await place.night(CHANGED);
    place.stage.sql(`UPDATE entry SET state = 'updating', intent_payload = applied_payload,
                                      intent_fingerprint = applied_fingerprint WHERE key = '${KEY}'`);
    return { stage: place.stage, look: planned(place, run), happens: () => place.run() };
  },
  'undo-equal-objects': async (context) => {
    const place = await aPlace(context);
    await place.night(OTHERS);
    await place.openCreate();
    for (const _ of [1, 2]) await createInFeishu(place.stage.sandbox, bodyOf(ROW));
    place.stage.write(ROWS);
    const run = firstRunOf(place);
    return { stage: place.stage, look: planned(place, run), happens: () => place.run() };
  },
  'undo-not-visible-yet': async (context) => {
    const place = await aPlace(context);
    await place.night(OTHERS);
    await place.openCreate();
    const run = firstRunOf(place);
    const look = planned(place, run);
    let looked = false;
    return {
      stage: place.stage,
      look: async () => {
        if (looked) return look();
        looked = true;
        const found = await look();
        // The time given has come.
        place.stage.sql('UPDATE entry SET last_attempt_at = last_attempt_at - 3600000');
        return found;
      },
    };
  },
  'undo-other-answer': async (context) => {
    const place = await aPlace(context);
    await place.night(ROWS);
    const run = await place.night(CHANGED);
    const { sandbox } = place.stage;
    sandbox.setQuirks([{ match: { endpoint: UPDATE }, answer: { with: 'unknown' } }]);
    return {
      stage: place.stage,
      look: async () => (await place.undo(run, 'apply'))?.reason ?? null,
      before: () => sandbox.setQuirks([]),
    };
  },
  'undo-no-answer': refusedBy({ match: { endpoint: DELETE }, fault: { kind: 'reset-before' } }),
  'undo-refused': refusedBy({
    match: { endpoint: DELETE },
    fault: { kind: 'error', status: 400, code: 1002002 },
  }),
  'undo-given-up': async (context) => {
    const place = await aPlace(context);
    const run = await place.night(ROWS);
    let isUp = false;
    const noRoute = Object.assign(new Error('connect ECONNREFUSED'), { syscall: 'connect' });
    const fetch: NonNullable<HereOptions['fetch']> = (input, init) => {
      const request = new Request(input, init);
      if (isUp || request.method !== 'DELETE') return place.stage.sandbox.fetch(request);
      return Promise.reject(new TypeError('fetch failed', { cause: noRoute }));
    };
    return {
      stage: place.stage,
      look: async () => (await place.undo(run, 'apply', { fetch }))?.reason ?? null,
      happens: () => {
        isUp = true;
      },
    };
  },
  'undo-adopted': done(async (place) => {
    await place.night(OTHERS);
    await createInFeishu(place.stage.sandbox, bodyOf(ROW));
    return place.night(ROWS);
  }),
  'undo-recorded': done(async (place) => {
    await place.night(ROWS);
    await edit(place, { ...bodyOf({ ...ROW, comment: '改过' }) });
    return place.night(CHANGED);
  }),
  'undo-gone-already': done(async (place) => {
    const run = await place.night(ROWS);
    await deleteInFeishu(place.stage.sandbox, idOf(place));
    return run;
  }),
  'undo-holds-old-version': done(async (place) => {
    await place.night(ROWS);
    const run = await place.night(CHANGED);
    await edit(place);
    return run;
  }),
  'undo-never-arrived': done(async (place) => {
    await place.night(OTHERS);
    await place.openCreate();
    place.stage.sql('UPDATE entry SET last_attempt_at = last_attempt_at - 3600000');
    return firstRunOf(place);
  }),
} satisfies Partial<Record<ReasonCode, Arrange>>;

/** The run that sent the record's create. */
function firstRunOf({ stage }: Place): string {
  const database = new Database(stage.ledgerFile, { readonly: true });
  const run = database.prepare('SELECT first_run FROM entry WHERE key = ?').pluck().get(KEY) as string;
  database.close();
  return run;
}
