import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../cli/child.ts';
import { aPlace } from '../cli/place.ts';
import { aSource, sharedData } from './shared-data.ts';

const PIPELINE = join(ROOT, 'pipelines/moka-like.ts');
const SHEET = 'moka-like.interviews.utf8bom.csv';
const data = sharedData(`china/${SHEET}`);
const IDS = ['425436988', '425436989', '425436990', '425436991', '425436992'];
const feishuId = (no: string) => `69606632${no}01`;
const LOOKUP = {
  'feishu-applications.csv': `申请ID,external_application_id\n${IDS.map((no) => `${no},${feishuId(no)}\n`).join('')}`,
};

type Row = Record<string, string>;

/** The sheet with its rows changed, written as Excel writes it. */
function rewrite(source: string, change: (rows: Row[]) => Row[]): void {
  const file = join(source, SHEET);
  const rows = parse(readFileSync(file), { columns: true, bom: true }) as Row[];
  const text = stringify(change(rows), {
    header: true,
    bom: true,
    record_delimiter: '\r\n',
    quoted_match: /[\r\n]/,
  });
  writeFileSync(file, text);
}

it('the Moka-like pipeline has at most 40 lines', () => {
  expect(readFileSync(PIPELINE, 'utf8').split('\n').length - 1).toBeLessThanOrEqual(40);
});

describe.skipIf(data === undefined)('the Moka-like export', () => {
  const aMoka = async () => {
    const place = await aPlace();
    const source = aSource(place.folder, data ?? [], LOOKUP);
    return { place, source, sync: () => place.sync(PIPELINE, '--source', source) };
  };

  it('brings one interview per application, round and begin, 满意 as 2 and 不满意 as 1', async () => {
    const { place, sync } = await aMoka();
    const { report, stderr } = await sync();
    expect(stderr).toMatch(
      /^New ledger: \S+\nFirst write to app [^\n]*: 5 to create, 0 to update\.[^\n]*\n$/,
    );
    expect(report).toMatchObject({ exitCode: 0, rows: { read: 7, created: 5, skipped: 2 } });
    const bodies = new Map(place.sandbox.interviews().map(({ externalId, body }) => [externalId, body]));
    const key = (no: string, rest: string) => `moka-like:${no}:${rest}`;
    expect(Object.fromEntries(bodies)).toEqual({
      [key('425436988', '初试:2024-01-29 18:00:00')]: {
        external_application_id: feishuId('425436988'),
        participate_status: 2,
        begin_time: Date.UTC(2024, 0, 29, 10),
        end_time: Date.UTC(2024, 0, 29, 11),
        interview_assessments: [
          { username: '刘芳', conclusion: 1, content: '系统设计偏弱，"分布式"只停留在概念' },
          { username: '王强', conclusion: 2, content: '基础扎实，沟通清楚。\n建议进入复试。' },
        ],
      },
      [key('425436988', '复试:2024-02-01T10:00:00.000Z')]: {
        external_application_id: feishuId('425436988'),
        participate_status: 2,
        begin_time: Date.UTC(2024, 1, 1, 10),
        end_time: Date.UTC(2024, 1, 1, 10, 45),
      },
      [key('425436990', '初试:2024-01-30 14:00:00')]: {
        external_application_id: feishuId('425436990'),
        participate_status: 3,
        begin_time: Date.UTC(2024, 0, 30, 6),
        end_time: Date.UTC(2024, 0, 30, 6, 30),
      },
      [key('425436991', '终试:2024-02-29 23:30:00')]: {
        external_application_id: feishuId('425436991'),
        participate_status: 2,
        begin_time: Date.UTC(2024, 1, 29, 15, 30),
        end_time: Date.UTC(2024, 1, 29, 17, 30),
        interview_assessments: [{ username: '赵六(已离职)', conclusion: 3, content: '需要再聊一轮' }],
      },
      [key('425436992', '初试:')]: {
        external_application_id: feishuId('425436992'),
        participate_status: 1,
      },
    });
  });

  it('is the same the next night, in any order of rows', async () => {
    const { place, source, sync } = await aMoka();
    await sync();
    const written = place.writes().length;
    rewrite(source, (rows) => rows.toReversed());
    const { report } = await sync();
    expect(report).toMatchObject({ exitCode: 0, rows: { read: 7, unchanged: 5, skipped: 2 } });
    expect(place.writes()).toHaveLength(written);
  });

  it('takes the words 通过 and 不通过 where the system gives no type', async () => {
    const { place, source, sync } = await aMoka();
    const words: Readonly<Record<string, string>> = { 满意: '通过', 不满意: '不通过', 待定: '待定', '': '' };
    rewrite(source, (rows) =>
      rows.map((row) => ({ ...row, 面试反馈结果: words[row.面试反馈结果!]!, 面试反馈结果类型: '' })),
    );
    await sync();
    const conclusions = place.sandbox
      .interviews()
      .flatMap(({ body }) => body.interview_assessments ?? [])
      .map(({ username, conclusion }) => [username, conclusion]);
    expect(Object.fromEntries(conclusions)).toEqual({ 刘芳: 1, 王强: 2, '赵六(已离职)': 3 });
  });

  it('sends one more assessment as one update of the whole interview', async () => {
    const { place, source, sync } = await aMoka();
    await sync();
    rewrite(source, (rows) => [
      ...rows,
      {
        ...rows[0]!,
        面试官: '孙七',
        面试官邮箱: 'a@example.com',
        面试反馈结果: '待定',
        面试反馈结果类型: '',
        面试反馈内容: '',
      },
    ]);
    const { report } = await sync();
    expect(report.rows).toMatchObject({ updated: 1, unchanged: 4, created: 0, rejected: 0 });
    const updated = place.sandbox.interviews().find(({ body }) => body.interview_assessments?.length === 3);
    expect(updated?.body.interview_assessments?.map(({ username }) => username)).toEqual([
      '孙七',
      '刘芳',
      '王强',
    ]);
  });

  it('names every damage, and what two rows of one interview say differently', async () => {
    const { source, place } = await aMoka();
    const edits: readonly Row[] = [
      { 签到状态: '未签到' },
      {},
      { 面试开始时间: '45323.75' },
      {},
      { 面试反馈结果类型: '1' },
      { 面试官: '#N/A' },
      { 申请ID: '4.25437E+08' },
    ];
    rewrite(source, (rows) => rows.map((row, index) => ({ ...row, ...edits[index] })));
    const { report } = await place.plan(PIPELINE, '--source', source);
    const found = report.rejects.map(({ line, problems }) => [
      line,
      problems.map(({ field, code, message }) => [field, code, message]),
    ]);
    expect(Object.fromEntries(found)).toEqual({
      2: [
        [
          '签到状态',
          'CELL_INVALID',
          'differs from "未签到" in line 2, although both rows are of one group: correct one of them',
        ],
        [
          '签到状态',
          'CELL_INVALID',
          'differs from "未签到" in line 2, although both rows are of one group: correct one of them',
        ],
      ],
      5: [['面试开始时间', 'DATE_INVALID', expect.stringContaining('is an Excel serial date')]],
      7: [['候选人参加状态', 'MAPPING_REJECTED', 'a no-show (未到场) that was assessed']],
      8: [['feedbacks[0].面试官', 'CELL_INVALID', expect.stringContaining('(a look-up found nothing)')]],
      9: [['申请ID', 'CELL_INVALID', expect.stringContaining('"4.25437E+08" is in scientific notation')]],
    });
  });
});
