/**
 * Validates exports that are larger than memory: `npm run bench:input [-- --json-mb 1024 --csv-mb 2048]`.
 * A JSON array and a CSV file are written to a temporary folder, one after the other, and `hire-sync validate` reads
 * each to its end with 256 MB for its objects. Exits 1 if a row is missing or not valid, or if the process dies.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';

type Kind = 'json' | 'csv';

const FILES = { json: 'interviews.json', csv: 'interviews.csv' } as const satisfies Record<Kind, string>;
const MEGABYTE = 1024 * 1024;
const HEAP_MB = 256;
const BIN = join(import.meta.dirname, '../../dist/cli/bin.js');
// Prints the child's peak memory (KB) when it ends, whatever it is.
const PEAK = `data:text/javascript,${encodeURIComponent("process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS))")}`;
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

/** A mapping of the common kind; the key and the application are the 19-digit id. */
const pipelineFor = (kind: Kind): string => `
import { csv, dateTime, definePipeline, id, json, text, valueMap } from 'hire-sync';

const verdict = valueMap({ 不通过: 1, 通过: 2, 待定: 3 });

export default definePipeline({
  name: 'bench-input',
  target: 'external_interview',
  source: ${kind === 'csv' ? `csv('${FILES.csv}', { columns: ${JSON.stringify(COLUMNS)} })` : `json('${FILES.json}')`},
  key: (row) => id(row.id),
  map: (row) => ({
    external_application_id: id(row.id),
    begin_time: dateTime(row.begin_at, 'Asia/Shanghai'),
    interview_assessments: [{ conclusion: verdict(row.verdict), content: text(row.comment) }],
  }),
});
`;

interface Result {
  readonly read: number;
  readonly valid: number;
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
    const pipeline = join(folder, 'pipeline.ts');
    await writeFile(pipeline, pipelineFor(kind));
    const options = [`--max-old-space-size=${HEAP_MB}`, '--import', PEAK];
    const child = spawn(
      process.execPath,
      [...options, BIN, 'validate', pipeline, '--source', folder, '--json'],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const { result, end } = await outcomeOf(child);
    const seconds = (performance.now() - started) / 1000;
    const rate = Math.round(size / MEGABYTE / seconds);
    const ok = result !== undefined && result.read === written && result.valid === written;
    const read = result === undefined ? `died (${end})` : `${result.valid} valid, peak ${result.peakMb} MB`;
    print(
      `${kind.padEnd(4)} ${size} bytes, ${written} rows written, ${read}, ${seconds.toFixed(1)} s, ${rate} MB/s: ${ok ? 'ok' : 'FAILED'}`,
    );
    return ok;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function outcomeOf(
  child: ReturnType<typeof spawn>,
): Promise<{ result: Result | undefined; end: string }> {
  let [out, err] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code !== 0) return { result: undefined, end: `${signal ?? `exit ${code}`}: ${err.slice(-500)}` };
  const { rows } = JSON.parse(out) as { rows: { read: number; valid: number } };
  const peakMb = Math.round(Number(/peak (\d+)/.exec(err)?.[1]) / 1024);
  return { result: { ...rows, peakMb }, end: '' };
}

const print = (line: string) => process.stdout.write(`${line}\n`);

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
