import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HireSyncError } from '../../src/errors.ts';
import {
  csv,
  definePipeline,
  join as joined,
  jsonl,
  many,
  optional,
  required,
  text,
  valueMap,
} from '../../src/index.ts';
import { openLedger } from '../../src/ledger/ledger.ts';
import { costOf } from '../../src/pipeline/cost.ts';
import type { Pipeline } from '../../src/pipeline/define.ts';
import { noteIssues } from '../../src/pipeline/issues.ts';
import { planJob } from '../../src/pipeline/planning.ts';
import { reportOf } from '../../src/pipeline/summary.ts';
import { openPlanStore } from '../../src/plan/plan-store.ts';
import { FORMATS, render } from '../../src/report/formats.ts';
import { rejectFiles } from '../../src/report/rejects.ts';
import { storeRun } from '../../src/report/stored.ts';
import { aFolder } from '../builders.ts';
import { modelOf, theOptions } from './plan-of.ts';

const ABOUT = {
  ...{ run: 'run-1', pipeline: 'p', tables: [], isFedBack: true, stateOf: () => null },
  language: 'en',
} as const;
const verdict = valueMap({ ok: 2 });
const mapped = (row: Readonly<Record<string, unknown>>) => ({
  external_application_id: '6960663240925956437',
  interview_assessments: [
    {
      username: required(row.who),
      conclusion: optional(row.verdict as string, verdict),
      content: text(row.note),
    },
  ],
});
const base = { name: 'unreadable', target: 'external_interview' } as const;

/** The same rows, read in the ways in which a pipeline may declare them. */
const PIPELINES: Readonly<Record<string, Pipeline>> = {
  'declared columns': definePipeline({
    ...base,
    source: csv('a.csv', { columns: ['id', 'who', 'note', 'verdict'] }),
    key: (row) => row.id,
    map: mapped,
  }),
  'no declared columns': definePipeline({
    ...base,
    source: csv('a.csv'),
    key: (row) => row.id ?? '',
    map: mapped,
  }),
  children: definePipeline({
    ...base,
    source: joined(csv('a.csv', { columns: ['id', 'who', 'note', 'verdict'] }), {
      notes: many(csv('b.csv', { columns: ['id', 'who', 'note', 'verdict'] }), 'id'),
    }),
    key: (row) => row.id,
    map: (row) => ({
      ...mapped(row),
      interview_assessments: row.notes.flatMap((one) => mapped(one).interview_assessments),
    }),
  }),
  lines: definePipeline({
    ...base,
    source: jsonl<Record<string, unknown>>('a.jsonl'),
    key: (row) => row.id as string,
    map: mapped,
  }),
};

const COUNT = 12;
/** Every cell stands nowhere else, so that a search finds it and nothing else. */
const cellsOf = (row: number, file: string) => [
  `k${1000 + row}${file}`,
  `who${row}${file}q`,
  `note${row}${file}q`,
  'ok',
];
const SECRET = /\b(?:who|note|k)\d+[ab]q?\b|\d+surplus\d+/g;

const UNREADABLE = ['short', 'long', 'separators', 'torn', 'torn first'] as const;
const WRONG = [...UNREADABLE, 'word', 'damaged', 'no header'] as const;
type Step = { readonly row: number; readonly wrong: (typeof WRONG)[number] };
const isUnreadable = ({ wrong }: Step) => UNREADABLE.some((one) => one === wrong);

interface Mangled {
  readonly files: Readonly<Record<string, string>>;
  /** What must not be seen outside the reject file. */
  readonly secrets: readonly string[];
  /** The cells of the first row, where that is taken for a header. */
  readonly first: readonly string[];
}

/** An export in which some rows are wrong, each in its way; in the JSON file those that cannot be read are cut off. */
function mangled(steps: readonly Step[]): Mangled {
  const files: Record<string, string> = {};
  const secrets = steps.filter(isUnreadable).flatMap(({ row }) => cellsOf(row, 'a').slice(0, 3));
  const headless = steps.some(({ wrong }) => wrong === 'no header');
  for (const file of ['a', 'b']) {
    const lines = headless ? [] : ['id,who,note,verdict'];
    for (let row = 0; row < COUNT; row++) {
      const own = steps.filter((step) => step.row === row).map(({ wrong }) => wrong);
      let cells = cellsOf(row, file);
      if (file === 'b') {
        secrets.push(
          ...(steps.some((step) => step.row === row && isUnreadable(step)) ? cells.slice(1, 3) : []),
        );
        cells[0] = `k${1000 + row}a`;
      }
      if (own.includes('word')) cells[3] = `note${row}${file}q`;
      if (own.includes('damaged')) cells[3] = '\uFFFD';
      if (own.includes('short')) cells = cells.slice(0, 2);
      if (own.includes('long')) cells.push(`${row}surplus${row}`);
      if (own.includes('separators')) cells.push('', '');
      if (own.includes('torn')) cells[2] = `x\n${cells[2] ?? ''}`;
      if (own.includes('torn first')) cells[0] = `x\n${cells[0]}`;
      lines.push(cells.join(','));
    }
    files[`${file}.csv`] = lines.map((line) => `${line}\r\n`).join('');
  }
  const records = Array.from({ length: COUNT }, (_, row) => {
    const [id, who, note, word] = cellsOf(row, 'a');
    const cut = steps.some((step) => step.row === row && isUnreadable(step)) ? -1 : undefined;
    return JSON.stringify({ id, who, note, verdict: word }).slice(0, cut);
  });
  files['a.jsonl'] = records.map((record) => `${record}\n`).join('');
  return { files, secrets, first: headless ? cellsOf(0, 'a').slice(0, 3) : [] };
}

/** All that a run writes and prints, the reject file left out, and the reject file. */
async function outputs(pipeline: Pipeline, { files }: Mangled) {
  const folder = aFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const outside = aFolder();
  const ledger = openLedger({ file: join(outside, 'ledger.db'), mode: 'write', now: Date.now });
  const store = openPlanStore();
  const all: string[] = [];
  ledger.leases.acquire('run-1');
  ledger.runs.start({ id: 'run-1', pipeline: pipeline.name, mode: 'sync', startedAt: 0 });
  try {
    const job = { run: 'run-1', pipeline, folder, allowed: [] };
    const deps = { ledger, store, writer: null, rate: 9, now: Date.now };
    const plan = await planJob(job, deps);
    const ended = {
      startedAt: 0,
      recovered: null,
      plan,
      cost: costOf(job, deps),
      written: null,
      stopped: null,
    };
    const report = reportOf(job, deps, ended);
    for (const format of FORMATS)
      for (const redact of [false, true])
        for (const language of ['zh', 'en'] as const)
          all.push([...render(format, modelOf(report, store), theOptions({ redact, language }))].join(''));
    storeRun(join(outside, 'changes.db'), modelOf(report, store));
    noteIssues('run-1', store, ledger);
    return {
      all,
      rejects: rejectFiles(store, ABOUT)
        .map(({ pieces }) => [...pieces()].join(''))
        .join(''),
      rejected: store.count('rejected'),
    };
  } catch (error) {
    if (!HireSyncError.is(error)) throw error;
    return { all: [error.message], rejects: '', rejected: 0 };
  } finally {
    store.close();
    ledger.close();
    for (const name of readdirSync(outside)) all.push(readFileSync(join(outside, name), 'latin1'));
  }
}

describe.each(Object.keys(PIPELINES))('an export with %s', (name) => {
  it('shows no key and no cell of a row that cannot be read, outside the reject file', async () => {
    const pipeline = PIPELINES[name] as Pipeline;
    const step = fc.record({ row: fc.nat(COUNT - 1), wrong: fc.constantFrom(...WRONG) });
    let secrets = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(step, { minLength: 1, maxLength: 4, selector: ({ row }) => row }),
        async (steps) => {
          const made = mangled(steps);
          const { all } = await outputs(pipeline, made);
          secrets += made.secrets.length;
          const hidden = new Set([...made.secrets, ...(name === 'lines' ? [] : made.first)]);
          // A child that lost its parent is named by its own key, which is the parent's.
          if (name === 'children') for (let row = 0; row < COUNT; row++) hidden.delete(`k${1000 + row}a`);
          for (const text of all)
            for (const [found] of text.matchAll(SECRET))
              if (hidden.has(found))
                expect.fail(
                  `${found} in: ${text.slice(Math.max(0, text.indexOf(found) - 300), text.indexOf(found) + 60)}`,
                );
        },
      ),
      { numRuns: 50 },
    );
    expect(secrets).toBeGreaterThan(50);
  });
});

it('the reject file has all of them', async () => {
  const made = mangled([
    { row: 1, wrong: 'short' },
    { row: 2, wrong: 'long' },
    { row: 3, wrong: 'torn' },
  ]);
  const { rejects, rejected } = await outputs(PIPELINES['declared columns'] as Pipeline, made);
  expect(rejected).toBe(3);
  for (const cell of ['who1aq', '2surplus2', 'note3aq', 'k1003a']) expect(rejects).toContain(cell);
});
