import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HireSyncError } from '../../src/errors.ts';
import { createAuth } from '../../src/feishu/auth.ts';
import { createFeishuClient } from '../../src/feishu/client.ts';
import { type InterviewsApi, MAX_INTERVIEWS_PAGE, type RemoteObject } from '../../src/feishu/endpoints.ts';
import { createHttp } from '../../src/feishu/http.ts';
import { csvLookup } from '../../src/mapping/lookups.ts';
import type { FileCount, SourceRecord } from '../../src/model.ts';
import { feishuInterviewRecords } from '../../src/readers/feishu-interviews.ts';
import type { Source } from '../../src/readers/source.ts';
import type { SourceTenant } from '../../src/readers/source-tenant.ts';
import { openStaging } from '../../src/readers/staging.ts';
import { createSandbox, SANDBOX_APP, type Sandbox } from '../../src/sandbox/index.ts';
import { aFolder } from '../builders.ts';
import { UNLIMITED } from '../sandbox/client.ts';

const LIST = { file: 'applications.csv', column: 'application_id' } as const;
const application = (n: number): string => `6949805467${String(n).padStart(9, '0')}`;

/** A folder with a list of applications, and a tenant that holds `each` interviews for every one of them. */
function aTenant({ applications = 3, each = 2 } = {}) {
  const folder = aFolder();
  const sandbox = createSandbox(UNLIMITED);
  const ids = Array.from({ length: applications }, (_, n) => application(n));
  sandbox.seed({
    nativeInterviews: ids.flatMap((application_id) =>
      Array.from({ length: each }, (_, round) => ({ application_id, round })),
    ),
  });
  writeFileSync(join(folder, LIST.file), `application_id\n${ids.map((id) => `${id}\n`).join('')}`);
  return { folder, sandbox, ids, spoolFile: join(folder, 'read/p.pages') };
}

/** The way to the tenant without waits: each page asked for once. */
function wayTo(sandbox: Sandbox, spoolFile: string | null, appId = SANDBOX_APP.appId): SourceTenant {
  const baseUrl = 'http://127.0.0.1';
  const http = createHttp({ baseUrl, fetch: sandbox.fetch });
  const client = createFeishuClient({ http, auth: createAuth({ http, baseUrl, ...SANDBOX_APP }) });
  return {
    identity: () => ({ baseUrl, appId }),
    spoolFile,
    async page({ api, applicationId, pageToken }) {
      const filter = { applicationId, pageToken, pageSize: MAX_INTERVIEWS_PAGE[api] };
      const list = api === 'applications' ? client.listApplicationInterviews : client.listInterviews;
      const answer = await list(filter);
      if (answer.kind === 'ok') return answer.data;
      throw new HireSyncError('SOURCE_INVALID', `was not read (${answer.kind}).`);
    },
  };
}

async function read(
  source: Source<unknown>,
  folder: string,
  tenant?: SourceTenant,
): Promise<{ readonly records: SourceRecord[]; readonly files: FileCount[] }> {
  const staging = openStaging();
  const files: FileCount[] = [];
  const records: SourceRecord[] = [];
  try {
    const context = { folder, staging, tenant, onFile: (file: FileCount) => void files.push(file) };
    for await (const record of source.read({ ...context, onOrphan: () => {} })) records.push(record);
  } finally {
    staging.close();
  }
  return { records, files };
}

const asked = (sandbox: Sandbox): number =>
  sandbox.arrivals().filter(({ endpoint }) => endpoint?.endsWith('interview.list')).length;

describe.each(['applications', 'v1-interviews'] satisfies InterviewsApi[])('by %s', (api) => {
  const source = feishuInterviewRecords(LIST, { api });

  it('gives every interview of every page, in the order of the list, at the line of its application', async () => {
    const { folder, sandbox, ids } = aTenant({ applications: 20, each: 120 });
    const { records, files } = await read(source, folder, wayTo(sandbox, null));
    expect(records.map(({ values }) => [values.application_id, values.round])).toEqual(
      ids.flatMap((id) => Array.from({ length: 120 }, (_, round) => [id, round])),
    );
    expect(new Set(records.map(({ values }) => values.id)).size).toBe(2400);
    expect(records[240]?.origin).toEqual({ file: 'applications.csv', line: 4 });
    expect(asked(sandbox)).toBe(20 * (api === 'applications' ? 3 : 2));
    expect(files.map(({ file, rows }) => [file, rows])).toEqual([
      ['applications.csv', 20],
      ['feishu:interviews', 2400],
    ]);
  });

  it('fails by name when a page in the middle cannot be had, and goes on from there', async () => {
    const { folder, sandbox, ids, spoolFile } = aTenant({ applications: 3, each: 120 });
    const way = wayTo(sandbox, spoolFile);
    // Page two of the second application: Feishu refuses a token that is none.
    const failing: SourceTenant = {
      ...way,
      page: (request) => {
        const { applicationId, pageToken } = request;
        return way.page(applicationId === ids[1] && pageToken ? { ...request, pageToken: 'none' } : request);
      },
    };
    await expect(read(source, folder, failing)).rejects.toThrow(
      `applications.csv, line 3: page 2 of the interviews of application ${ids[1]} was not read`,
    );
    expect(statSync(spoolFile).mode & 0o777).toBe(0o600);
    const before = asked(sandbox);
    const { records } = await read(source, folder, way);
    expect(records).toHaveLength(360);
    // The second application from its first page on; the others were kept.
    expect(asked(sandbox) - before).toBe(api === 'applications' ? 3 : 2);
  });
});

describe('what is kept of a run that did not get through', () => {
  const source = feishuInterviewRecords(LIST);

  it('is good for its own tenant and list only', async () => {
    const { folder, sandbox, spoolFile } = aTenant();
    await read(source, folder, wayTo(sandbox, spoolFile));
    await read(source, folder, wayTo(sandbox, spoolFile));
    expect(asked(sandbox)).toBe(3);
    await read(source, folder, wayTo(sandbox, spoolFile, 'cli_other'));
    expect(asked(sandbox)).toBe(6);
    await read(feishuInterviewRecords(LIST, { api: 'v1-interviews' }), folder, wayTo(sandbox, spoolFile));
    expect(asked(sandbox)).toBe(9);
  });

  it('survives a line that a kill cut off, and damage', async () => {
    const { folder, sandbox, spoolFile } = aTenant();
    const way = wayTo(sandbox, spoolFile);
    const whole = await read(source, folder, way);
    truncateSync(spoolFile, statSync(spoolFile).size - 20);
    expect((await read(source, folder, way)).records).toEqual(whole.records);
    expect(asked(sandbox)).toBe(4);
    appendFileSync(spoolFile, `${Date.now()} ${application(2)} [{"id":\n12 x\n`);
    expect((await read(source, folder, way)).records).toEqual(whole.records);
    expect(asked(sandbox)).toBe(5);
  });

  it('is read again when it is old', async () => {
    const { folder, sandbox, spoolFile } = aTenant();
    const way = wayTo(sandbox, spoolFile);
    await read(source, folder, way);
    const old = String(Date.now() - 7 * 3_600_000);
    writeFileSync(spoolFile, readFileSync(spoolFile, 'utf8').replaceAll(/^\d{13} /gm, `${old} `));
    await read(source, folder, way);
    expect(asked(sandbox)).toBe(6);
  });

  it('holds lines longer than a piece of the file that is read at once', async () => {
    const { folder, sandbox, spoolFile } = aTenant({ applications: 1, each: 1 });
    sandbox.seed({
      nativeInterviews: [0, 1, 2].map((n) => ({
        application_id: application(0),
        remark: '长'.repeat(400_000 + n),
      })),
    });
    const way = wayTo(sandbox, spoolFile);
    const v1 = feishuInterviewRecords(LIST, { api: 'v1-interviews' });
    const { records } = await read(v1, folder, way);
    expect((await read(v1, folder, way)).records).toEqual(records);
    expect([records.length, asked(sandbox)]).toEqual([4, 1]);
  });
});

describe('the list of applications', () => {
  it('may be a lookup, names each once, and is refused whole before the first request', async () => {
    const { folder, sandbox, ids } = aTenant();
    const way = wayTo(sandbox, null);
    const lookup = csvLookup('applications.csv', 'application_id', 'external_application_id');
    const lines = [ids[0], ids[1], ids[0]].map((id) => `${id},1\n`).join('');
    writeFileSync(join(folder, 'applications.csv'), `application_id,external_application_id\n${lines}`);
    const { records, files } = await read(feishuInterviewRecords(lookup), folder, way);
    expect(records).toHaveLength(4);
    expect(files.map(({ file }) => file)).toEqual(['feishu:interviews']);

    const before = asked(sandbox);
    for (const wrong of ['', '6.96E+18', 'A-1']) {
      writeFileSync(join(folder, 'applications.csv'), `application_id,x\n${ids[0]},1\n${wrong},1\n`);
      await expect(read(feishuInterviewRecords(LIST), folder, way)).rejects.toThrow(
        'applications.csv, line 3: column "application_id" must have the id of an application',
      );
    }
    expect(asked(sandbox)).toBe(before);
  });

  it('needs a tenant to read from, and settings that are known', async () => {
    const { folder } = aTenant();
    await expect(read(feishuInterviewRecords(LIST), folder)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    expect(() => feishuInterviewRecords(LIST, { api: 'v2' as never })).toThrow(/api is 'applications' or/);
    expect(() => feishuInterviewRecords({} as never)).toThrow(/needs { file, column }/);
  });
});

it('refuses a list whose pages go round in a circle, or that has somebody else’s interviews', async () => {
  const { folder, sandbox } = aTenant({ applications: 1 });
  const way = wayTo(sandbox, null);
  const page = (over: object): SourceTenant => ({
    ...way,
    page: async () => ({ items: [], pageToken: null, ...over }),
  });
  const source = feishuInterviewRecords(LIST);
  await expect(read(source, folder, page({ pageToken: 'a' }))).rejects.toThrow(
    /page 2 .* leads back to a page/,
  );
  const stray = [{ id: '7', application_id: '8' }];
  await expect(read(source, folder, page({ items: stray }))).rejects.toThrow(/has interview 7 of another/);
});

it.each([2, 3])(
  'reads an application again whose pages shift (%i times), and gives up only then',
  async (times) => {
    const { folder, sandbox, spoolFile } = aTenant({ applications: 1, each: 60 });
    const way = wayTo(sandbox, spoolFile);
    let first: RemoteObject | undefined;
    let shifts = times;
    const shifting: SourceTenant = {
      ...way,
      async page(request) {
        const page = await way.page(request);
        first ??= page.items[0];
        if (request.pageToken === undefined || first === undefined || shifts-- <= 0) return page;
        // Something was put before it meanwhile: the second page begins with what was on the first one.
        return { ...page, items: [first, ...page.items] };
      },
    };
    const reading = read(feishuInterviewRecords(LIST), folder, shifting);
    if (times === 3) {
      await expect(reading).rejects.toThrow(
        /applications\.csv, line 2: .* hold the same one twice, in 3 attempts/,
      );
      return expect(readFileSync(spoolFile, 'utf8').split('\n')).toHaveLength(2);
    }
    expect(new Set((await reading).records.map(({ values }) => values.id)).size).toBe(60);
    expect(asked(sandbox)).toBe(6);
  },
);
