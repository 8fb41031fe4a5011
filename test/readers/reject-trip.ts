import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { onTestFinished } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.ts';
import { required, valueMap } from '../../src/mapping/values.ts';
import type { FileCount } from '../../src/model.ts';
import { definePipeline } from '../../src/pipeline/define.ts';
import { planJob } from '../../src/pipeline/planning.ts';
import { eachChange, openPlanStore, type PlanStore } from '../../src/plan/plan-store.ts';
import { settledState } from '../../src/plan/settled-state.ts';
import { childTables } from '../../src/readers/reject-tables.ts';
import type { Source } from '../../src/readers/source.ts';
import { rejectFiles } from '../../src/report/rejects.ts';
import { anIntent } from '../builders.ts';
import { aFolder } from './reading.ts';

type Row = Readonly<Record<string, string>> & { readonly rows?: readonly Readonly<Record<string, string>>[] };

const verdict = valueMap({ 通过: 2, 不通过: 1 });

/** A pipeline over any source whose rows have `id`, `result`, `note`; children or rows of a group are `rows`. */
const pipelineOf = (source: Source<unknown>) =>
  definePipeline({
    name: 'trip',
    target: 'external_interview',
    source: source as Source<Row>,
    key: (row) => row.id,
    map: (row) => ({
      external_application_id: '6960663240925956437',
      interview_assessments: (('rows' in row ? row.rows : undefined) ?? [row]).map((one) => ({
        username: required(one.id),
        conclusion: verdict(one.result),
        content: one.note,
      })),
    }),
  });

/** What one planning came to. */
export interface Tripped {
  readonly store: PlanStore;
  readonly files: readonly FileCount[];
  /** Keys of creates. */
  readonly created: readonly (string | null)[];
  /** Per rejected row: key, and `CODE field` of each problem. */
  readonly rejected: readonly (readonly (string | null)[])[];
  readonly payloads: readonly string[];
  readonly messages: readonly string[];
  /** The text of its rejects.csv. */
  readonly csv: string;
  /** The text of each of its reject files by name. */
  readonly texts: ReadonlyMap<string, string>;
}

/** An export that is planned, whose rejects are written as a run writes them, corrected, and fed back. */
export function aTrip(
  source: Source<unknown>,
  files: Readonly<Record<string, string | Uint8Array>>,
  language: 'zh' | 'en' = 'en',
) {
  const folder = aFolder(files);
  const runs = path.join(folder, 'runs');
  let count = 0;
  const ledger = openLedger({ file: path.join(folder, 'ledger.db'), mode: 'write', now: Date.now });
  onTestFinished(() => ledger.close());
  ledger.leases.acquire('run-1');

  async function plan(onlyRejects?: string): Promise<Tripped> {
    const run = `run-${++count}`;
    const store = openPlanStore();
    onTestFinished(() => store.close());
    const job = { run, pipeline: pipelineOf(source), folder, allowed: [], onlyRejects, runs };
    const planned = await planJob(job, { ledger, store, writer: null, rate: 9, now: Date.now });
    const stateOf = (key: string) => settledState(ledger.find('trip', key));
    const about = {
      ...{ run, pipeline: 'trip', tables: childTables(source), isFedBack: true, stateOf },
      language,
    } as const;
    mkdirSync(path.join(runs, run), { recursive: true });
    const texts = rejectFiles(store, about).map(({ name, original, pieces }) => {
      const text = [...pieces()].join('');
      for (const copy of [name, original]) writeFileSync(path.join(runs, run, copy), text);
      return [name, text] as const;
    });
    const [[, csv] = ['', '']] = texts;
    const creates = [...eachChange(store, ['create'])].map(({ change }) => change);
    const rejects = [...eachChange(store, ['rejected'])].flatMap(({ change }) =>
      change.kind === 'rejected' ? [change] : [],
    );
    return {
      store,
      csv,
      texts: new Map(texts),
      files: planned.files,
      created: creates.map(({ key }) => key),
      payloads: creates.map((change) => (change.kind === 'create' ? change.payload.json : '')),
      rejected: rejects.map(({ key, problems }) => [
        key,
        ...problems.map(({ code, field }) => `${code} ${field}`),
      ]),
      messages: rejects.flatMap(({ problems }) => problems.map(({ message }) => message)),
    };
  }

  return {
    folder,
    runs,
    plan: () => plan(),
    /** Notes the creates of a plan as carried out. */
    settle({ store }: Tripped) {
      for (const { change } of eachChange(store, ['create'])) {
        if (change.kind !== 'create') continue;
        const { key, payload } = change;
        const intent = anIntent({ pipeline: 'trip', key, externalId: `trip:${key}`, payload });
        ledger.settle(ledger.begin(intent), intent, `7-${key}`, { outcome: 'done', code: 0, logId: '' });
      }
    },
    /** Plans the rows of a corrected reject file. */
    feed(text: string | Uint8Array) {
      const file = path.join(folder, `corrected-${count}.csv`);
      writeFileSync(file, text);
      return plan(file);
    },
    /** The same for one that lies somewhere, with what lies beside it. */
    feedFile: (file: string) => plan(file),
    write: (name: string, text: string) => writeFileSync(path.join(folder, name), text),
    read: (name: string) => readFileSync(path.join(folder, name), 'utf8'),
  };
}

export type Cells = Record<string, string>;
export const HEADER = 'id,result,note\n';

export const rowsOf = (text: string): Cells[] =>
  parse(text, { bom: true, columns: true, record_delimiter: '\r\n' });
export const textOf = (rows: readonly Cells[]) =>
  stringify([...rows], { header: true, bom: true, record_delimiter: '\r\n', quoted_match: /[\r\n]/ });
/** As a person corrects: the rows of a reject file with some cells changed. */
export const edited = (text: string, edit: (row: Cells) => Cells) => textOf(rowsOf(text).map(edit));
