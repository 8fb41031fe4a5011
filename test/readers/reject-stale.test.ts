import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { csv } from '../../src/readers/csv.ts';
import { aTrip, edited, HEADER, rowsOf, textOf } from './reject-trip.ts';

const PARENT = csv('a.csv', { columns: ['id', 'result', 'note'] });
const right = (text: string) => edited(text, (row) => ({ ...row, result: '通过' }));

describe('a row of an old reject file', () => {
  it('goes in wherever its row is by now, and where the export has it no more', async () => {
    const one = aTrip(PARENT, { 'a.csv': `${HEADER}1,ok,a\n2,ok,b\n` });
    const { csv: text } = await one.plan();
    one.write('a.csv', `${HEADER}7,通过,new\n8,通过,new\n1,ok,a\n`);
    const fed = await one.feed(right(text));
    expect([fed.created, fed.rejected]).toEqual([['1', '2'], []]);
  });

  it('is refused where the export has its record in another row', async () => {
    const one = aTrip(PARENT, { 'a.csv': `${HEADER}1,ok,a\n2,ok,b\n` });
    const { csv: text } = await one.plan();
    one.write('a.csv', `${HEADER}1,ok,a\n2,ok,what came later\n`);
    const fed = await one.feed(right(text));
    expect([fed.created, fed.rejected]).toEqual([['1'], [['2', 'ROW_STALE _check']]]);
    expect(fed.messages).toEqual([
      'the export has this record in another row by now: a normal sync takes that one',
    ]);
    // The next reject file is as old as this one was.
    expect((await one.feed(fed.csv)).rejected).toEqual([['2', 'ROW_STALE _check']]);
  });

  it('is refused where its record was written since, unless it says the same', async () => {
    const one = aTrip(PARENT, { 'a.csv': `${HEADER}1,ok,a\n2,ok,b\n3,ok,c\n` });
    const { csv: text } = await one.plan();
    one.settle(await one.feed(right(text)));
    const again = await one.feed(
      edited(text, (row) => ({ ...row, result: row.id === '2' ? '不通过' : '通过' })),
    );
    expect(again.store.count('unchanged')).toBe(2);
    expect(again.rejected).toEqual([['2', 'ROW_STALE _check']]);
    expect(again.messages[0]).toMatch(/was written since .*correct the export/);
  });

  it('is refused under the key of another record, or where nobody can tell', async () => {
    const one = aTrip(PARENT, { 'a.csv': `${HEADER}1,通过,a\n2,ok,b\n` });
    const first = await one.plan();
    one.settle(first);
    const mistyped = await one.feed(edited(first.csv, (row) => ({ ...row, id: '1', result: '通过' })));
    expect(mistyped.rejected).toEqual([['1', 'ROW_STALE _check']]);
    one.settle(await one.feed(right(first.csv)));
    rmSync(one.runs, { recursive: true });
    const _typed = 'id,result,note';
    const bare = await one.feed(
      edited(first.csv, ({ _check, ...row }) => ({ ...row, result: '不通过', _typed })),
    );
    expect(bare.rejected).toEqual([['2', 'ROW_STALE _check']]);
    expect(bare.messages[0]).toMatch(/"_check" is gone/);
  });

  it('is refused under another key before anything was written, too', async () => {
    const one = aTrip(PARENT, { 'a.csv': `${HEADER}1,通过,a\n2,ok,b\n,ok,c\n` });
    const { csv: text } = await one.plan('zh');
    const typed = (keys: readonly string[]) =>
      textOf(rowsOf(text).map((row, at) => ({ ...row, id: keys[at] ?? '', result: '通过' })));
    // Of a record of the export, of none, and of one where there was none.
    const fed = await one.feed(typed(['1', '1']));
    expect([fed.created, fed.rejected.map(([key]) => key)]).toEqual([[], ['1', '1']]);
    const { messages } = fed;
    expect(messages[0]).toContain('the row was not rejected under the key "1"');
    expect(messages).toContain(
      'the key "1" is that of another record: type the right key, or correct the export',
    );
    const free = await one.feed(typed(['7', '3']));
    expect([free.created, free.rejected]).toEqual([['3'], [['7', 'ROW_STALE _校验码']]]);
  });

  it('of a record that was known, and whose row could not be read, goes in', async () => {
    const one = aTrip(PARENT, { 'a.csv': `${HEADER}1,通过,a\n` });
    one.settle(await one.plan());
    one.write('a.csv', `${HEADER}1,不通过\n`);
    const { csv: text } = await one.plan();
    const fed = await one.feed(edited(text, (row) => ({ ...row, note: 'a', _unread: '' })));
    expect([fed.rejected, fed.store.count('update')]).toEqual([[], 1]);
  });

  it('of another pipeline is refused before anything is read of it', async () => {
    const one = aTrip(PARENT, { 'a.csv': `${HEADER}1,ok,a\n` });
    const { csv: text } = await one.plan();
    rmSync(one.runs, { recursive: true });
    const foreign = one.feed(
      edited(text, (row) => ({ ...row, _check: row._check!.replace('trip', 'other') })),
    );
    await expect(foreign).rejects.toThrow(/has the rejected rows of pipeline "other", not of "trip"/);
  });
});
