import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { NativeInterview } from '../../src/sandbox/index.ts';
import { aPlace, type JsonReport } from '../cli/place.ts';
import {
  aNativeTenant,
  PIPELINE,
  sourceApplication,
  syncArgs,
  targetApplication,
  writeLists,
} from './native-tenant.ts';

const BEGIN = Date.UTC(2024, 2, 5, 1, 30);

/** What two interviewers of one interview did: [conclusion, commit_status], and what Feishu must hold for it. */
const KINDS = [
  { said: [[1, 1]], status: 2, verdicts: [2] },
  { said: [[2, 1]], status: 2, verdicts: [1] },
  { said: [[1, 1], [2, 1]], status: 2, verdicts: [2, 1] },
  { said: [[3, 2], [3, 2]], status: 1, verdicts: [] },
  { said: [[4, 2]], status: undefined, verdicts: [] },
  { said: [[4, 2], [2, 1]], status: 2, verdicts: [1] },
  { said: [[5, 1]], status: 3, verdicts: [] },
  // Drafts: nobody has said it yet.
  { said: [[1, 2]], status: undefined, verdicts: [] },
  { said: [[2, 2], [1, 1]], status: 2, verdicts: [2] },
  { said: [], status: undefined, verdicts: [] },
] as const; // biome-ignore format: one line each
const USERS = ['ou_1', 'ou_3'];
const NAMES = ['王强', 'ou_3'];
const WORDS = { zh_name: '优', zh_description: '建议录用', en_name: 'A', en_description: 'hire' };

/** 200 interviews of 40 applications, 60 of them of one: more than a page. */
function natives(): (NativeInterview & { readonly id: string })[] {
  return Array.from({ length: 200 }, (_, n) => ({
    id: `7000000000000000${String(n).padStart(3, '0')}`,
    application_id: sourceApplication(n < 60 ? 0 : 1 + (n % 39)),
    begin_time: BEGIN + n * 60_000,
    end_time: BEGIN + n * 60_000 + 3_600_000,
    round: n % 3,
    stage_id: '634324253532232',
    interview_record_list: (KINDS[n % KINDS.length]?.said ?? []).map(([conclusion, commit_status], i) => ({
      id: `71000000000000${String(n).padStart(3, '0')}${i}`,
      user_id: USERS[i],
      content: `评语 ${n}.${i}`,
      commit_status,
      conclusion,
      interview_score: { id: '9', level: 3 + i, ...WORDS },
    })),
  }));
}

/** Told from the table above, in other words than the pipeline's. */
function expectedBody(n: number, interview: NativeInterview): object {
  const { said, status, verdicts } = KINDS[n % KINDS.length]!;
  const written = said.flatMap(([conclusion, commit], i) =>
    commit === 1 && conclusion <= 2 ? [{ i, conclusion }] : [],
  );
  return {
    external_application_id: targetApplication(n < 60 ? 0 : 1 + (n % 39)),
    ...(status && { participate_status: status }),
    begin_time: interview.begin_time,
    end_time: BEGIN + n * 60_000 + 3_600_000,
    ...(written.length > 0 && {
      interview_assessments: written.map(({ i }, nth) => ({
        username: NAMES[i],
        conclusion: verdicts[nth],
        assessment_dimension_list: [
          {
            assessment_type: 1,
            title: '面试评分',
            description: '优\n建议录用\nA\nhire',
            score: 3 + i,
          },
        ],
        content: `【第 ${(n % 3) + 1} 轮 · 阶段 634324253532232】\n评语 ${n}.${i}`,
      })),
    }),
  };
}

it('brings 200 native interviews of another tenant; a rerun sends nothing, a changed record one PUT', {
  timeout: 120_000,
}, async () => {
  const [place, tenant] = [await aPlace(), await aNativeTenant()];
  writeLists(place.folder, 40);
  const held = natives();
  tenant.hold(held);
  const sync = async (...flags: string[]): Promise<JsonReport> => {
    const args = [...syncArgs(place.folder), ...flags];
    const { stdout, stderr } = await place.run(args, tenant.env);
    expect(stdout, stderr).toMatch(/^\{/);
    return JSON.parse(stdout) as JsonReport;
  };

  const first = await sync();
  expect(first).toMatchObject({ exitCode: 0, rows: { read: 200, created: 200, rejected: 0 } });
  // 60 interviews in pages of 50, all others in one page each.
  expect(tenant.pages()).toHaveLength(41);
  const bodies = new Map(place.sandbox.interviews().map(({ externalId, body }) => [externalId, body]));
  expect(bodies.size).toBe(200);
  for (const [n, interview] of held.entries())
    expect(bodies.get(`feishu-records:${interview.id}`), `${n}`).toEqual(expectedBody(n, interview));
  const verdicts = [...bodies.values()].flatMap(({ interview_assessments: given = [] }) =>
    given.map(({ conclusion }) => conclusion),
  );
  // Of ten kinds: a pass in the 1st, 3rd and 9th, a fail in the 2nd, 3rd and 6th.
  expect([verdicts.filter((v) => v === 2).length, verdicts.filter((v) => v === 1).length]).toEqual([60, 60]);
  expect(verdicts).not.toContain(3);

  const again = await sync();
  expect(again).toMatchObject({ exitCode: 0, rows: { read: 200, unchanged: 200 } });
  expect(place.writes()).toHaveLength(200);

  const [one] = held[60]!.interview_record_list as { conclusion: number }[];
  one!.conclusion = 2;
  tenant.hold(held);
  expect(await sync()).toMatchObject({ exitCode: 0, rows: { unchanged: 199, updated: 1 } });
  expect(
    place
      .writes()
      .map(({ endpoint }) => endpoint)
      .slice(200),
  ).toEqual(['external_interview.update']);
  const changed = place.sandbox.interviews().find(({ externalId }) => externalId?.endsWith(held[60]!.id));
  expect(changed?.body.interview_assessments).toMatchObject([{ conclusion: 1 }]);
  // Nothing of the other tenant stays on disk.
  expect(readdirSync(join(place.folder, '.hire-sync/read'))).toEqual([]);
});

it('reports an absence that another interviewer contradicts, an unknown conclusion and an unknown application', async () => {
  const [place, tenant] = [await aPlace(), await aNativeTenant()];
  writeLists(place.folder, 3);
  const record = { id: '1', user_id: 'ou_1', content: '机密', commit_status: 1, conclusion: 1 };
  const of = (n: number, ...records: object[]): NativeInterview => ({
    id: `70000000000000000${n}0`,
    application_id: sourceApplication(n % 3),
    interview_record_list: records.map((one) => ({ ...record, ...one })),
  });
  tenant.hold([
    of(0, { conclusion: 5 }, { id: '2' }),
    of(1, { conclusion: 7 }),
    of(2, { content: '\uFFFD' }),
    of(4, {}),
  ]);
  const args = ['plan', PIPELINE, '--source', place.folder, '--json'];
  const { stdout, stderr } = await place.run(args, tenant.env);
  const report = JSON.parse(stdout) as JsonReport;
  expect(report.rows).toMatchObject({ read: 4, created: 1, rejected: 3 });
  expect(report.rejects).toMatchObject([
    {
      key: '7000000000000000000',
      file: 'applications.csv',
      line: 2,
      problems: [{ code: 'MAPPING_REJECTED' }],
    },
    { problems: [{ code: 'VALUE_UNKNOWN', field: 'interview_record_list[0].conclusion', value: '7' }] },
    { problems: [{ code: 'CELL_INVALID', field: 'interview_record_list[0].content' }] },
  ]);
  expect(stderr).not.toContain('机密');
  expect(existsSync(join(place.folder, '.hire-sync/ledger.db'))).toBe(false);
});
