import {
  createSandbox,
  type InterviewBody,
  type Quirk,
  type Sandbox,
  type SandboxOptions,
} from '../../src/sandbox/index.ts';
import {
  APPLICATION,
  anInterview,
  CHECKS,
  type Got,
  INTERVIEWS,
  reach,
  type Send,
  signedIn,
  UNLIMITED,
} from './client.ts';

export const OTHER_APPLICATION = '7003247299220982060';
export const DAY = 24 * 60 * 60 * 1000;
export const ATTACHMENTS = ['6987954043925432620', '6987954043925432621', '6987954043925432622'].map(
  (id) => ({
    id,
    name: `${id.slice(-1)}.pdf`,
    size: 1928,
  }),
);

/** What a test needs of one target to be written once for both. */
export interface Target {
  readonly resource: 'external_interview' | 'external_background_check';
  readonly path: string;
  /** A complete body of POST, told from others by its number. */
  readonly body: (number: number, changes?: object) => object;
  /** A field that holds text, as the documents call it, and the text in a body that has it. */
  readonly textField: string;
  readonly withText: (text: string) => object;
  /** That text in an object that is shown. */
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape, right or wrong, are looked into
  readonly textIn: (shown: any) => unknown;
  readonly time: 'begin_time' | 'date';
}

export const INTERVIEW: Target = {
  resource: 'external_interview',
  path: INTERVIEWS,
  body: (number, changes) => anInterview({ begin_time: 1_709_600_000_000 + number, ...changes }),
  textField: 'interview_assessments.content',
  withText: (content) => ({ interview_assessments: [{ username: '王强', content }] }),
  textIn: (shown) => shown.interview_assessments[0].content,
  time: 'begin_time',
};

export const CHECK: Target = {
  resource: 'external_background_check',
  path: CHECKS,
  body: (number, changes) => ({
    external_application_id: APPLICATION,
    date: 1_709_600_000_000 + number,
    name: '王强的背调',
    result: '已通过',
    attachment_id_list: ATTACHMENTS.map(({ id }) => id),
    ...changes,
  }),
  textField: 'result',
  withText: (result) => ({ result }),
  textIn: (shown) => shown.result,
  time: 'date',
};

export const TARGETS: readonly Target[] = [INTERVIEW, CHECK];

/** A sandbox behind a socket whose clock stands still, and a client of one target. */
export interface QuirkStage {
  readonly sandbox: Sandbox;
  readonly send: Send;
  /** `given` beside the body: `external_id`. */
  create(number: number, given?: object): Promise<Got>;
  update(id: string, number: number, changes?: object): Promise<Got>;
  remove(id: string): Promise<Got>;
  /** batch_query by ids. */
  byIds(ids: readonly string[]): Promise<Got>;
  /** One page of batch_query by application. */
  page(size: number, token?: string, application?: string): Promise<Got>;
  /** The object in an answer to a write. */
  // biome-ignore lint/suspicious/noExplicitAny: as in client.ts
  objectIn(got: Got): any;
  /** Ids in an answer to batch_query. */
  idsIn(got: Got): string[];
  /** The bodies that are stored now. */
  stored(): readonly Partial<InterviewBody & Record<string, unknown>>[];
  /** Names of the quirks that the last request met. */
  met(): readonly string[];
}

export async function aQuirkStage(
  { resource, path, body }: Target,
  quirks: readonly Quirk[] = [],
  options: SandboxOptions = {},
): Promise<QuirkStage> {
  const settings = { ...UNLIMITED, tokenLifeSeconds: 100 * 86_400, now: () => 1_700_000_000_000 };
  const sandbox = createSandbox({ ...settings, ...options, quirks });
  sandbox.seed({ attachments: ATTACHMENTS });
  const send = await signedIn(...(await reach(sandbox, 'socket')));
  const objects = () =>
    resource === 'external_interview' ? sandbox.interviews() : sandbox.backgroundChecks();
  return {
    sandbox,
    send,
    create: (number, given) => send('POST', path, body(number, given)),
    update: (id, number, changes) => send('PUT', `${path}/${id}`, body(number, changes)),
    remove: (id) => send('DELETE', `${path}/${id}`),
    byIds: (ids) => send('POST', `${path}/batch_query?page_size=20`, { [`${resource}_id_list`]: ids }),
    page(size, token = '', application = APPLICATION) {
      const query = new URLSearchParams({ external_application_id: application, page_size: String(size) });
      if (token !== '') query.set('page_token', token);
      return send('POST', `${path}/batch_query?${query}`, {});
    },
    objectIn: ({ json }) => json.data[resource],
    idsIn: ({ json }) => json.data.items.map(({ id }: { id: string }) => id),
    stored: () => objects().map((object) => object.body),
    met: () => sandbox.arrivals().at(-1)?.quirks ?? [],
  };
}
