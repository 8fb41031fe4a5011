import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { csvFormat } from '../../src/pull/format.ts';
import { openJournal } from '../../src/pull/journal.ts';
import { filesOf, type PullInput, pull } from '../../src/pull/pull.ts';
import { aFolder } from '../builders.ts';
import { heldBy } from './killed.ts';
import { aPull, aSandbox, BACKGROUND_CHECKS, INTERVIEW_RECORDS, INTERVIEWS, listOf } from './world.ts';

const IDS = ['11', '22', '33'];
const linesOf = (file: string): unknown[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

/** A pull that ends before its last application: the first two are written. */
async function unfinished(input: PullInput): Promise<void> {
  const fetch: typeof INTERVIEWS.fetch = (client, id, token, options) => {
    if (id === '33') throw new Error('killed');
    return input.kind.fetch(client, id, token, options);
  };
  await expect(pull({ ...input, kind: { ...input.kind, fetch } })).rejects.toThrow('killed');
}

describe('a pull', () => {
  it('writes every object with a manifest that says where each application stands', async () => {
    const sandbox = aSandbox();
    const folder = aFolder();
    const file = join(folder, 'out.jsonl');
    const manifest = await pull(aPull(sandbox, file));
    expect(linesOf(file)).toEqual(heldBy(sandbox, IDS));
    const bytes = readFileSync(file);
    const written = JSON.parse(readFileSync(filesOf(file).manifest, 'utf8')) as typeof manifest & {
      perApplication: { application: string; start: number; end: number; sha256: string }[];
    };
    expect(written).toMatchObject({
      ...manifest,
      kind: 'interviews',
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      objects: 27,
      pages: 4,
      sessions: 1,
      applications: { read: 3, refused: 0, duplicates: 0, empty: 0 },
    });
    expect(written.perApplication).toMatchObject([
      { application: '11', objects: 25, pages: 2, start: 0 },
      { application: '22', objects: 0, pages: 1 },
      { application: '33', objects: 2, pages: 1, end: bytes.length },
    ]);
    for (const { start, end, sha256 } of written.perApplication)
      expect(createHash('sha256').update(bytes.subarray(start, end)).digest('hex')).toBe(sha256);
    expect(readdirSync(folder).sort()).toEqual(['out.jsonl', 'out.jsonl.manifest.json']);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it.each(['file', 'part', 'manifest'] as const)('overwrites nothing (%s)', async (which) => {
    const file = join(aFolder(), 'out.jsonl');
    const theirs = filesOf(file)[which];
    writeFileSync(theirs, 'mine');
    const ended = pull(aPull(aSandbox(), file));
    await expect(ended).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(ended).rejects.toThrow(`${theirs} is there already`);
    expect(readFileSync(theirs, 'utf8')).toBe('mine');
    expect(existsSync(filesOf(file).journal)).toBe(false);
  });

  it('says what to do when its last file cannot be written, and ends then', async () => {
    const input = aPull(aSandbox(), join(aFolder(), 'out.jsonl'));
    const { file, manifest } = filesOf(input.file);
    const onProgress = () => void mkdirSync(manifest, { recursive: true });
    await expect(pull({ ...input, onProgress })).rejects.toMatchObject({ code: 'OUTPUT_INVALID' });
    rmdirSync(manifest);
    await pull(input);
    expect(linesOf(file)).toHaveLength(27);
  });

  it('that ended early is gone on with, its half-written tail cut off', async () => {
    const sandbox = aSandbox();
    const file = join(aFolder(), 'out.jsonl');
    const input = aPull(sandbox, file);
    await unfinished(input);
    const { part, journal } = filesOf(file);
    for (const name of [part, journal]) expect(statSync(name).mode & 0o777).toBe(0o600);
    expect(existsSync(file)).toBe(false);
    appendFileSync(part, '{"_application":"11","id":"69');
    const manifest = await pull(input);
    expect(linesOf(file)).toEqual(heldBy(sandbox, IDS));
    expect(manifest.sessions).toBe(2);
  });

  it.each([0, 1])('that was ended after its rename finishes, and reads nothing again (%i)', async (moved) => {
    const sandbox = aSandbox();
    const file = join(aFolder(), 'out.jsonl');
    const input = aPull(sandbox, file);
    const { manifest, part, journal } = filesOf(file);
    await pull(input);
    // As it was just before its last step, and before the one before that.
    const { perApplication, ...sum } = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, never[]>;
    const state = openJournal(journal);
    state.begin(ownerOf(input), 1);
    for (const done of perApplication ?? [])
      state.add({ refused: null, logId: '', ...(done as object), readAt: 1 } as never);
    state.close();
    const text = readFileSync(file);
    if (moved === 0) renameSync(file, part);
    const before = sandbox.arrivals().length;
    await pull(input);
    expect(sandbox.arrivals()).toHaveLength(before);
    expect(readFileSync(file)).toEqual(text);
    expect(existsSync(journal)).toBe(false);
    expect(sum.objects).toBe(27);
  });

  it('leaves an unfinished file that somebody has renamed as it is', async () => {
    const file = join(aFolder(), 'out.jsonl');
    const input = aPull(aSandbox(), file);
    await unfinished(input);
    renameSync(filesOf(file).part, file);
    appendFileSync(file, 'a note');
    await expect(pull(input)).rejects.toThrow(/is there already, and a pull overwrites nothing/);
    expect(readFileSync(file, 'utf8')).toMatch(/a note$/);
  });

  it('refuses to go on with what is another list, tenant or kind', async () => {
    const file = join(aFolder(), 'out.jsonl');
    const input = aPull(aSandbox(), file);
    await unfinished(input);
    const others = [
      { applications: listOf('11', '33') },
      { tenant: { ...input.tenant, appId: 'cli_other' } },
      { kind: BACKGROUND_CHECKS },
      { format: csvFormat(INTERVIEWS.level) },
    ];
    for (const other of others)
      await expect(pull({ ...input, ...other })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('refuses to go on with a file that somebody has changed', async () => {
    const file = join(aFolder(), 'out.jsonl');
    const input = aPull(aSandbox(), file);
    await unfinished(input);
    const { part } = filesOf(file);
    writeFileSync(part, readFileSync(part, 'utf8').replace('面试官 3', '面试官 4'));
    await expect(pull(input)).rejects.toMatchObject({ code: 'OUTPUT_INVALID' });
  });

  it('leaves a file alone that another process writes', async () => {
    const file = join(aFolder(), 'out.jsonl');
    const owner = openJournal(filesOf(file).journal);
    await expect(pull(aPull(aSandbox(), file))).rejects.toMatchObject({ code: 'OUTPUT_BUSY' });
    owner.close();
  });
});

function ownerOf({ kind, format, tenant, applications }: PullInput): string {
  return JSON.stringify({
    'what is pulled': kind.name,
    format: format.name,
    'the address': tenant.baseUrl,
    'the app': tenant.appId,
    'the list of applications': applications.sha256,
  });
}

describe('an application that cannot be read whole', () => {
  const refused = {
    match: { endpoint: 'external_interview.batch_query' as const, nth: 2 },
    fault: { kind: 'error' as const, status: 400, code: 1002201, msg: '候选人 is not there' },
  };

  it('ends the pull with an error, never with a part', async () => {
    const sandbox = aSandbox();
    sandbox.setFaults([refused]);
    const file = join(aFolder(), 'out.jsonl');
    const ended = pull(aPull(sandbox, file));
    await expect(ended).rejects.toMatchObject({ code: 'PULL_INCOMPLETE' });
    await expect(ended).rejects.toThrow(/code 1002201.*--skip-refused/);
    await expect(ended).rejects.not.toThrow(/候选人/);
    expect(existsSync(file)).toBe(false);
  });

  it('is passed over if that is asked for, and noted', async () => {
    const sandbox = aSandbox();
    sandbox.setFaults([refused]);
    const file = join(aFolder(), 'out.jsonl');
    const manifest = await pull(aPull(sandbox, file, { skipRefused: true }));
    expect(manifest.applications).toMatchObject({ read: 2, refused: 1 });
    expect(readFileSync(filesOf(file).manifest, 'utf8')).toMatch(/"refused":1002201,"logId":"\w+"/);
  });

  it('because its objects belong to another application is written nowhere', async () => {
    const sandbox = aSandbox();
    const input = aPull(sandbox, join(aFolder(), 'out.jsonl'));
    const kind = {
      ...INTERVIEWS,
      fetch: (...[client, , token, options]: Parameters<typeof INTERVIEWS.fetch>) =>
        INTERVIEWS.fetch(client, '11', token, options),
    };
    await expect(pull({ ...input, kind, applications: listOf('33') })).rejects.toThrow(/of another one/);
  });

  it.each([1, 3])(
    'because its pages shift is read again (%i times), and given up only then',
    async (times) => {
      const sandbox = aSandbox();
      let shifts = times;
      const kind = {
        ...INTERVIEWS,
        fetch: async (...given: Parameters<typeof INTERVIEWS.fetch>) => {
          const answer = await INTERVIEWS.fetch(...given);
          if (given[2] === undefined || answer.kind !== 'ok' || shifts-- <= 0) return answer;
          // Something was put before it meanwhile: the second page begins with what was on the first one.
          const [first] = heldBy(sandbox, ['11']) as { id: string }[];
          return { ...answer, data: { ...answer.data, items: [first!, ...answer.data.items] } };
        },
      };
      const file = join(aFolder(), 'out.jsonl');
      const ended = pull({ ...aPull(sandbox, file), kind, applications: listOf('11') });
      if (times === 3) return await expect(ended).rejects.toThrow(/the same object twice, in 3 attempts/);
      await ended;
      expect(linesOf(file)).toEqual(heldBy(sandbox, ['11']));
    },
  );
});

describe('the other kinds and forms', () => {
  it('are background checks with their attachments, also as CSV', async () => {
    const sandbox = aSandbox();
    const attachments = [
      { id: '901', name: 'a, "b".pdf', size: 7 },
      { id: '902', name: '二.pdf', size: 8 },
    ];
    const backgroundChecks = [
      {
        external_application_id: '22',
        date: 1_709_600_700_000,
        name: '背调',
        attachment_id_list: ['901', '902'],
      },
    ];
    sandbox.seed({ attachments, backgroundChecks });
    const [held] = sandbox.backgroundChecks();
    const file = join(aFolder(), 'out.csv');
    await pull(aPull(sandbox, file, { kind: BACKGROUND_CHECKS, format: csvFormat(BACKGROUND_CHECKS.level) }));
    const text = readFileSync(file, 'utf8');
    expect(
      text.startsWith('\uFEFF_application,external_application_id,id,date,name,result,attachment_list#,'),
    ).toBe(true);
    const rows = parse(text, { columns: true, bom: true }) as Record<string, string>[];
    expect(rows).toMatchObject([
      {
        _application: '22',
        id: held?.id,
        'attachment_list#': '1',
        'attachment_list.id': '901',
        'attachment_list.name': 'a, "b".pdf',
      },
      {
        _application: '22',
        id: held?.id,
        'attachment_list#': '2',
        'attachment_list.id': '902',
        'attachment_list.size': '8',
      },
    ]);
  });

  it('are interview records by pages of 50', async () => {
    const sandbox = aSandbox();
    const nativeInterviews = Array.from({ length: 120 }, (_, n) => ({
      application_id: '11',
      begin_time: n,
      interview_record_list: [{ id: `${n}`, conclusion: 1, interview_score: { level: 3, zh_name: '三' } }],
    }));
    sandbox.seed({ nativeInterviews });
    const file = join(aFolder(), 'out.jsonl');
    const manifest = await pull(aPull(sandbox, file, { kind: INTERVIEW_RECORDS }));
    expect(manifest).toMatchObject({ objects: 120, pages: 5 });
    expect(linesOf(file).map((line) => (line as { begin_time: number }).begin_time)).toEqual(
      nativeInterviews.map((_, n) => n),
    );
  });
});
