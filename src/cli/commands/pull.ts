import { mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { HireSyncError } from '../../errors.ts';
import { createLog } from '../../ops/log.ts';
import type { Bilingual } from '../../plan/shape.ts';
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
import { plural, w } from '../../report/sentences.ts';
import { EXIT } from '../../result/exit.ts';
import { command } from '../command.ts';
import { loadContained } from '../containment.ts';
import { readEnvironment } from '../environment.ts';
import { oneOf, required, text, toggle, type Values } from '../flag.ts';
import { openFeishu } from '../open-feishu.ts';
import { lines, print, printJson, say, told } from '../output.ts';
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
    w('请用 --out FILE 指明要写的文件', 'name the file to be written with --out FILE'),
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
    summary: w(
      '把一批投递在飞书中的内容拉取到文件；可中断后继续',
      'what is in Feishu under a list of applications, as one file with a manifest; resumable',
    ),
    arguments: [
      [
        '<what>',
        w(
          'interviews、background-checks 或 interview-records',
          'interviews, background-checks or interview-records',
        ),
      ],
    ],
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
  throw new HireSyncError(
    'CONFIG_INVALID',
    w(`不能拉取“${what}”；可选：${known}。`, `"${what}" cannot be pulled; there is: ${known}.`),
  );
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
    const message = w(
      '请指明要拉取哪些投递：--applications FILE（每行一个 ID，- 表示 stdin；加 --column NAME 时为 CSV 文件），或 --pipeline FILE --lookup NAME（和 --source DIR）。',
      'Say whose objects are to be pulled: --applications FILE (one id per line, - for stdin; with --column NAME a CSV file), or --pipeline FILE --lookup NAME (and --source DIR).',
    );
    throw new HireSyncError('CONFIG_INVALID', message);
  }
  if (column === undefined) {
    const bytes = file === '-' ? await buffer(process.stdin) : readList(resolve(file));
    return applicationsInLines(bytes, file === '-' ? 'stdin' : file);
  }
  if (file === '-') {
    throw new HireSyncError(
      'CONFIG_INVALID',
      w('--column 需要文件：CSV 不能来自 stdin。', '--column needs a file: a CSV cannot come from stdin.'),
    );
  }
  return applicationsInColumn(dirname(resolve(file)), basename(file), column);
}

async function ofLookup(file: string, name: string, flags: PullFlags): Promise<Applications> {
  const path = resolve(file);
  const { pipeline } = await loadContained(path);
  const lookup = Object.hasOwn(pipeline.lookups, name) ? pipeline.lookups[name] : undefined;
  if (lookup !== undefined) return applicationsInLookup(folderOf(pipeline, path, flags), lookup);
  const names = Object.keys(pipeline.lookups).join(', ');
  const message = w(
    `同步规则“${pipeline.name}”没有对照表“${name}”。已有：${names || '无'}。`,
    `Pipeline "${pipeline.name}" has no lookup "${name}". Its lookups: ${names || 'none'}.`,
  );
  throw new HireSyncError('CONFIG_INVALID', message);
}

function readList(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new HireSyncError(
      'SOURCE_MISSING',
      w(
        `无法读取 ${file}（来自 --applications；${code}）。`,
        `${file} (from --applications) cannot be read (${code}).`,
      ),
    );
  }
}

const LISTED = 5;

function unusableText({ from, unusable }: Applications): Bilingual {
  const some = unusable.slice(0, LISTED).join('; ');
  const more = unusable.length - LISTED;
  const others = more > 0 ? w(`，另有 ${more} 个`, ` and ${more} more`) : w('', '');
  return w(
    `不是 ID，已略过：${from}，${some}${others.zh}。`,
    `No ids, and passed over: ${from}, ${some}${others.en}.`,
  );
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  interviews: '面试',
  'background-checks': '背调',
  'interview-records': '面试记录',
};

function* textOf({ objects, kind, applications, file, bytes, sha256, pages }: Manifest): Generator<string> {
  const { read, refused, duplicates } = applications;
  yield told(
    w(
      `${read} 个投递下共 ${objects} 条${KIND_WORDS[kind] ?? kind}，${pages} 页：${file}，${bytes} 字节，sha256 ${sha256}。`,
      `${objects} ${kind.replace('-', ' ')} of ${plural(read, 'application')}, ${plural(pages, 'page')}: ${file}, ${bytes} bytes, sha256 ${sha256}.`,
    ),
  );
  if (duplicates > 0)
    yield told(
      w(
        `${duplicates} 个投递重复出现，只读取了一次。`,
        `Named more than once, and read once: ${plural(duplicates, 'application')}.`,
      ),
    );
  if (refused > 0)
    yield told(
      w(
        `${refused} 个投递被飞书拒绝，已略过：见清单文件。`,
        `Refused by Feishu and passed over: ${plural(refused, 'application')}, see the manifest.`,
      ),
    );
}
