import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeGb18030 } from '../fixtures/gb18030.ts';

/** Exports of shapes that no fixture has, made anew for each test. Names and texts are nobody's. */

const pick = <T>(list: readonly T[], at: number): T => list[at % list.length] as T;
const two = (n: number): string => String(n).padStart(2, '0');
const applicationId = (at: number): string =>
  `72${String(10_348_215_926_473_111n + BigInt(at) * 7_919_431n)}`;

function write(folder: string, name: string, content: string | Uint8Array): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), content);
}

const csvOf = (rows: readonly (readonly string[])[], delimiter = ','): string =>
  rows
    .map((cells) => cells.map((cell) => (/[",;\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)))
    .map((cells) => `${cells.join(delimiter)}\r\n`)
    .join('');

/** One row per candidate, three rounds side by side, with a byte order mark, as a spreadsheet saves it. */
export function wideSheet(folder: string): void {
  const rounds = ['一面', '二面', '三面'];
  const ofRound = ['时间', '面试官', '技术得分', '优势', '结果', '评价'];
  const header = [
    '姓名',
    '手机号',
    '应聘职位',
    '部门',
    ...rounds.flatMap((one) => ofRound.map((name) => one + name)),
  ];
  const rows = Array.from({ length: 60 }, (_, at) => {
    const held = 1 + (at % 3);
    const cells = rounds.flatMap((_name, round) => {
      if (round >= held) return ofRound.map(() => '');
      const verdict = round < held - 1 ? '通过' : pick(['通过', '淘汰', '待定'], at);
      const score = pick(['4', '4.5', '3', '5'], at + round);
      const begin = `2024/${1 + (at % 12)}/${1 + (at % 28)} ${9 + round}:${two((at * 5) % 60)}`;
      return [
        begin,
        pick(['赵一', '钱二', '孙三'], at + round),
        score,
        pick(['', '思路清楚'], at),
        verdict,
        pick(['', '基础好, 沟通顺畅'], at + 1),
      ];
    });
    return [
      `候选${at}`,
      `1380000${String(1000 + at)}`,
      pick(['后端', '前端', '测试'], at),
      '研发部',
      ...cells,
    ];
  });
  write(folder, '面试汇总.csv', `\uFEFF${csvOf([header, ...rows])}`);
  const ids = rows.map(([, phone = '', post = ''], at) => [`${phone}:${post}`, applicationId(at)]);
  write(folder, 'feishu-applications.csv', csvOf([['手机号:应聘职位', 'external_application_id'], ...ids]));
}

/** Three files in GBK, separated by semicolons, with title rows above the header and rows below the last record. */
export function framedSheets(folder: string): void {
  const count = 80;
  const framed = (
    title: string,
    header: readonly string[],
    rows: readonly (readonly string[])[],
    footers: readonly string[],
  ) => {
    const padded = (text: string) => [text, ...header.slice(1).map(() => '')];
    const lines = [padded(title), padded(''), header, ...rows, ...footers.map(padded)];
    return encodeGb18030(csvOf(lines, ';'));
  };
  const interviews = Array.from({ length: count }, (_, at) => [
    `MS${1000 + at}`,
    `="TD${two(at)}88"`,
    `候选${at}`,
    pick(['初试', '复试', '终试'], at),
    `2024年${1 + (at % 12)}月${1 + (at % 28)}日 ${9 + (at % 8)}:30`,
    pick(['30', '45', '60'], at),
    pick(['已结束', '已结束', '已结束', '已取消'], at),
    pick(['现场', '视频'], at),
  ]);
  const evaluations = Array.from({ length: count * 2 }, (_, at) => [
    `PJ${5000 + at}`,
    `MS${1000 + Math.floor(at / 2)}`,
    pick(['周甲', '吴乙', '郑丙'], at),
    pick(['通过', '不通过', '待复核'], at),
    pick(['88', '72', '91'], at),
    pick(['思路清晰。', '基础一般；需要再看。'], at),
    pick(['期望薪资偏高', ''], at),
  ]);
  const ids = Array.from({ length: count }, (_, at) => [`TD${two(at)}88`, applicationId(at)]);
  const date = '导出时间：2024-12-31 18:00';
  write(
    folder,
    '面试记录.csv',
    framed(
      '2024 年面试记录',
      ['面试编号', '投递编号', '候选人', '面试轮次', '面试时间', '面试时长', '面试状态', '面试方式'],
      interviews,
      [`共 ${count} 条`, date],
    ),
  );
  write(
    folder,
    '面试评价.csv',
    framed(
      '面试评价明细',
      ['评价编号', '面试编号', '面试官', '面试结论', '综合得分', '综合评价', '期望薪资'],
      evaluations,
      ['合计'],
    ),
  );
  write(folder, '投递对照.csv', framed('投递对照表', ['投递编号', '外部投递ID'], ids, []));
}

/** Scheduled interviews and scorecards as Greenhouse's API gives them: a list of interviewers ties them. */
export function greenhouseLike(folder: string): void {
  const count = 40;
  const interviews = Array.from({ length: count }, (_, at) => ({
    id: 41_000_000_000 + at,
    application_id: 51_000_000_000 + (at % 25),
    start: at % 10 === 9 ? null : { date_time: `2024-03-${two(1 + (at % 28))}T0${at % 10}:30:00.000Z` },
    end: at % 10 === 9 ? null : { date_time: `2024-03-${two(1 + (at % 28))}T1${at % 10}:15:00.000Z` },
    location: null,
    status: pick(['complete', 'complete', 'awaiting_feedback', 'scheduled'], at),
    interview: { id: 7000 + (at % 3), name: pick(['Phone screen', 'System design', 'Values'], at) },
    interviewers: [0, 1].map((seat) => ({
      id: 900 + ((at + seat) % 6),
      name: pick(['Ana Lopes', 'Bo Strand', 'Cem Kaya', 'Dai Ito', 'Eva Roth', 'Fay Moss'], at + seat),
      response_status: 'accepted',
      scorecard_id: at % 4 < 2 ? 61_000_000_000 + at * 2 + seat : null,
    })),
  }));
  const scorecards = interviews.flatMap(({ interviewers, application_id, interview }, at) =>
    interviewers.flatMap(({ scorecard_id, id, name }, seat) =>
      scorecard_id === null
        ? []
        : [
            {
              id: scorecard_id,
              application_id,
              interview: interview.name,
              interviewer: { id, name },
              submitted_at: `2024-04-${two(1 + (at % 28))}T10:00:00.000Z`,
              overall_recommendation: pick(
                ['yes', 'no', 'strong_yes', 'definitely_not', 'no_decision'],
                at + seat,
              ),
              attributes: [{ name: 'Depth', type: 'Skills', note: null, rating: pick(['yes', 'mixed'], at) }],
              questions: [
                {
                  id: null,
                  question: 'Key Take-Aways',
                  answer: pick(['<p>Clear &amp; calm</p>', 'Knew why'], at),
                },
                { id: null, question: 'Private Notes', answer: 'PRIVATE salary talk' },
              ],
            },
          ],
    ),
  );
  const ids = Array.from({ length: 25 }, (_, at) => [String(51_000_000_000 + at), applicationId(at)]);
  write(folder, 'scheduled_interviews.json', JSON.stringify(interviews, null, 1));
  write(folder, 'scorecards.json', JSON.stringify(scorecards));
  write(folder, 'applications.csv', csvOf([['application_id', 'external_application_id'], ...ids]));
}

/** A flat English sheet, one row for each interviewer, with American dates and words for nothing. */
export function flatSheet(folder: string): void {
  const rows = Array.from({ length: 90 }, (_, at) => {
    const interview = Math.floor(at / 2);
    return [
      `A-${100 + (interview % 30)}`,
      `Candidate ${interview}`,
      pick(['Phone', 'Onsite', 'Final'], Math.floor(interview / 30)),
      `${1 + (interview % 12)}/${1 + (interview % 12)}/2024 ${1 + (interview % 11)}:05 PM`,
      pick(['Ann Poe', 'Ben Roe'], at),
      pick(['Hire', 'No Hire', 'Strong Hire', 'NULL'], at),
      pick(['Solid answers', 'Asked twice, "no idea"'], at),
      pick(['Completed', 'No show'], interview % 7 === 6 ? 1 : 0),
      pick(['3', '4', '5'], at),
    ];
  });
  const header = [
    'Application ID',
    'Candidate Name',
    'Round',
    'Interview Date',
    'Interviewer',
    'Recommendation',
    'Notes',
    'Status',
    'Coding Score',
  ];
  write(folder, 'interview report.tsv', csvOf([header, ...rows], '\t'));
  const ids = Array.from({ length: 30 }, (_, at) => [`A-${100 + at}`, applicationId(at)]);
  write(folder, 'feishu-applications.csv', csvOf([['Application ID', 'external_application_id'], ...ids]));
}

/** A sheet that repeats the id of an interview for each interviewer, with numbers for verdicts. */
export function repeatedIds(folder: string): void {
  const rows = Array.from({ length: 60 }, (_, at) => {
    const interview = Math.floor(at / 2);
    const people = at % 20 === 0 ? '王甲、李乙' : pick(['王甲', '李乙'], at);
    const begin = interview % 9 === 8 ? '' : `2024/5/${1 + (interview % 28)} 10:00~11:30`;
    return [
      `M${interview}`,
      `T${interview}`,
      `候选${interview}`,
      begin,
      people,
      pick(['1', '0', '2'], at),
      `评语 ${at}`,
    ];
  });
  const header = ['面试ID', '申请ID', '姓名', '面试时间', '面试官', '面试结果', '面试评价'];
  write(folder, '面试.csv', csvOf([header, ...rows]));
  const ids = Array.from({ length: 30 }, (_, at) => [`T${at}`, applicationId(at)]);
  write(folder, '投递.csv', csvOf([['申请ID', 'external_application_id'], ...ids]));
}

/** Interviews with one verdict each, and what each interviewer wrote in a file of its own. */
export function overallVerdicts(folder: string): void {
  const interviews = Array.from({ length: 40 }, (_, at) => ({
    interviewId: `iv-${at}`,
    applicationId: `ap-${at}`,
    startAt: 1_714_960_000_000 + at * 3_600_000,
    decision: at % 5 === 4 ? null : pick(['pass', 'fail'], at),
  }));
  const lines = interviews.flatMap(({ interviewId }, at) =>
    [0, 1].map((seat) => ({
      feedbackId: `fb-${at}-${seat}`,
      interviewId,
      evaluator: { name: pick(['Ann Poe', 'Ben Roe'], seat) },
      comment: `Comment ${at}`,
    })),
  );
  const each = (records: readonly object[]) => records.map((one) => `${JSON.stringify(one)}\n`).join('');
  write(folder, 'interviews.json', JSON.stringify({ count: 40, data: interviews }));
  write(folder, 'feedback.jsonl', each(lines));
  const ids = interviews.map((one, at) => [one.applicationId, applicationId(at)]);
  write(folder, 'applications.csv', csvOf([['applicationId', 'external_application_id'], ...ids]));
}
