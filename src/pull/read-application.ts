import { HireSyncError } from '../errors.ts';
import type { RemoteObject } from '../feishu/endpoints.ts';
import { readPages } from '../writer/read-pages.ts';
import type { PullInput } from './pull.ts';

/** All that stands under one application. */
export interface ReadApplication {
  readonly application: string;
  readonly objects: readonly RemoteObject[];
  readonly pages: number;
  /** Feishu's code when it would not list the application and may be passed over; null otherwise. */
  readonly code: number | null;
  readonly logId: string;
}

// Somebody writes under the application while its pages are read: then the pages shift.
const TRIES = 3;

/**
 * Reads one application to its last page; never a part of it.
 * @throws HireSyncError PULL_INCOMPLETE, and what the call throws
 */
export async function readApplication(
  application: string,
  { kind, client, call, skipRefused }: Pick<PullInput, 'kind' | 'client' | 'call' | 'skipRefused'>,
): Promise<ReadApplication> {
  for (let attempt = 1; ; attempt++) {
    const answer = await readPages(call, (token, options) => kind.fetch(client, application, token, options));
    if (answer.kind === 'refused' && skipRefused) {
      return { application, objects: [], pages: 0, code: answer.code ?? 0, logId: answer.logId };
    }
    if (answer.kind !== 'done') throw unread(application, answer);
    const { items: objects, pages } = answer.data;
    checkOwner(application, objects);
    if (new Set(objects.map(({ id }) => id)).size === objects.length) {
      return { application, objects, pages, code: null, logId: answer.logId };
    }
    if (attempt === TRIES) {
      const message = `The pages of application ${application} hold the same object twice, in ${TRIES} attempts: it is being changed right now, and one that shifted between pages may be missing. Run the same command again later.`;
      throw new HireSyncError('PULL_INCOMPLETE', message);
    }
  }
}

/** A filter that Feishu does not apply would put everybody's interviews under one application. */
function checkOwner(application: string, objects: readonly RemoteObject[]): void {
  const other = objects.find(
    ({ external_application_id: owner }) => owner !== undefined && owner !== application,
  );
  if (other === undefined) return;
  const message = `Asked for application ${application}, Feishu sent object ${other.id} of another one. Nothing of it was written.`;
  throw new HireSyncError('PULL_INCOMPLETE', message);
}

// Without Feishu's own words: they may echo data, and this ends on a terminal.
function unread(
  application: string,
  answer: {
    readonly kind: string;
    readonly code: number | null;
    readonly logId: string;
    readonly attempts: number;
  },
): HireSyncError {
  const code = answer.code === null ? 'no usable answer' : `code ${answer.code}`;
  const log = answer.logId === '' ? '' : `, log id ${answer.logId}`;
  const advice =
    answer.kind === 'refused'
      ? 'Correct the list and begin anew, or repeat the command with --skip-refused, which notes it in the manifest and goes on.'
      : 'Run the same command again: it goes on here.';
  return new HireSyncError(
    'PULL_INCOMPLETE',
    `Application ${application} could not be read (${code} after ${answer.attempts} requests${log}). What came before it is kept. ${advice}`,
  );
}
