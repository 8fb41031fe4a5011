/**
 * What a script of an afternoon does: whole files through csv-parse/sync, Maps for the children, a hash per payload in
 * a JSON file, and a p-limit loop on the official SDK for what is new or changed. `node naive.ts FOLDER STATE [fill]`;
 * with `fill` it writes the state as if everything had been sent, and sends nothing.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as lark from '@larksuiteoapi/node-sdk';
import { parse } from 'csv-parse/sync';
import pLimit from 'p-limit';

type Row = Record<string, string>;

const [folder = '', stateFile = '', fill] = process.argv.slice(2);
const load = (file: string): Row[] =>
  parse(readFileSync(join(folder, file)), { columns: true, bom: true }) as Row[];
const STATUS: Record<string, number> = { 未参与: 1, 参与: 2, 爽约: 3 };
const VERDICT: Record<string, number> = { 不通过: 1, 通过: 2, 待定: 3 };

const users = new Map(load('interviewers.csv').map((row) => [row.staff_no, row.username]));
const scores = Map.groupBy(load('scores.csv'), (row) => row.assessment_id);
const assessments = Map.groupBy(load('assessments.csv'), (row) => row.interview_id);
const state: Record<string, string> = existsSync(stateFile)
  ? JSON.parse(readFileSync(stateFile, 'utf8'))
  : {};
const client = new lark.Client({ appId: 'bench', appSecret: 'bench', loggerLevel: lark.LoggerLevel.error });
const limit = pLimit(10);

type Call = Parameters<typeof client.hire.v1.externalInterview.create>[0];

const payloadOf = (row: Row) => ({
  external_application_id: row.application_id,
  participate_status: STATUS[row.status ?? ''],
  begin_time: new Date(`${row.begin_at}+08:00`).getTime(),
  end_time: new Date(`${row.end_at}+08:00`).getTime(),
  interview_assessments: (assessments.get(row.interview_id) ?? []).map((one) => ({
    username: users.get(one.interviewer),
    conclusion: VERDICT[one.result ?? ''],
    content: one.comment,
    assessment_dimension_list: (scores.get(one.assessment_id) ?? []).map((score) => ({
      assessment_type: 1,
      title: score.title,
      score: Number(score.score),
    })),
  })),
});

const waiting: Promise<unknown>[] = [];
let unchanged = 0;
for (const row of load('interviews.csv')) {
  const key = row.interview_id ?? '';
  const payload = payloadOf(row);
  const hash = createHash('sha256').update(JSON.stringify(payload)).digest('hex');
  if (state[key] === hash) unchanged++;
  else {
    state[key] = hash;
    if (fill === undefined) {
      const data = {
        external_id: key,
        ...payload,
        external_application_id: payload.external_application_id ?? '',
      };
      waiting.push(limit(() => client.hire.v1.externalInterview.create({ data } as Call)));
    }
  }
}
await Promise.all(waiting);
if (fill !== undefined) writeFileSync(stateFile, JSON.stringify(state));
process.stdout.write(`${JSON.stringify({ unchanged })}\n`);
