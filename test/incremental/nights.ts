import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  csv,
  csvLookup,
  dateTime,
  definePipeline,
  integer,
  join as joined,
  many,
  text,
  valueMap,
} from '../../src/index.ts';
import { type Ledger, openLedger } from '../../src/ledger/ledger.ts';
import type { Change } from '../../src/model.ts';
import type { Pipeline } from '../../src/pipeline/define.ts';
import type { Writer } from '../../src/pipeline/job.ts';
import { planJob } from '../../src/pipeline/planning.ts';
import { type Code, keepMarks } from '../../src/pipeline/skip-unchanged.ts';
import { eachChange, openPlanStore } from '../../src/plan/plan-store.ts';
import type { Encoding } from '../../src/readers/encodings.ts';
import { aFolder } from '../builders.ts';
import { encodeGb18030 } from '../fixtures/gb18030.ts';

/** One night's export: the cells of each file, and how they are written. */
export interface Export {
  interviews: string[][];
  assessments: string[][];
  scores: string[][];
  applications: string[][];
  encoding: Encoding;
  lineEnd: '\n' | '\r\n';
  quoted: boolean;
  /** Cells that hold a line feed and nothing else that needs quotes are written without. */
  bare?: boolean;
}

export const HEADERS = {
  interviews: ['id', 'application', 'status', 'begin', 'remark'],
  assessments: ['aid', 'interview', 'result', 'comment'],
  scores: ['aid', 'title', 'score'],
  applications: ['no', 'external'],
} as const;
export type Table = keyof typeof HEADERS;
export const TABLES = Object.keys(HEADERS) as Table[];

const pad = (index: number) => String(index).padStart(3, '0');

/** `count` interviews with one to three assessments each, every one with up to two scores. */
export function anExport(count: number): Export {
  const made: Export = {
    interviews: [],
    assessments: [],
    scores: [],
    applications: [],
    encoding: 'utf-8',
    lineEnd: '\n',
    quoted: false,
  };
  for (let index = 0; index < count; index++) {
    made.applications.push([`A${pad(index)}`, `69606632409259${pad(index)}`]);
    made.interviews.push([
      `I${pad(index)}`,
      `A${pad(index)}`,
      '完成',
      `2024-03-0${(index % 9) + 1} 09:00`,
      '',
    ]);
    for (let child = 0; child <= index % 3; child++) {
      const aid = `S${pad(index)}${child}`;
      made.assessments.push([aid, `I${pad(index)}`, '通过', `评语 ${index}，"好"\n第二行`]);
      for (let score = 0; score < (index + child) % 3; score++) made.scores.push([aid, `维度${score}`, '7']);
    }
  }
  return made;
}

const verdict = valueMap({ 通过: 2, 不通过: 1 });

export const source = joined(csv('interviews.csv', { columns: HEADERS.interviews }), {
  assessments: many(
    csv('assessments.csv', { columns: HEADERS.assessments }),
    { parent: 'id', child: 'interview' },
    { scores: many(csv('scores.csv', { columns: HEADERS.scores }), 'aid') },
  ),
});

/** Joins three files, looks one up, skips, rejects: the mapping of a common pipeline. */
export const nightly: Pipeline = definePipeline({
  name: 'nightly',
  target: 'external_interview',
  source,
  lookups: { applications: csvLookup('applications.csv', 'no', 'external') },
  key: (row) => row.id,
  skip: (row) => row.status === '取消' && 'cancelled',
  map: (row, { lookup }) => ({
    external_application_id: lookup('applications', row.application),
    begin_time: dateTime(row.begin, 'Asia/Shanghai'),
    interview_assessments: row.assessments.map((one) => ({
      conclusion: verdict(one.result),
      content: text(one.comment),
      assessment_dimension_list: one.scores.map((score) => ({
        assessment_type: 1 as const,
        title: text(score.title),
        score: integer(score.score),
      })),
    })),
  }),
});

function render(
  rows: readonly (readonly string[])[],
  { lineEnd, quoted, encoding, bare = false }: Export,
): Uint8Array {
  const needsQuotes = bare ? /[",\r]/ : /[",\r\n]/;
  const cell = (value: string) =>
    quoted || needsQuotes.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  const whole = rows.map((cells) => `${cells.map(cell).join(',')}${lineEnd}`).join('');
  return encoding === 'gb18030' ? encodeGb18030(whole) : Buffer.from(whole);
}

/** What a night's plan says, without the unchanged records: one of the two ways does not list them. */
export interface Told {
  readonly counts: Readonly<Record<string, number>>;
  readonly changes: readonly Change[];
  /** The rejected rows as they stood in the export. */
  readonly rejects: readonly (string | null)[];
  readonly missing: readonly unknown[];
  readonly orphans: readonly unknown[];
  readonly newest: unknown;
  readonly byFile: unknown;
  readonly files: readonly unknown[];
}

export interface NightOptions {
  readonly pipeline?: Pipeline;
  readonly code?: Code;
  readonly full?: boolean;
}

export const CODE: Code = { sha256: 'a', version: '1.0.0' };
const KINDS = ['create', 'update', 'unchanged', 'skipped', 'held', 'in-doubt', 'rejected'] as const;

/** A ledger, and a folder into which one export after the other is put. */
export function aPlace() {
  const folder = aFolder();
  const ledger: Ledger = openLedger({
    file: join(folder, 'ledger.db'),
    mode: 'write',
    now: () => 1_700_000_000_000,
  });
  onTestFinished(() => ledger.close());
  ledger.leases.acquire('run-1');
  let ids = 0;
  const reads = { stopping: new AbortController().signal } as unknown as Writer;

  const night = async (
    writer: Writer | null,
    options: NightOptions,
    after: (store: ReturnType<typeof openPlanStore>, context: string | null) => void = () => {},
  ) => {
    const { pipeline = nightly, code = CODE, full = false } = options;
    const store = openPlanStore();
    try {
      const job = { run: 'run-1', pipeline, folder, allowed: [], identity: code, full };
      const readings: (number | null)[] = [];
      const onReading = (records: number | null) => void readings.push(records);
      const now = () => 1_700_000_000_000;
      const plan = await planJob(job, { ledger, store, writer, rate: 9, now, onReading });
      const told: Told = {
        counts: { read: plan.read, ...Object.fromEntries(KINDS.map((kind) => [kind, store.count(kind)])) },
        changes: [
          ...eachChange(
            store,
            KINDS.filter((kind) => kind !== 'unchanged'),
          ),
        ].map(({ change }) => change),
        rejects: [...eachChange(store, ['rejected'])].map(({ original }) => original),
        missing: store.missing('', -1),
        orphans: store.orphans(0, -1),
        newest: plan.newest,
        byFile: [...plan.byFile],
        files: plan.files,
      };
      after(store, plan.context);
      return { told, unparsed: plan.unparsed, readings };
    } finally {
      store.close();
    }
  };

  return {
    folder,
    ledger,
    put(made: Export) {
      for (const table of TABLES) {
        writeFileSync(join(folder, `${table}.csv`), render([HEADERS[table], ...made[table]], made));
      }
    },
    plan: (options: NightOptions = {}) => night(null, options),
    /** Plans, and notes every change as done. */
    sync: (options: NightOptions = {}) =>
      night(reads, options, (store, context) => {
        for (const { change } of eachChange(store, ['create', 'update'])) {
          if (change.kind !== 'create' && change.kind !== 'update') continue;
          const { kind: action, key, payload } = change;
          const owner = { run: 'run-1', pipeline: 'nightly', target: 'external_interview', action } as const;
          const intent = { ...owner, key, externalId: `nightly:${key}`, payload };
          const remoteId = change.kind === 'update' ? change.remoteId : String(7_000_000_000 + ids++);
          ledger.settle(ledger.begin(intent), intent, remoteId, { outcome: 'done', code: 0, logId: '' });
        }
        keepMarks({ pipeline: options.pipeline ?? nightly }, { ledger, store }, context);
      }),
  };
}
