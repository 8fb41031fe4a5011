import { TARGETS } from '../../src/feishu/targets.ts';
import { canonicalJson } from '../../src/plan/canonical.ts';
import { ATTACHMENTS, TARGET } from '../target.ts';
import type { Content, Spelling, Verdict, World } from './draw.ts';

/** A line of the export. */
export interface Row {
  readonly id: string;
  readonly application: string;
  readonly begin: number;
  readonly who: string;
  readonly verdict: Verdict;
  readonly text: string;
}

const BEGIN = Date.UTC(2025, 10, 3, 2, 0);
const MINUTE_MS = 60_000;

// The last one is on another day; the second one differs from the first one by seconds.
const BEGINS = [0, 17_000, 30 * MINUTE_MS, 61 * MINUTE_MS + 5_000, 3 * 24 * 60 * MINUTE_MS].map(
  (ms) => BEGIN + ms,
);
const NAMES = ['王强', '李娜', '赵六'];
/** Short and long, with blanks at the ends, with line ends of all kinds, and one that is cut. */
export const TEXTS = [
  '扎实🙂',
  '  项目经验丰富，系统设计能力突出，沟通清晰，建议进入下一轮 ',
  '基础一般。\r\n算法题没有做完，\r\n对并发的理解停留在表面，建议不录用。',
  '候选人对分布式系统有深入的理解，能够清楚地说明取舍；编码规范，测试充分；英语流利；期望薪资在范围之内，可尽快入职。',
  '候选人对数据库有深入的理解，能够清楚地说明索引与事务；编码规范，测试不足；英语一般；期望薪资略高，需再谈。',
  '下一轮再看',
  '与团队文化契合，主动性强，能独立推进复杂项目并带动他人，强烈推荐录用',
];

export const applicationId = (place: number): string => `6960663240925${String(place).padStart(6, '0')}`;

/** Of the records of a world, the nth belongs to this application. */
export function applicationOf(n: number, { applications }: Pick<World, 'applications'>): string {
  return applicationId(n % applications);
}

export function keyOf(n: number, how: Spelling): string {
  const key = `IV-${n + 1}`;
  switch (how) {
    case 'plain':
      return key;
    case 'zeros':
      return `IV-${String(n + 1).padStart(5, '0')}`;
    case 'lower':
      return key.toLowerCase();
    case 'prefix':
      return `ATS/${key}`;
  }
}

export function rowOf(id: string, application: string, { begin, who, verdict, text }: Content): Row {
  return {
    id,
    application,
    begin: BEGINS[begin % BEGINS.length] ?? BEGIN,
    who: NAMES[who % NAMES.length] ?? '',
    verdict,
    text: TEXTS[text % TEXTS.length] ?? '',
  };
}

/** What is to be in Feishu for a row; written down here once more, apart from the pipeline. */
export function bodyOf(row: Omit<Row, 'id'>): Record<string, unknown> {
  if (TARGET === 'external_background_check')
    return {
      external_application_id: row.application,
      date: row.begin,
      name: row.who,
      result: `${row.verdict} ${row.text}`,
      attachment_id_list: ATTACHMENTS.map(({ id }) => id),
    };
  return {
    external_application_id: row.application,
    participate_status: 2,
    begin_time: row.begin,
    end_time: row.begin + 3_600_000,
    interview_assessments: [
      { username: row.who, ...(row.verdict === 0 ? {} : { conclusion: row.verdict }), content: row.text },
    ],
  };
}

/** What can be told apart in Feishu of an object of these tests. */
export interface Said {
  readonly application: string;
  readonly begin: number;
  readonly who: string;
  readonly verdict: string;
  readonly text: string;
  /** All the rest. */
  readonly rest: string;
}

/** What a body says, whoever wrote it. */
export function saidIn(body: object): Said {
  const all = body as Record<string, unknown>;
  const { external_application_id: application, begin_time, date, ...others } = all;
  const begin = Number(begin_time ?? date);
  if (TARGET === 'external_background_check') {
    const { name, result, ...rest } = others;
    const [verdict = '', ...words] = String(result).split(' ');
    return {
      application: String(application),
      begin,
      who: String(name),
      verdict,
      text: words.join(' '),
      rest: canonical(rest),
    };
  }
  const { interview_assessments: list, ...rest } = others;
  const [first, ...more] = (list ?? []) as { username?: string; conclusion?: number; content?: string }[];
  return {
    application: String(application),
    begin,
    who: String(first?.username ?? ''),
    verdict: String(first?.conclusion ?? ''),
    text: first?.content ?? '',
    rest: canonical({ ...rest, end_time: Number(rest.end_time) - begin, more }),
  };
}

function canonical(value: unknown): string {
  const sorted = (one: unknown): unknown =>
    Array.isArray(one)
      ? one.map(sorted).toSorted()
      : one instanceof Object
        ? Object.fromEntries(
            Object.entries(one)
              .toSorted(([a], [b]) => (a < b ? -1 : 1))
              .map(([k, v]) => [k, sorted(v)]),
          )
        : one;
  return JSON.stringify(sorted(value));
}

export function canonicalBody(body: unknown): string {
  return canonicalJson(TARGETS[TARGET].shape, body);
}

/** The pipeline of a world. */
export function pipelineText({ accepts, onDrift }: Pick<World, 'accepts' | 'onDrift'>): string {
  const interviews = TARGET === 'external_interview';
  const field = interviews ? 'interview_assessments.content' : 'result';
  const map = interviews
    ? `participate_status: 2,
    begin_time: row.begin,
    end_time: row.begin + 3_600_000,
    interview_assessments: [
      { username: row.who, ...(row.verdict === 0 ? {} : { conclusion: row.verdict }), content: row.text },
    ],`
    : `date: row.begin,
    name: row.who,
    result: \`\${row.verdict} \${row.text}\`,
    attachment_id_list: ${JSON.stringify(ATTACHMENTS.map(({ id }) => id))},`;
  return `import { definePipeline, jsonl } from 'hire-sync';

export default definePipeline({
  name: 'world',
  target: '${TARGET}',
  onDrift: '${onDrift}',${accepts ? `\n  accepts: { cut: ['${field}'] },` : ''}
  source: jsonl('rows.jsonl'),
  key: (row) => row.id,
  map: (row) => ({
    external_application_id: row.application,
    ${map}
  }),
});
`;
}
