import { createHash } from 'node:crypto';
import { eachInPages } from '../in-pages.ts';
import { createUnmatchedKeys, type FileFacts, markOf, type Scan, scanSource } from '../incremental/index.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Lookup } from '../mapping/lookups.ts';
import type { FileCount, SourceRecord } from '../model.ts';
import { placeOf, type Unparsed } from '../plan/plan.ts';
import { DEFAULT_POLICY } from '../plan/three-way.ts';
import { csv } from '../readers/csv.ts';
import type { ScanFile, StagingTable } from '../readers/source.ts';
import type { Pipeline } from './define.ts';
import type { Deps, Job } from './job.ts';

/** What a pipeline's own code, and the code it runs in, are known by. */
export interface Code {
  /** Hex SHA-256 over the files of the pipeline: see `codeFiles`. */
  readonly sha256: string;
  /** Of hire-sync. */
  readonly version: string;
}

/**
 * Tells the records of the export apart by their bytes.
 * @returns null where that is of no use (no marks to compare with, and none to be kept), or not certain
 */
export async function scanJob(job: Job, { ledger, writer, remote, now }: Deps): Promise<Scan | null> {
  const { pipeline, folder, identity, onlyRejects, policy = DEFAULT_POLICY } = job;
  const source = pipeline.source.scan;
  if (identity === undefined || source === undefined || onlyRejects !== undefined) return null;
  const { rowHashes } = ledger;
  // Where Feishu is asked about records that the source did not change, all of them have to be in the plan.
  const asks = remote !== undefined || policy.repairDrift || policy.recreateMissing;
  const stored = job.full === true || asks ? null : rowHashes.context(pipeline.name);
  if (writer === null && stored === null) return null;
  const task = { folder, source, lookups: lookupFiles(pipeline), nowMs: now() };
  return scanSource(task, {
    contextOf: (files, lookups) => contextOf(identity, files, lookups),
    holds: (context) => context === stored,
    // Counting a million of them takes a while, and the plan will ask.
    meanwhile: () => void (stored === null || rowHashes.anyUnmarked(pipeline.name)),
    page: (from, to) => rowHashes.page(pipeline.name, from, to),
    stopping: (writer ?? remote)?.stopping,
  });
}

/** Everything but the records themselves that decides what they are mapped to. */
function contextOf(code: Code, files: readonly FileFacts[], lookups: readonly FileFacts[]): string {
  const { version, versions } = process;
  const parts = [
    // 2: marks of JSON arrays with several elements on a line were those of the first.
    // 3: a row with a word for nothing, or one that a template literal made, passed for good.
    // Rows torn by a bare LF, and ids that a spreadsheet shortened, were taken for what they looked like.
    3,
    code.sha256,
    code.version,
    // Time zones and decoders come with Node.
    version,
    versions.tz,
    files.map(({ file, head }) => [file, head]),
    lookups.map(({ file, count }) => [file, count.sha256]),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** The lookups' files in the order in which they are loaded. */
function lookupFiles({ lookups }: Pipeline): ScanFile[] {
  const files = new Map<string, ScanFile>();
  for (const { file, options } of Object.values(lookups)) {
    const id = JSON.stringify([file, options]);
    if (!files.has(id)) files.set(id, { kind: 'csv', file, options });
  }
  return [...files.values()];
}

/** The counts of the lookups' files, where nothing has to be looked up; null where they have to be loaded. */
export function unreadLookups(
  { pipeline }: Pick<Job, 'pipeline'>,
  { ledger }: Pick<Deps, 'ledger'>,
  scan: Scan,
): readonly FileCount[] | null {
  const isPlain = ({ file, options }: Lookup) => csv(file, options).scan !== undefined;
  const idle = scan.kept === 0 && ledger.waiting.page(pipeline.name, '', 1).length === 0;
  if (!idle || !Object.values(pipeline.lookups).every(isPlain)) return null;
  return scan.lookups.map(({ count }) => count);
}

/** The marks of the records of one reading. */
export function createMarks(scan: Scan) {
  const hashes = scan.hashes();
  return {
    markOf(record: SourceRecord, dateMs: number | null): Uint8Array | null {
      const hash = hashes.hashAt(placeOf(record));
      return hash === undefined ? null : markOf(hash, dateMs ?? 0);
    },
  };
}

/** What the plan has to know of the records that are not parsed, without a list of them. */
export function createUnparsed(
  pipeline: string,
  { rowHashes }: Pick<Ledger, 'rowHashes'>,
  scan: Scan,
  table: () => StagingTable,
): Unparsed {
  const others = createUnmatchedKeys(table);
  for (const hash of scan.unmatched()) {
    const key = rowHashes.keyOf(pipeline, hash);
    if (key !== undefined) others.add(key);
  }
  return {
    count: scan.settled,
    file: scan.file,
    newest: newestOf(pipeline, rowHashes, scan),
    has: (key) => !others.take(key) && rowHashes.has(pipeline, key),
    *others() {
      for (const key of others.untaken()) yield { key, remoteId: rowHashes.remoteId(pipeline, key) };
      if (!rowHashes.anyUnmarked(pipeline)) return;
      const read = (after: string) => rowHashes.unmarked(pipeline, after, PAGE);
      for (const key of eachInPages('', PAGE, read, (one) => one))
        yield { key, remoteId: rowHashes.remoteId(pipeline, key) };
    },
  };
}

function newestOf(pipeline: string, rowHashes: Ledger['rowHashes'], { newest }: Scan): Unparsed['newest'] {
  if (newest === null) return null;
  const key = rowHashes.keyOf(pipeline, newest.hash);
  return key === undefined ? null : { ms: newest.ms, place: newest.place, key };
}

const PAGE = 500;

/** Keeps by which bytes the rows are to be known that Feishu holds as they were mapped tonight. */
export function keepMarks(
  { pipeline }: Pick<Job, 'pipeline'>,
  { ledger, store }: Pick<Deps, 'ledger' | 'store'>,
  context: string | null,
): void {
  if (context === null) return;
  const rows = store.countMarked();
  if (rows > 0) ledger.rowHashes.keep(pipeline.name, context, store.marked(), rows);
}
