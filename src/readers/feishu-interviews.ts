import { createHash } from 'node:crypto';
import { HireSyncError } from '../errors.ts';
import type { InterviewsApi, RemoteObject } from '../feishu/endpoints.ts';
import type { Problem, SourceRecord } from '../model.ts';
import { type CsvOptions, csv } from './csv.ts';
import { openPageSpool } from './page-spool.ts';
import { damageIn, FIELD_LIMIT, longIn, NO_CHILDREN } from './records.ts';
import type { ReadContext, Source } from './source.ts';
import type { SourceTenant } from './source-tenant.ts';

/** A native interview as `application-interviews-list.md` prints it, with what its successor adds (platform.md §7). */
export interface NativeInterview {
  readonly id: string;
  /** As asked for; the historic list does not show it. */
  readonly application_id: string;
  /** Epoch ms. */
  readonly begin_time?: number;
  readonly end_time?: number;
  /** From 0. */
  readonly round?: number;
  readonly stage_id?: string;
  readonly stage?: { readonly id?: string; readonly name?: LocalName };
  readonly interview_record_list?: readonly NativeInterviewRecord[] | null;
}

/** What one interviewer wrote. */
export interface NativeInterviewRecord {
  readonly id: string;
  readonly user_id?: string;
  readonly interviewer?: { readonly id?: string; readonly name?: LocalName };
  readonly content?: string;
  /** 1 submitted, 2 not. */
  readonly commit_status?: number;
  /** 1 pass, 2 fail: the other way round than in external interviews. 3 not started, 4 not submitted, 5 absent, 6 pending. */
  readonly conclusion?: number;
  readonly interview_score?: {
    readonly id?: string;
    readonly level?: number;
    readonly zh_name?: string;
    readonly zh_description?: string;
    readonly en_name?: string;
    readonly en_description?: string;
  } | null;
}

interface LocalName {
  readonly zh_cn?: string;
  readonly en_us?: string;
}

/** Whose interviews are read: a column of a CSV file with ids of the source tenant, or the keys of a lookup. */
export type Applications =
  | ({ readonly file: string; readonly column: string } & Pick<CsvOptions, 'encoding' | 'delimiter'>)
  | { readonly file: string; readonly keyColumn: string; readonly options: CsvOptions };

/** What the interviews are called where files are named. */
export const INTERVIEWS_FILE = 'feishu:interviews';

// Somebody writes under the application while its pages are read: then the pages shift.
const TRIES = 3;

// Slow answers do not lower the rate, and results keep the order of the list.
const SIDE_BY_SIDE = 16;

/**
 * Feishu's own interviews of a list of applications, from the tenant that `SOURCE_FEISHU_APP_ID` signs in to: one
 * record per interview, in the order of the list. A record stands at the line of its application. Whatever cannot be
 * read ends the run: there is no part of a tenant.
 * @param settings.api the historic list of an application (default), or its successor `GET hire/v1/interviews`
 * @throws HireSyncError PIPELINE_INVALID for settings that are none
 */
export function feishuInterviewRecords(
  applications: Applications,
  { api = 'applications' }: { readonly api?: InterviewsApi } = {},
): Source<NativeInterview> {
  const column = 'column' in applications ? applications.column : applications.keyColumn;
  if (typeof applications.file !== 'string' || typeof column !== 'string') {
    const text =
      'feishuInterviewRecords() needs { file, column }, or a lookup whose keys are application ids.';
    throw new HireSyncError('PIPELINE_INVALID', text);
  }
  if (api !== 'applications' && api !== 'v1-interviews') {
    const text = `feishuInterviewRecords(): api is 'applications' or 'v1-interviews', not ${JSON.stringify(api)}.`;
    throw new HireSyncError('PIPELINE_INVALID', text);
  }
  return {
    kind: 'feishuInterviewRecords',
    files: [applications.file, INTERVIEWS_FILE],
    columnar: [],
    // Feishu says null where there is nothing: every text is somebody's.
    empty: [],
    read: (context) => readInterviews(applications, column, api, context),
  };
}

async function* readInterviews(
  applications: Applications,
  column: string,
  api: InterviewsApi,
  context: ReadContext,
): AsyncGenerator<SourceRecord> {
  const { tenant } = context;
  if (tenant === undefined) {
    const text =
      'feishuInterviewRecords() reads from a Feishu tenant, and this run was given none to read from.';
    throw new HireSyncError('CONFIG_INVALID', text);
  }
  const list = await readList(applications, column, context);
  const { baseUrl, appId } = tenant.identity();
  const spool = openPageSpool(tenant.spoolFile, `hire-sync 1 ${baseUrl} ${appId} ${api}`, Date.now);
  const hash = createHash('sha256');
  const counts = { applications: 0, interviews: 0, bytes: 0 };
  try {
    for await (const { place, interviews } of inOrder(list, (one) =>
      readApplication(one, api, tenant, spool),
    )) {
      counts.applications++;
      counts.interviews += interviews.length;
      tenant.onRead?.({ ...counts, of: list.length });
      for (const interview of interviews) {
        const line = Buffer.from(`${JSON.stringify(interview)}\n`);
        hash.update(line);
        counts.bytes += line.length;
        yield recordOf(place, interview);
      }
    }
  } finally {
    spool.close();
  }
  context.onFile({
    file: INTERVIEWS_FILE,
    bytes: counts.bytes,
    sha256: hash.digest('hex'),
    encoding: 'utf-8',
    delimiter: null,
    finalNewline: true,
    rows: counts.interviews,
    ...{
      blank: 0,
      ignored: 0,
      normalised: 0,
      emptied: 0,
      marks: 0,
      controls: 0,
      orphaned: 0,
      unnamed: 0,
      role: '',
    },
  });
}

/** An application, and where the list has it. */
interface Place {
  readonly application: string;
  readonly file: string;
  readonly line: number;
}

/** The list, each application once, whole before the first request: a wrong id should not show after an hour. */
async function readList(
  applications: Applications,
  column: string,
  context: ReadContext,
): Promise<readonly Place[]> {
  const isLookup = 'keyColumn' in applications;
  const { encoding, delimiter } = applications as Pick<CsvOptions, 'encoding' | 'delimiter'>;
  const given = { ...(encoding && { encoding }), ...(delimiter && { delimiter }) };
  const options = isLookup ? applications.options : given;
  const places = new Map<string, Place>();
  // The file of a lookup is counted where the lookup is read.
  const counted = isLookup ? { ...context, onFile: () => {} } : context;
  for await (const { values, origin, problems } of csv(applications.file, {
    ...options,
    columns: [column],
  }).read(counted)) {
    const application = values[column];
    if (problems === undefined && typeof application === 'string' && /^\d{1,20}$/.test(application)) {
      if (!places.has(application)) places.set(application, { application, ...origin });
      continue;
    }
    const text = `${origin.file}, line ${origin.line}: column "${column}" must have the id of an application as Feishu shows it, 1 to 20 digits. Correct or remove the line: nothing was read.`;
    throw new HireSyncError('SOURCE_INVALID', text, { fault: 'application' });
  }
  return [...places.values()];
}

interface Read {
  readonly place: Place;
  readonly interviews: readonly RemoteObject[];
}

/** Several at a time, given out one after the other in order. */
async function* inOrder(list: readonly Place[], read: (place: Place) => Promise<Read>): AsyncGenerator<Read> {
  const queue: Promise<Read>[] = [];
  try {
    for (const place of list) {
      const reading = read(place);
      // It is awaited below; a rejection before its turn must not count as unhandled.
      reading.catch(() => {});
      queue.push(reading);
      if (queue.length < SIDE_BY_SIDE) continue;
      const first = queue.shift();
      if (first !== undefined) yield await first;
    }
    for (let first = queue.shift(); first !== undefined; first = queue.shift()) yield await first;
  } finally {
    // What is under way still writes into the spool.
    await Promise.allSettled(queue);
  }
}

async function readApplication(
  place: Place,
  api: InterviewsApi,
  tenant: SourceTenant,
  spool: ReturnType<typeof openPageSpool>,
): Promise<Read> {
  const { application } = place;
  const kept = spool.find(application);
  if (kept !== undefined) return { place, interviews: kept };
  for (let attempt = 1; ; attempt++) {
    const interviews = await readPages(place, api, tenant);
    const isWhole = new Set(interviews.map(({ id }) => id)).size === interviews.length;
    if (isWhole) {
      spool.add(application, interviews);
      return { place, interviews };
    }
    if (attempt < TRIES) continue;
    const { file, line } = place;
    const text = `${file}, line ${line}: the pages of the interviews of application ${application} hold the same one twice, in ${TRIES} attempts: it is being changed right now, and one that shifted between pages may be missing. Nothing was written; run again later.`;
    throw new HireSyncError('SOURCE_INVALID', text, { fault: 'tenant' });
  }
}

async function readPages(
  place: Place,
  api: InterviewsApi,
  tenant: SourceTenant,
): Promise<readonly RemoteObject[]> {
  const { application } = place;
  const interviews: RemoteObject[] = [];
  const tokens = new Set<string>();
  for (let pageToken: string | undefined; ; ) {
    const { items, pageToken: next } = await tenant
      .page({ api, applicationId: application, pageToken })
      .catch((error: unknown) => {
        throw placed(error, place, tokens.size + 1);
      });
    const stray = items.find((item) => (item.application_id ?? application) !== application);
    if (stray !== undefined)
      throw invalid(place, tokens.size + 1, `has interview ${stray.id} of another application`);
    interviews.push(...items);
    if (next === null) return interviews;
    // An endless list would never let go of the run.
    if (tokens.has(next)) throw invalid(place, tokens.size + 1, 'leads back to a page before it');
    tokens.add(next);
    pageToken = next;
  }
}

function where({ application, file, line }: Place, page: number): string {
  return `${file}, line ${line}: page ${page} of the interviews of application ${application}`;
}

function invalid(place: Place, page: number, what: string): HireSyncError {
  const text = `${where(place, page)} ${what}: the list cannot be trusted. Nothing was written; run again.`;
  return new HireSyncError('SOURCE_INVALID', text, { fault: 'tenant' });
}

/** Names the page that an error is about; one about the app or the run is about none. */
function placed(error: unknown, place: Place, page: number): unknown {
  if (!HireSyncError.is(error)) return error;
  if (error.code !== 'SOURCE_INVALID' && error.code !== 'FEISHU_UNREACHABLE') return error;
  return new HireSyncError(error.code, `${where(place, page)} ${error.message}`, { cause: error });
}

function recordOf({ application, file, line }: Place, interview: RemoteObject): SourceRecord {
  const values = { ...interview, application_id: application };
  const problems: Problem[] = [...damageIn(values), ...longIn(values, FIELD_LIMIT)];
  const record = { origin: { file, line }, values, children: NO_CHILDREN };
  return problems.length === 0 ? record : { ...record, problems };
}
