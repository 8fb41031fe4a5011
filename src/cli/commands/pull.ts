import { mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
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
import { command } from '../command.ts';
import { loadContained } from '../containment.ts';
import { readEnvironment } from '../environment.ts';
import { oneOf, required, text, toggle, type Values } from '../flag.ts';
import { openFeishu } from '../open-feishu.ts';
import { lines, print, printJson, say } from '../output.ts';
import { folderOf } from '../prepare.ts';
import { createProgress } from '../progress.ts';
import { settings } from '../settings.ts';
import { listenToSignals } from '../signals.ts';
import { originOf } from '../values.ts';

const FLAGS = {
  applications: text('<file>', 'one application id per line; - for stdin'),
  column: text('<name>', 'the list is a CSV file, and this its column of ids'),
  pipeline: text('<file>', 'with --lookup: all applications of a lookup of this pipeline'),
  lookup: text('<name>', "the pipeline's lookup whose values are application ids"),
  ...settings('source'),
  out: required(
    text('<file>', 'the file; beside it FILE.manifest.json, and while unfinished .part and .journal'),
    'name the file to be written with --out FILE',
  ),
  format: oneOf('<format>', 'jsonl or csv (default: by the name of the file, else jsonl)', ['jsonl', 'csv']),
  skipRefused: toggle('go on after applications that Feishu refuses to list; exit 3'),
  rate: {
    ...settings('rate').rate,
    help: 'requests per second (default: 9; interview-records 5; a setting can only make it less)',
  },
  json: toggle('the manifest without its list as one JSON object on stdout'),
  ...settings('logLevel', 'logFormat'),
};
type PullFlags = Values<typeof FLAGS>;

export const commands = [
  command({
    name: 'pull',
    summary: 'what is in Feishu under a list of applications, as one file with a manifest; resumable',
    arguments: [['<what>', 'interviews, background-checks or interview-records']],
    flags: FLAGS,
    prints: ['pull'],
    run: pull,
  }),
];

/** Exit 0, or 3 when applications were passed over (refused, or no ids in the lookup). */
async function pull(flags: PullFlags, what: string): Promise<number> {
  const kind = kindOf(what);
  const rate = rateOf(flags, kind);
  const file = resolve(flags.out);
  const format = formatOf(flags, kind);
  const applications = await applicationsOf(flags);
  const log = createLog({ level: flags.logLevel, format: flags.logFormat });
  const signals = listenToSignals(say);
  const feishu = openFeishu({ environment: readEnvironment(), rate, signals, log });
  const progress = createProgress(process.stderr, Date.now, 'pull');
  try {
    attempt(file, () => mkdirSync(dirname(file), { recursive: true, mode: 0o700 }));
    const manifest = await pullObjects({
      kind,
      format,
      applications,
      file,
      skipRefused: flags.skipRefused,
      client: feishu.client,
      call: feishu.callRead,
      tenant: feishu.tenant,
      now: Date.now,
      onProgress: progress.update,
    });
    progress.end();
    await (flags.json ? printJson<'pull'>(manifest) : print(lines(textOf(manifest))));
    const { refused, unusable } = manifest.applications;
    if (unusable > 0) say(unusableText(applications));
    return refused + unusable > 0 ? EXIT.leftOpen : EXIT.done;
  } catch (error) {
    progress.end();
    return signals.told(error);
  } finally {
    progress.end();
    await feishu.close();
    signals.dispose();
  }
}

/** A setting can only make it slower: the endpoints of a pull are documented to allow less than others. */
function rateOf(flags: PullFlags, kind: PullKind): number {
  const by = originOf(flags, 'rate');
  if (by === 'flag') return flags.rate;
  return by === 'file' ? Math.min(flags.rate, kind.rate) : kind.rate;
}

function kindOf(what: string): PullKind {
  const kind = PULL_KINDS.find(({ name }) => name === what);
  if (kind !== undefined) return kind;
  const known = PULL_KINDS.map(({ name }) => name).join(', ');
  throw new HireSyncError('CONFIG_INVALID', `"${what}" cannot be pulled; there is: ${known}.`);
}

function formatOf({ format, out }: PullFlags, kind: PullKind): Format {
  const name = format ?? (out.toLowerCase().endsWith('.csv') ? 'csv' : 'jsonl');
  return name === 'jsonl' ? JSONL : csvFormat(kind.level);
}

/** @throws HireSyncError CONFIG_INVALID unless exactly one source of applications is named */
async function applicationsOf(flags: PullFlags): Promise<Applications> {
  const { applications: file, column, pipeline, lookup } = flags;
  const hasSource = originOf(flags, 'source') === 'flag';
  const byList = file !== undefined && pipeline === undefined && lookup === undefined && !hasSource;
  const byLookup =
    file === undefined && column === undefined && pipeline !== undefined && lookup !== undefined;
  if (byLookup) return ofLookup(pipeline, lookup, flags);
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

async function ofLookup(file: string, name: string, flags: PullFlags): Promise<Applications> {
  const path = resolve(file);
  const { pipeline } = await loadContained(path);
  const lookup = Object.hasOwn(pipeline.lookups, name) ? pipeline.lookups[name] : undefined;
  if (lookup !== undefined) return applicationsInLookup(folderOf(pipeline, path, flags), lookup);
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
