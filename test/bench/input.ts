/**
 * Reads exports that are larger than memory: `npm run bench:input [-- --json-mb 1024 --csv-mb 2048]`.
 * A JSON array and a CSV file are written to a temporary folder, one after the other, and each is read to its end by a
 * process that may use 256 MB for its objects. Every row is compared with the one that was written; exits 1 if one
 * is missing or different, or if the process dies.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { dateTime } from '../../src/mapping/dates.ts';
import { valueMap } from '../../src/mapping/values.ts';
import { csv } from '../../src/readers/csv.ts';
import { json } from '../../src/readers/json.ts';
import { openStaging } from '../../src/readers/staging.ts';

type Kind = 'json' | 'csv';

const FILES = { json: 'interviews.json', csv: 'interviews.csv' } as const satisfies Record<Kind, string>;
const MEGABYTE = 1024 * 1024;
const HEAP_MB = 256;
// Of the disk, beside the file.
const SPARE_MB = 1024;

const VERDICTS = ['通过', '不通过', '待定'];
const COMMENT = '基础扎实，沟通清楚，"分布式"理解到位。\n建议进入复试，重点考察系统设计、协作与抗压。';

/** The row with this number: ids beyond 2^53, quotes, line ends and Chinese text. */
const rowOf = (index: number) => ({
  id: String(6_960_663_240_000_000_000n + BigInt(index)),
  begin_at: `2024-03-${String((index % 28) + 1).padStart(2, '0')} 09:05`,
  verdict: VERDICTS[index % 3] ?? '',
  comment: `${index} ${COMMENT.repeat((index % 3) + 1)}`,
});
type Row = ReturnType<typeof rowOf>;

const COLUMNS = ['id', 'begin_at', 'verdict', 'comment'] as const;

const FORMATS = {
  json: {
    begin: '[',
    // The id as a number, which a double would round.
    row: ({ id, ...rest }: Row, index: number) =>
      `${index === 0 ? '' : ','}\n{"id":${id},${JSON.stringify(rest).slice(1)}`,
    end: '\n]\n',
  },
  csv: {
    begin: `\ufeff${COLUMNS.join(',')}\r\n`,
    row: (row: Row) => `${row.id},${row.begin_at},${row.verdict},"${row.comment.replaceAll('"', '""')}"\r\n`,
    end: '',
  },
};

/** @returns rows written */
async function generate(kind: Kind, file: string, bytes: number): Promise<number> {
  const { begin, row, end } = FORMATS[kind];
  const out = createWriteStream(file, { highWaterMark: 4 * MEGABYTE });
  let block = begin;
  let written = 0;
  let rows = 0;
  for (; written + block.length < bytes; rows++) {
    block += row(rowOf(rows), rows);
    if (block.length < MEGABYTE) continue;
    const buffer = Buffer.from(block);
    written += buffer.length;
    block = '';
    if (!out.write(buffer)) await once(out, 'drain');
  }
  out.end(block + end);
  await once(out, 'close');
  return rows;
}

const verdictOf = valueMap({ 不通过: 1, 通过: 2, 待定: 3 });

/** In the child process: reads, maps and compares every row. */
async function readAll(kind: Kind, folder: string): Promise<void> {
  const source = kind === 'csv' ? csv(FILES.csv, { columns: COLUMNS }) : json<Row>(FILES.json);
  const staging = openStaging();
  let rows = 0;
  let counted = 0;
  const onFile = ({ rows: inFile }: { readonly rows: number }) => {
    counted = inFile;
  };
  for await (const { values, problems } of source.read({ folder, staging, onFile, onOrphan: () => {} })) {
    const expected = rowOf(rows);
    const same = COLUMNS.every((name) => values[name] === expected[name]);
    const mapped = dateTime(values.begin_at, 'Asia/Shanghai') !== undefined && verdictOf(values.verdict);
    if (problems !== undefined || !same || !mapped)
      throw new Error(`Row ${rows} is not the one that was written: ${JSON.stringify(values)}`);
    rows++;
  }
  staging.close();
  process.send?.({ rows, counted, peakMb: Math.round(process.resourceUsage().maxRSS / 1024) });
}

interface Result {
  readonly rows: number;
  readonly counted: number;
  readonly peakMb: number;
}

async function measure(kind: Kind, megabytes: number): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'hire-sync-bench-'));
  try {
    const { bavail, bsize } = await statfs(folder);
    const freeMb = Math.floor((bavail * bsize) / MEGABYTE);
    if (freeMb < megabytes + SPARE_MB) {
      print(`${kind}: needs ${megabytes + SPARE_MB} MB in ${tmpdir()}, which has ${freeMb} MB free.`);
      return false;
    }
    const file = join(folder, FILES[kind]);
    const written = await generate(kind, file, megabytes * MEGABYTE);
    const { size } = await stat(file);
    const started = performance.now();
    const child = fork(import.meta.filename, ['read', kind, folder], {
      execArgv: [`--max-old-space-size=${HEAP_MB}`],
    });
    const { result, end } = await outcomeOf(child);
    const seconds = (performance.now() - started) / 1000;
    const rate = Math.round(size / MEGABYTE / seconds);
    const ok = result !== undefined && result.rows === written && result.counted === written;
    const read = result === undefined ? `died (${end})` : `${result.rows} read, peak ${result.peakMb} MB`;
    print(
      `${kind.padEnd(4)} ${size} bytes, ${written} rows written, ${read}, ${seconds.toFixed(1)} s, ${rate} MB/s: ${ok ? 'ok' : 'FAILED'}`,
    );
    return ok;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function outcomeOf(child: ChildProcess): Promise<{ result: Result | undefined; end: string }> {
  let result: Result | undefined;
  child.on('message', (message) => {
    result = message as Result;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { result: code === 0 ? result : undefined, end: signal ?? `exit ${code}` };
}

const print = (line: string) => process.stdout.write(`${line}\n`);

const [mode, kind, folder] = process.argv.slice(2);
if (mode === 'read' && (kind === 'json' || kind === 'csv') && folder !== undefined) {
  await readAll(kind, folder);
} else {
  const { values } = parseArgs({
    options: {
      'json-mb': { type: 'string', default: '1024' },
      'csv-mb': { type: 'string', default: '2048' },
    },
  });
  const results = [
    await measure('json', Number(values['json-mb'])),
    await measure('csv', Number(values['csv-mb'])),
  ];
  if (results.includes(false)) process.exitCode = 1;
}
