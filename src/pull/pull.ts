import { existsSync, lstatSync } from 'node:fs';
import { basename } from 'node:path';
import pLimit from 'p-limit';
import { HireSyncError } from '../errors.ts';
import type { FeishuClient } from '../feishu/client.ts';
import type { Tenant } from '../ledger/tenant.ts';
import type { Call } from '../writer/contract.ts';
import type { Applications } from './applications.ts';
import type { Format } from './format.ts';
import { type Journal, openJournal } from './journal.ts';
import type { PullKind } from './kinds.ts';
import { type Manifest, manifestOf, manifestText } from './manifest.ts';
import { attempt, openPart, type Part } from './part.ts';
import { type ReadApplication, readApplication } from './read-application.ts';
import { moveInto, writeWhole } from './write-whole.ts';

/** What a pull needs. */
export interface PullInput {
  readonly kind: PullKind;
  readonly format: Format;
  readonly applications: Applications;
  /** Absolute path of the finished file. */
  readonly file: string;
  /** Go on after an application that Feishu refuses to list; it is noted in the manifest. */
  readonly skipRefused: boolean;
  readonly client: FeishuClient;
  /** With the read budget. */
  readonly call: Call;
  readonly tenant: Tenant;
  /** Epoch ms. */
  readonly now: () => number;
  readonly onProgress: (state: {
    readonly done: number;
    readonly total: number;
    readonly failed: number;
  }) => void;
}

// At 10 requests/s and 1 s latency about ten are in flight. Behind an application of many pages others are read ahead, and
// wait in memory for their turn.
const SIDE_BY_SIDE = 12;
const AHEAD = 24;

/** The files of a pull: the finished one, its manifest, and those of an unfinished one. */
export function filesOf(file: string) {
  return {
    file,
    manifest: `${file}.manifest.json`,
    part: `${file}.part`,
    journal: `${file}.journal`,
  } as const;
}

/**
 * Reads everything under the applications into one file, in the order of their list, whatever interrupts it: each
 * application is appended whole, flushed, and then noted in the journal, so the same command goes on behind the last one
 * noted. (Within an application it begins anew: how long a page token lives is not documented.) The file gets its name
 * only when it is complete and its manifest is written.
 * @throws HireSyncError CONFIG_INVALID (the file is there, or the unfinished one is of another pull), OUTPUT_BUSY,
 *   OUTPUT_INVALID, PULL_INCOMPLETE (one application cannot be read whole), and what the calls throw
 */
export async function pull(input: PullInput): Promise<Manifest> {
  const paths = filesOf(input.file);
  Object.values(paths).forEach(mustBeNoLink);
  // Without a journal whatever has one of these names is somebody else's.
  const inTheWay = [paths.file, paths.part, paths.manifest].find((path) => existsSync(path));
  if (inTheWay !== undefined && !existsSync(paths.journal)) throw alreadyThere(inTheWay);
  const journal = openJournal(paths.journal);
  try {
    own(journal, input);
    // Killed between the last rename and the end of the journal: all is in the finished file.
    const isRead = journal.count() === input.applications.ids.length;
    const isMoved = isRead && !existsSync(paths.part) && existsSync(paths.file);
    if (!isMoved && existsSync(paths.file)) throw alreadyThere(paths.file);
    const part = openPart(isMoved ? paths.file : paths.part, {
      head: input.format.head,
      done: journal.done(),
      tail: isMoved ? 'refuse' : 'cut',
    });
    let sum: ReturnType<Part['sum']>;
    try {
      await readAll(input, journal, part);
      sum = part.sum();
    } finally {
      part.close();
    }
    const { kind, format, tenant, applications, now } = input;
    const given = { kind: kind.name, format: format.name, ...tenant, file: basename(paths.file), ...sum };
    const manifest = manifestOf(journal, applications, given, now());
    attempt(paths.manifest, () => writeWhole(paths.manifest, manifestText(manifest, journal)));
    if (!isMoved) attempt(paths.file, () => moveInto(paths.part, paths.file));
    journal.remove();
    return manifest;
  } catch (error) {
    journal.close();
    throw error;
  }
}

async function readAll(input: PullInput, journal: Journal, part: Part): Promise<void> {
  const { applications, format, now, onProgress } = input;
  const waiting = applications.ids.slice(journal.count()).values();
  const limit = pLimit({ concurrency: SIDE_BY_SIDE, rejectOnClear: true });
  const ended = new AbortController();
  const call: Call = (request) => {
    ended.signal.throwIfAborted();
    return input.call(request);
  };
  const ahead: Promise<ReadApplication>[] = [];
  let done = journal.count();
  let refused = 0;
  try {
    for (;;) {
      while (ahead.length < AHEAD) {
        const next = waiting.next();
        if (next.done) break;
        const reading = limit(() => readApplication(next.value, { ...input, call }));
        // It is awaited below, in its turn; a failure before that must not count as unhandled.
        reading.catch(() => {});
        ahead.push(reading);
      }
      const first = ahead.shift();
      if (first === undefined) return;
      const { application, objects, pages, code, logId } = await first;
      if (code !== null) refused++;
      const written = part.append(Buffer.from(format.text(application, objects)));
      journal.add({
        application,
        objects: objects.length,
        pages,
        ...written,
        readAt: now(),
        refused: code,
        logId,
      });
      done++;
      onProgress({ done, total: applications.ids.length, failed: refused });
    }
  } finally {
    // After an error: what is read ahead ends with the request it is at.
    ended.abort();
    limit.clearQueue();
    await Promise.allSettled(ahead);
  }
}

/** An unfinished pull is gone on with only by the same one: another list, or another tenant, would be mixed into it. */
function own(journal: Journal, { kind, format, tenant, applications, file, now }: PullInput): void {
  const { sha256 } = applications;
  const owner: Readonly<Record<string, string>> = {
    'what is pulled': kind.name,
    format: format.name,
    'the address': tenant.baseUrl,
    'the app': tenant.appId,
    'the list of applications': sha256,
  };
  if (journal.owner === null) {
    journal.begin(JSON.stringify(owner), now());
    return;
  }
  const before = JSON.parse(journal.owner) as Readonly<Record<string, string>>;
  const other = Object.keys(owner).filter((name) => before[name] !== owner[name]);
  if (other.length === 0) return;
  const { part, journal: state } = filesOf(file);
  throw new HireSyncError(
    'CONFIG_INVALID',
    `${part} is an unfinished pull that differs in ${other.join(', ')}. Repeat its command to go on with it, name another file, or remove ${part} and ${state} to begin anew.`,
  );
}

/** What a link leads to was not named, and a pull appends for hours. */
function mustBeNoLink(path: string): void {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined || there.isFile()) return;
  const what = there.isSymbolicLink() ? 'is a link, and is not followed' : 'is no file';
  throw new HireSyncError(
    'CONFIG_INVALID',
    `${path} ${what}: name another file with --out, or move this one away.`,
  );
}

function alreadyThere(file: string): HireSyncError {
  return new HireSyncError(
    'CONFIG_INVALID',
    `${file} is there already, and a pull overwrites nothing: name another file with --out, or move this one away.`,
  );
}
