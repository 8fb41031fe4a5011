/** A group's archive, by seed: interviews with two assessments each, and one score per assessment. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { encodeGb18030 } from '../fixtures/gb18030.ts';

export type Variant = 'sorted' | 'shuffled' | 'changed' | 'changed-alone' | 'json' | 'gb18030';

export const FILES = ['interviews.csv', 'assessments.csv', 'scores.csv'] as const;
const HEADERS = {
  interviews: 'interview_id,application_id,round,status,begin_at,end_at,city,remark',
  assessments: 'assessment_id,interview_id,interviewer,result,comment',
  scores: 'assessment_id,title,score',
};

const ROUNDS = ['初试', '复试', '终试'];
const CITIES = ['北京', '上海', '深圳', '杭州', '成都'];
const RESULTS = ['通过', '不通过', '待定'];
const TITLES = ['专业能力', '沟通表达', '文化匹配'];
const PHRASES = [
  '基础扎实，沟通清楚，分布式理解到位。',
  '项目经验与岗位匹配，细节追问时略有迟疑。',
  '建议进入下一轮，重点考察系统设计与抗压。',
  '表达有条理，对业务有自己的判断。',
  'Java 与 Go 都写过生产代码，"读源码"的习惯很好。',
  '薪资期望偏高，入职时间待确认。',
];
export const INTERVIEWERS = 2_000;

/** A small generator of its own, so that the files are the same everywhere. */
const mixed = (seed: number) => {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};
const pick = <T>(list: readonly T[], seed: number): T => list[mixed(seed) % list.length] as T;
const pad = (value: number, length: number) => String(value).padStart(length, '0');

const idOf = (index: number) => `IV${pad(index, 8)}`;

function interviewOf(index: number, changed: boolean) {
  const day = `2${pad(15 + (mixed(index) % 10), 3)}-${pad((mixed(index + 7) % 12) + 1, 2)}-${pad((mixed(index + 3) % 28) + 1, 2)}`;
  return {
    interview_id: idOf(index),
    application_id: String(6_960_663_240_000_000_000n + BigInt(Math.floor(index / 3))),
    round: ROUNDS[index % 3] ?? '',
    status: changed ? '爽约' : '参与',
    begin_at: `${day} 09:30`,
    end_at: `${day} 10:30`,
    city: pick(CITIES, index),
    remark: mixed(index) % 5 === 0 ? `${pick(PHRASES, index)}\n${pick(PHRASES, index + 1)}` : '',
  };
}

const assessmentsOf = (index: number) =>
  [0, 1].map((which) => {
    const seed = index * 2 + which;
    return {
      assessment_id: `AS${pad(seed, 9)}`,
      interview_id: idOf(index),
      interviewer: `E${pad(mixed(seed) % INTERVIEWERS, 5)}`,
      result: pick(RESULTS, seed),
      comment: `${pick(PHRASES, seed)}${mixed(seed) % 4 === 0 ? '\n' : ''}${pick(PHRASES, seed + 5)}`,
    };
  });

const scoresOf = (index: number) =>
  assessmentsOf(index).map(({ assessment_id }, which) => ({
    assessment_id,
    title: pick(TITLES, index * 2 + which),
    score: String((mixed(index + which) % 9) + 1),
  }));

const cell = (value: string) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
const line = (row: object) => `${Object.values(row).map(cell).join(',')}\n`;

/** Whether a record is among the hundredth that changes. */
const isChanged = (index: number) => mixed(index + 99) % 100 === 0;

/** The indexes of the records of that hundredth. */
export const changedOf = (size: number): number[] =>
  Array.from({ length: size }, (_, index) => index).filter(isChanged);

/** A number without common factors with any size below it: every index comes once, far from its neighbours. */
const STEP = 7_368_787;

/** Writes the archive with `size` interviews into `folder`. */
export function writeArchive(folder: string, size: number, variant: Variant): void {
  mkdirSync(folder, { recursive: true });
  const alone = variant === 'changed-alone' ? changedOf(size) : undefined;
  const rows = alone?.length ?? size;
  const order = (at: number, by: number) =>
    variant === 'shuffled' ? (at * STEP + by) % size : (alone?.[at] ?? at);
  const encode = variant === 'gb18030' ? encodeGb18030 : (text: string) => Buffer.from(text);
  const write = (file: string, head: string, textOf: (at: number) => string, tail = '') => {
    const descriptor = openSync(join(folder, file), 'w');
    let block = head;
    for (let at = 0; at < rows; at++) {
      block += textOf(at);
      if (block.length < 1 << 20) continue;
      writeSync(descriptor, encode(block));
      block = '';
    }
    writeSync(descriptor, encode(block + tail));
    closeSync(descriptor);
  };
  const people = Array.from({ length: INTERVIEWERS }, (_, at) => `E${pad(at, 5)},user${at}\n`).join('');
  const descriptor = openSync(join(folder, 'interviewers.csv'), 'w');
  writeSync(descriptor, `staff_no,username\n${people}`);
  closeSync(descriptor);
  const changes = variant === 'changed' || variant === 'changed-alone';
  const interview = (at: number) => interviewOf(at, changes && isChanged(at));
  if (variant === 'json') {
    const record = (at: number) => {
      const scores = scoresOf(at);
      const assessments = assessmentsOf(at).map(({ interview_id: _, ...one }, which) => ({
        ...one,
        scores: [scores[which]],
      }));
      return JSON.stringify({ ...interview(at), assessments });
    };
    write('interviews.json', '[\n', (at) => `${at === 0 ? '' : ',\n'}${record(at)}`, '\n]\n');
    return;
  }
  write('interviews.csv', `${HEADERS.interviews}\n`, (at) => line(interview(order(at, 1))));
  write('assessments.csv', `${HEADERS.assessments}\n`, (at) =>
    assessmentsOf(order(at, 5)).map(line).join(''),
  );
  write('scores.csv', `${HEADERS.scores}\n`, (at) => scoresOf(order(at, 11)).map(line).join(''));
}

/** The pipeline that reads it. */
export function pipelineText(variant: Variant): string {
  const many = `join(csv('interviews.csv', { columns: ${JSON.stringify(HEADERS.interviews.split(','))} }), {
    assessments: many(csv('assessments.csv', { columns: ${JSON.stringify(HEADERS.assessments.split(','))} }), 'interview_id', {
      scores: many(csv('scores.csv', { columns: ${JSON.stringify(HEADERS.scores.split(','))} }), 'assessment_id'),
    }),
  })`;
  return `
import { csv, csvLookup, dateTime, definePipeline, id, integer, join, json, many, text, valueMap } from 'hire-sync';

const status = valueMap({ 未参与: 1, 参与: 2, 爽约: 3 });
const verdict = valueMap({ 不通过: 1, 通过: 2, 待定: 3 });

export default definePipeline({
  name: 'archive',
  target: 'external_interview',
  source: ${variant === 'json' ? "json<any>('interviews.json')" : many},
  lookups: { interviewers: csvLookup('interviewers.csv', 'staff_no', 'username') },
  key: (row) => id(row.interview_id),
  map: (row, { lookup }) => ({
    external_application_id: id(row.application_id),
    participate_status: status(row.status),
    begin_time: dateTime(row.begin_at, 'Asia/Shanghai'),
    end_time: dateTime(row.end_at, 'Asia/Shanghai'),
    interview_assessments: row.assessments.map((one) => ({
      username: lookup('interviewers', one.interviewer),
      conclusion: verdict(one.result),
      content: text(one.comment),
      assessment_dimension_list: one.scores.map((score) => ({
        assessment_type: 1 as const,
        title: text(score.title),
        score: integer(score.score),
      })),
    })),
  }),
});
`;
}
