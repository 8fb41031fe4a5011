import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readHead, writeDurably, writeHead } from '../ledger/head.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Beside, Marker } from '../ledger/restored.ts';
import type { Tenant } from '../ledger/tenant.ts';
import { w } from '../report/sentences.ts';
import { say } from './output.ts';
import { MARKER, markersIn, runsFolder } from './run-folder.ts';

/**
 * Notes that a run writes, before its first request: in the ledger, and beside it where a ledger that is put back from a
 * copy does not have it. The ledger comes first, so that a kill in between leaves a head that is behind, which is no sign
 * of anything; a head that is ahead is one of an older ledger. The marker is for the day when the head is lost as well:
 * without it nothing is wrong, and that is said.
 * @throws HireSyncError LEDGER_UNWRITABLE, LEDGER_BUSY
 */
export function leaveTrail(
  { file, restoration }: Pick<Ledger, 'file' | 'restoration'>,
  { run, pipeline, tenant }: { readonly run: string; readonly pipeline: string; readonly tenant: Tenant },
): void {
  const app: Tenant = { baseUrl: tenant.baseUrl, appId: tenant.appId };
  restoration.advance();
  const here = restoration.position();
  writeHead(file, { ...here, app, file: null });
  const folder = join(runsFolder(file), run);
  const marker: Omit<Marker, 'run'> = { ...here, app, pipeline };
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeDurably(join(folder, MARKER), `${JSON.stringify(marker)}\n`);
  } catch (error) {
    say(
      w(
        `运行的标记无法写入 ${folder}（${codeOf(error)}）。`,
        `The marker of the run could not be written to ${folder} (${codeOf(error)}).`,
      ),
    );
  }
}

function codeOf(error: unknown): string {
  const { cause = error } = error as Error;
  return String((cause as NodeJS.ErrnoException).code);
}

/** What earlier runs left beside the ledger. */
export function besideOf(ledgerFile: string): Beside {
  const markers = markersIn(runsFolder(ledgerFile)).flatMap(({ run, path }) => markerAt(run, path) ?? []);
  return { head: readHead(ledgerFile), markers };
}

/** A marker that cannot be read is none: the head tells of its run as well. */
function markerAt(run: string, path: string): Marker | null {
  try {
    const read = JSON.parse(readFileSync(path, 'utf8')) as Partial<Marker> | null;
    const { app, pipeline, ledger, serial } = read ?? {};
    if (typeof app?.appId !== 'string' || typeof pipeline !== 'string' || typeof ledger !== 'string')
      return null;
    return { run, app, pipeline, ledger, serial: Number(serial) };
  } catch {
    return null;
  }
}
