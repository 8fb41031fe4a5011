import { describe, expect, it } from 'vitest';
import { csv } from '../../src/readers/csv.ts';
import { groupBy } from '../../src/readers/group.ts';
import { join } from '../../src/readers/join.ts';
import { many } from '../../src/readers/many.ts';
import { split } from '../../src/readers/split.ts';
import { aTrip, edited, HEADER, rowsOf, textOf } from './reject-trip.ts';

describe('a group', () => {
  const source = groupBy(csv('a.csv', { columns: ['id', 'result', 'note'] }), ['id'], 'rows');
  const FILE = `${HEADER}1,通过,a\n2,通过,b\n1,ok,c\n2,通过,d\n3,好,e\n3,好,e\n`;

  it('has all its rows in the reject file, and they form it again', async () => {
    const one = aTrip(source, { 'a.csv': FILE });
    const first = await one.plan();
    expect(first.created).toEqual(['2']);
    expect(rowsOf(first.csv).map(({ id, note, _line, _code }) => [id, note, _line, _code])).toEqual([
      ['1', 'a', '2', ''],
      ['1', 'c', '4', 'VALUE_UNKNOWN'],
      ['3', 'e', '6', 'VALUE_UNKNOWN'],
    ]);
    const fed = await one.feed(
      edited(first.csv, (row) => (row.id === '1' ? { ...row, result: '通过' } : row)),
    );
    expect(fed.created).toEqual(['1']);
    expect(fed.rejected).toHaveLength(1);
    const right = aTrip(source, { 'a.csv': FILE.replace('ok', '通过') });
    expect(fed.payloads).toEqual([(await right.plan()).payloads[0]]);
  });

  it('is not cut down by a reject file that has not all of its rows', async () => {
    const one = aTrip(source, { 'a.csv': `${HEADER}1,通过,a\n1,通过,b\n` });
    one.settle(await one.plan());
    one.write('a.csv', `${HEADER}1,通过,a\n1,ok,b\n`);
    const { csv: text } = await one.plan();
    const rows = rowsOf(text).map((row) => ({ ...row, result: '不通过' }));
    const part = await one.feed(textOf(rows.slice(0, 1)));
    const [held] = part.store.page(['held'], 0, 1);
    expect(held?.change).toMatchObject({
      key: '1',
      reason: { code: 'drops-child', because: 'partial-group' },
    });
    const whole = await one.feed(textOf(rows));
    expect(whole.store.count('update')).toBe(1);
  });

  it('keeps a row that nobody can assign rejected: alone it might oust the others', async () => {
    const one = aTrip(source, { 'a.csv': `${HEADER}1,通过,a\n1\uFFFD,通过,b\n` });
    const first = await one.plan();
    expect(first.rejected).toHaveLength(1);
    const fed = await one.feed(edited(first.csv, (row) => ({ ...row, id: '1' })));
    expect(fed.created).toEqual([]);
    expect(rowsOf(fed.csv)[0]?._unread).toMatch(/its group is unknown, .*correct it in the export/);
  });
});

describe('a joined row', () => {
  const parent = csv('a.csv', { columns: ['id', 'result', 'note'] });
  const source = join(parent, { rows: many(csv('b.csv'), { parent: 'id', child: 'of' }) });
  const children = (result: string) => `of,id,result,note\n1,x,${result},n\n1,y,通过,m\n2,z,通过,o\n`;

  it('goes in corrected, with its children as the export has them now', async () => {
    const one = aTrip(source, { 'a.csv': `${HEADER}1,,a,b\n2,,c\n`, 'b.csv': children('ok') });
    const first = await one.plan();
    expect(rowsOf(first.csv).map(({ id, _children, _field }) => [id, _children, _field])).toEqual([
      ['1', 'b.csv:2\nb.csv:3', ''],
    ]);
    const text = edited(first.csv, (row) => ({ ...row, _unread: '' }));
    // The child's cell is not in the file: as long as the export has it wrong, the row is rejected for it.
    const still = await one.feed(text);
    expect(still.rejected).toEqual([['1', 'VALUE_UNKNOWN rows[0].result']]);
    expect(rowsOf(still.csv)[0]?._field).toBe('b.csv:2 rows[0].result');
    one.write('b.csv', children('不通过'));
    const fed = await one.feed(text);
    expect(fed.created).toEqual(['1']);
    expect(JSON.parse(fed.payloads[0] ?? '').interview_assessments).toHaveLength(2);
  });

  it('never goes in without its children because somebody removed the key column', async () => {
    const one = aTrip(join(csv('a.csv'), { rows: many(csv('b.csv'), { parent: 'k', child: 'of' }) }), {
      'a.csv': 'id,k,result\n1,1,,\n',
      'b.csv': children('通过'),
    });
    const { csv: text } = await one.plan();
    const fed = one.feed(edited(text, ({ k, ...row }) => ({ ...row, _unread: '' })));
    await expect(fed).rejects.toThrow(/has no column "k", which the join uses as its key/);
  });
});

it('the parts of a wide row are compared each with its own', async () => {
  const one = aTrip(split(csv('a.csv'), 'part', ['甲', '乙']) as ReturnType<typeof csv>, {
    'a.csv': `${HEADER},ok,𠮷\n`,
  });
  const { csv: text } = await one.plan();
  expect(rowsOf(text).map(({ part, _line }) => [part, _line])).toEqual([
    ['甲', '2'],
    ['乙', '2'],
  ]);
  const fed = await one.feed(edited(text, (row) => ({ ...row, id: `${row.part}`, result: '通过' })));
  expect(fed.created).toEqual(['甲', '乙']);
});
