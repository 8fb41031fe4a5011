import { mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { parseSettings } from '../../config.ts';
import { HireSyncError } from '../../errors.ts';
import { createLog } from '../../ops/log.ts';
import {
  type Applications,
  applicationsInColumn,
  applicationsInLines,
  applicationsInLookup,
} from '../../pull/applications.ts';
import { csvFormat, type Format, JSONL } from '../../pull/format.ts';
import { PULL_KINDS, type PullKind } from '../../pull/kinds.ts';
import type { Manifest } from '../../pull/manifest.ts';
import { attempt } from '../../pull/part.ts';
import { pull as pullObjects } from '../../pull/pull.ts';
import { EXIT } from '../../result/exit.ts';
import { loadContained } from '../containment.ts';
import { readEnvironment } from '../environment.ts';
import { openFeishu } from '../open-feishu.ts';
import { lines, print, say } from '../output.ts';
import { createProgress } from '../progress.ts';
import { folderOf } from '../run-pipeline.ts';
import { listenToSignals } from '../signals.ts';

/** Flags of `hire-sync pull`. */
export interface PullFlags {
  readonly applications?: string;
  readonly column?: string;
  readonly pipeline?: string;
  readonly lookup?: string;
  readonly source?: string;
  readonly out?: string;
  readonly format?: string;
  readonly skipRefused?: boolean;
  readonly rate?: string;
  readonly json?: boolean;
  readonly logLevel?: string;
  readonly logFormat?: string;
}

/**
 * `hire-sync pull interviews|background-checks|interview-records`: what is in Feishu under a list of applications, as one
 * file with a manifest. Returns the exit code: 0, or 3 when applications were passed over (refused, or no ids in the lookup).
 */
export async function pull(what: string, flags: PullFlags): Promise<number> {
  const kind = kindOf(what);
  // Its formats are others than those of a report.
  const { format: _, ...settings } = flags;
  const config = parseSettings({ ...settings, rate: flags.rate ?? String(kind.rate) }, process.cwd());
  if (flags.out === undefined || flags.out === '') {
    throw new HireSyncError('CONFIG_INVALID', 'Name the file to be written with --out FILE.');
  }
  const file = resolve(flags.out);
  const format = formatOf(flags, kind);
  const applications = await applicationsOf(flags);
  const log = createLog({ level: config.logLevel, format: config.logFormat });
  const signals = listenToSignals(say);
  const feishu = openFeishu({ environment: readEnvironment(), rate: config.rate, signals, log });
  const progress = createProgress(process.stderr, Date.now, {
    before: 'reading',
    done: 'applications read',
  });
  try {
    attempt(file, () => mkdirSync(dirname(file), { recursive: true, mode: 0o700 }));
    const manifest = await pullObjects({
      kind,
      format,
      applications,
      file,
      skipRefused: flags.skipRefused ?? false,
      client: feishu.client,
      call: feishu.callRead,
      tenant: feishu.tenant,
      now: Date.now,
      onProgress: progress.update,
    });
    progress.end();
    await print(flags.json ? [`${JSON.stringify(manifest)}\n`] : lines(textOf(manifest)));
    const { refused, unusable } = manifest.applications;
    if (unusable > 0) say(unusableText(applications));
    return refused + unusable > 0 ? EXIT.leftOpen : EXIT.done;
  } catch (error) {
    progress.end();
    const exitCode = signals.exitCode();
    if (exitCode === null || !HireSyncError.is(error)) throw error;
    say(`hire-sync: ${error.message}`);
    return exitCode;
  } finally {
    progress.end();
    await feishu.close();
    signals.dispose();
  }
}

function kindOf(what: string): PullKind {
  const kind = PULL_KINDS.find(({ name }) => name === what);
  if (kind !== undefined) return kind;
  const known = PULL_KINDS.map(({ name }) => name).join(', ');
  throw new HireSyncError('CONFIG_INVALID', `"${what}" cannot be pulled; there is: ${known}.`);
}

function formatOf({ format, out = '' }: PullFlags, kind: PullKind): Format {
  const name = format ?? (out.toLowerCase().endsWith('.csv') ? 'csv' : 'jsonl');
  if (name === 'jsonl') return JSONL;
  if (name === 'csv') return csvFormat(kind.level);
  throw new HireSyncError('CONFIG_INVALID', `--format is "${name}": jsonl or csv`);
}

/** @throws HireSyncError CONFIG_INVALID unless exactly one source of applications is named */
async function applicationsOf(flags: PullFlags): Promise<Applications> {
  const { applications: file, column, pipeline, lookup } = flags;
  const byList =
    file !== undefined && pipeline === undefined && lookup === undefined && flags.source === undefined;
  const byLookup =
    file === undefined && column === undefined && pipeline !== undefined && lookup !== undefined;
  if (byLookup) return ofLookup(pipeline, lookup, flags.source);
  if (!byList) {
    const message =
      'Say whose objects are to be pulled: --applications FILE (one id per line, - for stdin; with --column NAME a CSV file), or --pipeline FILE --lookup NAME (and --source DIR).';
    throw new HireSyncError('CONFIG_INVALID', message);
  }
  if (column === undefined) {
    const bytes = file === '-' ? await buffer(process.stdin) : readList(resolve(file));
    return applicationsInLines(bytes, file === '-' ? 'stdin' : file);
  }
  if (file === '-') {
    throw new HireSyncError('CONFIG_INVALID', '--column needs a file: a CSV cannot come from stdin.');
  }
  return applicationsInColumn(dirname(resolve(file)), basename(file), column);
}

async function ofLookup(file: string, name: string, source: string | undefined): Promise<Applications> {
  const cwd = process.cwd();
  const path = resolve(cwd, file);
  const { pipeline } = await loadContained(path);
  const lookup = Object.hasOwn(pipeline.lookups, name) ? pipeline.lookups[name] : undefined;
  if (lookup !== undefined) return applicationsInLookup(folderOf(pipeline, path, source, cwd), lookup);
  const names = Object.keys(pipeline.lookups).join(', ') || 'none';
  const message = `Pipeline "${pipeline.name}" has no lookup "${name}". Its lookups: ${names}.`;
  throw new HireSyncError('CONFIG_INVALID', message);
}

function readList(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new HireSyncError('SOURCE_MISSING', `${file} (from --applications) cannot be read (${code}).`);
  }
}

const LISTED = 5;

function unusableText({ from, unusable }: Applications): string {
  const more = unusable.length > LISTED ? ` and ${unusable.length - LISTED} more` : '';
  return `No ids, and passed over: ${from}, ${unusable.slice(0, LISTED).join('; ')}${more}.`;
}

function* textOf({ objects, kind, applications, file, bytes, sha256, pages }: Manifest): Generator<string> {
  const { read, refused, duplicates } = applications;
  yield `${objects} ${kind.replace('-', ' ')} of ${read} applications, ${pages} pages: ${file}, ${bytes} bytes, sha256 ${sha256}.`;
  if (duplicates > 0) yield `${duplicates} applications were named more than once, and read once.`;
  if (refused > 0) yield `${refused} applications were refused by Feishu and passed over: see the manifest.`;
}
