import { describe, expect, it } from 'vitest';
import { type Row, someRows } from '../faults/rows.ts';
import { CREATE, SHORT } from '../target.ts';
import { AT_LENGTH, aStory, rowsOf } from './story.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const turned = (row: Row): Row => ({ ...row, verdict: row.verdict === '通过' ? '不通过' : '通过' });
const corrected = (row: Row): Row => ({ ...row, comment: `${row.comment}，补充` });

/** What happens in any good week. Nothing of it may be taken for a mistake. */
describe.concurrent('plays through, exit 0 and no hold:', { timeout: 240_000 }, () => {
  it('50 rows into an empty tenant', async (context) => {
    const story = await aStory(context);
    const rows = someRows(50);
    await story.night(rows, { created: 50 });
    story.expectRight(rows);
    expect(story.objects()).toBe(50);
  });

  it("two interviewers' interviews in one minute, together and one a night", async (context) => {
    const story = await aStory(context);
    const [one] = rowsOf(1) as [Row];
    const beside = {
      ...one,
      id: 'R-900',
      interviewer: '赵敏',
      comment: '沟通不足，需要再看，方案落地的细节没有讲清楚。',
    };
    const third = { ...one, id: 'R-901', interviewer: '孙丽', comment: '' };
    await story.night([one, beside], { created: 2 });
    await story.night([one, beside, third], { created: 1 });
    // Also where one of them is gone the very night in which another one comes.
    const fourth = {
      ...one,
      id: 'R-902',
      interviewer: '周涛',
      comment: '英语流利，薪资预期偏高，可以约下一轮的时间。',
    };
    await story.night([one, beside, fourth], { created: 1, missing: 1 });
    story.expectRight([one, beside, fourth]);
    expect(story.objects()).toBe(4);
  });

  it('a re-interview: the same people, the same words, another day', async (context) => {
    const story = await aStory(context);
    const [one] = rowsOf(1) as [Row];
    const again = { ...one, id: 'R-900', beginMs: one.beginMs + 7 * DAY_MS };
    await story.night([one], { created: 1 });
    await story.night([one, again], { created: 1 });
    story.expectRight([one, again]);
  });

  it('a vanished interview and its successor', async (context) => {
    const story = await aStory(context);
    const rows = rowsOf(6);
    const [one, two, ...rest] = rows as [Row, Row, ...Row[]];
    await story.night(rows, { created: 6 });
    // Put off for a week, with the same interviewer; and held again on the same day, with other words.
    const later = { ...one, id: 'R-900', beginMs: one.beginMs + 7 * DAY_MS };
    const sameDay = { ...two, id: 'R-901', beginMs: two.beginMs + 90 * MINUTE_MS, comment: '补面一次。' };
    const now = [...rest, later, sameDay];
    await story.night(now, { created: 2, missing: 2 });
    story.expectRight(now);
    expect(story.objects()).toBe(8);
  });

  it('3 s of read lag, and a create whose answer is lost', async (context) => {
    const faults = [
      { match: { endpoint: CREATE, key: 'R-002' }, fault: { kind: 'reset-after' } as const, times: 1 },
    ];
    const story = await aStory(context, { readLagMs: 3000, faults });
    const rows = rowsOf(6);
    await story.night(rows, { created: 6 });
    const now = rows.map((row, n) => (n === 0 ? corrected(row) : row));
    await story.night(now, { updated: 1 });
    story.expectRight(now);
    expect(story.objects()).toBe(6);
  });

  it('a tenant that trims', async (context) => {
    const story = await aStory(context, { quirks: [{ keep: [{ kind: 'trim' }] }] });
    const rows = rowsOf(6, (n) => ({ comment: `${AT_LENGTH}第 ${n + 1} 位 ` }));
    await story.night(rows, { created: 6 });
    const [one, ...rest] = rows as [Row, ...Row[]];
    const now = [{ ...turned(one), comment: `${one.comment}，补充 ` }, ...rest];
    await story.night(
      now,
      { updated: 1 },
      { drift: { onDrift: 'keep', repairDrift: true, recreateMissing: false } },
    );
    story.expectRight(now.map((row) => ({ ...row, comment: row.comment.trim() })));
  });

  it('60 % corrected at once, with the guard allowed', async (context) => {
    const story = await aStory(context);
    const rows = rowsOf(60);
    await story.night(rows, { created: 60 });
    const now = rows.map((row, n) => (n % 5 < 3 ? corrected(row) : row));
    await story.night(now, { updated: 36 }, { allowed: ['changed', 'field'] });
    story.expectRight(now);
  });

  it('cancelled interviews that vanish', async (context) => {
    const story = await aStory(context);
    const rows = rowsOf(SHORT ? 20 : 60);
    await story.night(rows, { created: rows.length });
    const left = rows.filter((_, n) => n % 10 !== 3);
    await story.night(left, { missing: rows.length / 10 });
    const [one, ...rest] = left as [Row, ...Row[]];
    await story.night([corrected(one), ...rest], { updated: 1, missing: rows.length / 10 });
    expect(story.objects()).toBe(rows.length);
  });

  it('one-row exports', async (context) => {
    const story = await aStory(context);
    const [one, two, three] = rowsOf(3) as [Row, Row, Row];
    await story.night([one], { created: 1 });
    await story.night([corrected(one)], { updated: 1 });
    await story.night([two], { created: 1, missing: 1 });
    await story.night([three], { created: 1, missing: 2 });
    expect(story.objects()).toBe(3);
  });

  it('HR typed 30 interviews: equal ones are adopted, near ones held, the rest goes in', async (context) => {
    const story = await aStory(context);
    const rows = rowsOf(120);
    const byHand = rows.filter((_, n) => n % 4 === 0);
    // Every third with another verdict, and one of these at another time, too.
    const typed = byHand.map((row, n) =>
      n % 3 !== 0 ? row : { ...turned(row), beginMs: row.beginMs + (n === 0 ? 30 * MINUTE_MS : 0) },
    );
    story.typeInFeishu(typed);
    await story.night(rows, { adopted: 20, held: 10, created: 90 });
    expect(story.objects()).toBe(120);
  });
});
