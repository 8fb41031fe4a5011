import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Reason, ReasonCode } from '../../src/reason.ts';
import { runCli } from '../faults/cli.ts';
import { createInFeishu, deleteInFeishu, editInFeishu } from '../faults/feishu-user.ts';
import { bodyOf, csvOf } from '../faults/rows.ts';
import { BATCH_QUERY } from '../target.ts';
import { type Arrange, aPlace, KEY, type Place, ROW, ROWS } from './scene.ts';

const CHANGED = { ...ROW, comment: '改过' };
const OTHERS = ROWS.slice(1);
const policy = (onDrift: 'overwrite' | 'keep' | 'hold', repairDrift = false) => ({
  drift: { onDrift, repairDrift, recreateMissing: false },
});
const idOf = ({ stage }: Place): string => stage.entries().get(KEY)?.remote_id ?? '';
/** Somebody enters an object in Feishu that is the record's in all but the comment. */
const entered = (place: Place, row = ROW) => createInFeishu(place.stage.sandbox, bodyOf(row));

/** A record whose create has no answer, and that is held in the ledger. */
const heldCreate =
  (reason: Reason): Arrange =>
  async (context) => {
    const place = await aPlace(context);
    await place.night(OTHERS);
    await place.openCreate(reason);
    place.stage.write(ROWS);
    const look = async () => (await place.run()).reason;
    return { stage: place.stage, look, object: () => entered(place, { ...ROW, comment: '手工' }) };
  };

/** For each code of a held, doubtful or skipped row: a record that has it. */
export const HELD = {
  'missing-in-feishu': async (context) => {
    const place = await aPlace(context);
    await place.night(ROWS);
    place.stage.daysLater();
    await deleteInFeishu(place.stage.sandbox, idOf(place));
    // As after `plan --remote`: the source did not change, and the ledger knows nothing of it.
    let remote = true;
    const look = async () => {
      const planOnly = remote;
      remote = false;
      const { reason } = await place.run({ planOnly });
      if (reason !== null || planOnly) return reason;
      return (await place.run({ planOnly: true })).reason;
    };
    return { stage: place.stage, look, object: () => entered(place) };
  },
  'not-visible-yet': async (context) => {
    const place = await aPlace(context);
    await place.night(ROWS);
    place.stage.sandbox.setQuirks([{ read: { kind: 'omit', ids: [idOf(place)] } }]);
    place.stage.write([CHANGED, ...OTHERS]);
    return {
      stage: place.stage,
      look: async () => (await place.run()).reason,
      happens: () => place.stage.sandbox.setQuirks([]),
      object: () => entered(place, { ...ROW, comment: '手工' }),
    };
  },
  'owned-by-another': heldCreate({ code: 'owned-by-another', remoteId: '6900000000000000001' }),
  'ambiguous-objects': heldCreate({ code: 'ambiguous-objects', ids: ['1', '2'], records: 1 }),
  'refused-repeat': heldCreate({ code: 'refused-repeat' }),
  'other-application': heldCreate({
    code: 'other-application',
    remoteId: '6900000000000000001',
    application: '6960663240999999999',
  }),
  'answered-with-another': heldCreate({ code: 'answered-with-another', remoteId: '6900000000000000001' }),
  'beside-strangers': heldCreate({ code: 'beside-strangers', ids: ['6900000000000000001'] }),
  'masked-values': async (context) => {
    const place = await aPlace(context);
    await place.night(ROWS);
    const { sandbox } = place.stage;
    const fields = ['interview_assessments.content', 'result'];
    sandbox.setQuirks([{ only: idOf(place), show: [{ kind: 'mask', fields }] }]);
    place.stage.write([{ ...ROW, verdict: '不通过' }, ...OTHERS]);
    const look = async () => (await place.run(policy('keep'))).reason;
    return { stage: place.stage, look, happens: () => sandbox.setQuirks([]) };
  },
  'near-stranger': async (context) => {
    const place = await aPlace(context);
    await place.night(OTHERS);
    // Somebody typed it by hand, with another comment.
    const id = await entered(place, { ...ROW, comment: '手工' });
    place.stage.write(ROWS);
    const look = async () => (await place.run()).reason;
    return { stage: place.stage, look, object: async () => id };
  },
  'near-other-pipeline': async (context) => {
    const place = await aPlace(context);
    await place.night(ROWS);
    const { pipelineFile } = place.stage;
    writeFileSync(
      pipelineFile,
      readFileSync(pipelineFile, 'utf8').replace("name: 'faults'", "name: 'renamed'"),
    );
    place.stage.write([CHANGED]);
    return { stage: place.stage, look: async () => (await place.run()).reason };
  },
  'near-missing': async (context) => {
    const place = await aPlace(context);
    await place.night([{ ...ROW, id: '001' }, ...OTHERS]);
    place.stage.write(ROWS);
    return { stage: place.stage, look: async () => (await place.run()).reason };
  },
  'held-by-older-version': heldCreate({ code: 'held-by-older-version', words: '王强' }),
  'drops-child': async (context) => {
    const place = await aPlace(context, {
      edit: (text) =>
        text
          .replace('import { csv,', 'import { csv, join, many,')
          .replace(
            /source: (csv\('interviews.csv', \{[^}]*\}\))/,
            "source: join($1, { more: many(csv('more.csv', { columns: ['id', 'who'] }), 'id') })",
          )
          .replace(
            'interview_assessments: [',
            'interview_assessments: [\n ...row.more.map((one) => ({ username: one.who })),',
          ),
    });
    const more = (...keys: string[]) =>
      writeFileSync(
        join(place.stage.source, 'more.csv'),
        ['id,who', ...keys.map((key) => `${key},赵六`), ''].join('\n'),
      );
    more('R-001', 'R-002');
    await place.night(ROWS);
    more('R-001x', 'R-002');
    const look = async () => (await place.run()).reason;
    return { stage: place.stage, look, happens: () => more('R-001', 'R-002') };
  },
  'not-compared': async (context) => {
    const place = await aPlace(context);
    await place.night(ROWS);
    const { sandbox } = place.stage;
    sandbox.setFaults([
      { match: { endpoint: BATCH_QUERY }, fault: { kind: 'error', status: 500, code: 1002001 } },
    ]);
    const look = async () => (await place.run(policy('overwrite', true))).reason;
    return { stage: place.stage, look, happens: () => sandbox.setFaults([]) };
  },
  'changed-since-plan': async (context) => {
    const place = await aPlace(context);
    const { stage } = place;
    await place.night(ROWS);
    stage.write([CHANGED, ...OTHERS]);
    const folder = dirname(stage.ledgerFile);
    const [old, anew] = [join(folder, 'old.plan'), join(folder, 'new.plan')];
    const args = ['plan', stage.pipelineFile, '--source', stage.source, '--ledger', stage.ledgerFile];
    await runCli([...args, '--json', '--out', old], { cwd: folder, url: stage.url });
    await editInFeishu(stage.sandbox, idOf(place), { ...bodyOf(ROW), participate_status: 3 });
    const look = async () => (await place.run({ saved: existsSync(anew) ? anew : old })).reason;
    return { stage, look };
  },
  'changed-in-feishu': async (context) => {
    const place = await aPlace(context);
    await place.night(ROWS);
    await editInFeishu(place.stage.sandbox, idOf(place), { ...bodyOf(ROW), participate_status: 3 });
    place.stage.write([CHANGED, ...OTHERS]);
    return { stage: place.stage, look: async () => (await place.run(policy('hold'))).reason };
  },
  'kept-does-not-fit': async (context) => {
    const place = await aPlace(context);
    await place.night(ROWS);
    const end_time = ROW.beginMs + 3_600_000;
    await editInFeishu(place.stage.sandbox, idOf(place), { ...bodyOf(ROW), end_time });
    place.stage.write([{ ...ROW, beginMs: end_time + 60_000 }, ...OTHERS]);
    return { stage: place.stage, look: async () => (await place.run(policy('keep'))).reason };
  },
  'named-by-hand': async (context) => {
    const place = await aPlace(context);
    await place.night(OTHERS);
    await place.openCreate({ code: 'refused-repeat' });
    const remoteId = await entered(place, { ...ROW, comment: '手工' });
    await place.withLedger((ledger) => {
      const record = ledger.find('faults', KEY);
      if (record === undefined) throw new Error('no record');
      ledger.decisions.decide('faults', [{ record, decision: { kind: 'adopt', remoteId } }]);
    });
    place.stage.write(ROWS);
    return { stage: place.stage, look: async () => (await place.run(policy('keep'))).reason };
  },
  'key-reused': async (context) => {
    const place = await aPlace(context);
    await place.night(ROWS);
    const moved = { ...ROW, application: '6960663240999999999' };
    place.stage.write([moved, ...OTHERS]);
    const look = async () => (await place.run()).reason;
    const happens = () => place.stage.write(ROWS);
    return { stage: place.stage, look, happens, object: () => entered(place, moved) };
  },
  waiting: async (context) => {
    const place = await aPlace(context, {
      edit: (text) =>
        text
          .replace('import { csv,', 'import { csv, csvLookup,')
          .replace(
            "name: 'faults',",
            "name: 'faults', lookups: { application: csvLookup('applications.csv', 'no', 'feishu') },",
          )
          .replace('map: (row) =>', 'map: (row, { lookup }) =>')
          .replace('required(row.application)', "lookup('application', row.application)"),
    });
    const known = (...rows: (typeof ROW)[]) =>
      writeFileSync(
        join(place.stage.source, 'applications.csv'),
        ['no,feishu', ...new Set(rows.map((row) => `${row.application},${row.application}`)), ''].join('\n'),
      );
    known();
    return { stage: place.stage, look: async () => (await place.run()).reason, happens: () => known(ROW) };
  },
  'undo-delete-in-doubt': async (context) => {
    const place = await aPlace(context);
    const run = await place.night(ROWS);
    await place.withLedger((ledger, owner) => {
      ledger.undos.beginDelete({ run: owner, undoes: run, pipeline: 'faults', key: KEY });
    });
    const look = async () => (await place.run()).reason;
    return { stage: place.stage, look, object: () => entered(place) };
  },
  'create-in-doubt': async (context) => {
    const place = await aPlace(context);
    await place.night(OTHERS);
    await place.openCreate();
    place.stage.write(ROWS);
    const look = async () => (await place.run({ planOnly: true })).reason;
    return { stage: place.stage, look, happens: () => place.run() };
  },
  'skipped-by-pipeline': async (context) => {
    const place = await aPlace(context, {
      rows: [{ ...ROW, comment: '取消' }, ...OTHERS],
      edit: (text) =>
        text.replace(
          'key: (row) => row.id,',
          "key: (row) => row.id,\n  skip: (row) => row.comment === '取消' && 'cancelled 王强',",
        ),
    });
    const look = async () => (await place.run()).reason;
    return { stage: place.stage, look, happens: () => place.stage.write(ROWS) };
  },
  'duplicate-row': async (context) => {
    const place = await aPlace(context);
    writeFileSync(join(place.stage.source, 'interviews.csv'), csvOf([...ROWS, ROW]));
    const look = async () => (await place.run()).reason;
    return { stage: place.stage, look, happens: () => place.stage.write(ROWS) };
  },
  'decided-skip': async (context) => {
    const place = await aPlace(context);
    await place.night(ROWS);
    await place.withLedger((ledger) => {
      const record = ledger.find('faults', KEY);
      if (record === undefined) throw new Error('no record');
      ledger.decisions.decide('faults', [{ record, decision: { kind: 'skip' } }]);
    });
    return { stage: place.stage, look: async () => (await place.run()).reason };
  },
} satisfies Partial<Record<ReasonCode, Arrange>>;
