import { rmSync, writeFileSync } from 'node:fs';
import { join as at } from 'node:path';
import { describe, expect, it } from 'vitest';
import { csv } from '../../src/readers/csv.ts';
import { join } from '../../src/readers/join.ts';
import { many } from '../../src/readers/many.ts';
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
    const bare = await one.feed(edited(first.csv, ({ _check, ...row }) => ({ ...row, result: '不通过' })));
    expect(bare.rejected).toEqual([['2', 'ROW_STALE _check']]);
    expect(bare.messages[0]).toMatch(/"_check" is gone/);
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

describe('a row of children', () => {
  const source = join(PARENT, { rows: many(csv('b.csv'), { parent: 'id', child: 'of' }) });
  const FILES = {
    'a.csv': `${HEADER}1,,a\n2,,b\n`,
    'b.csv': 'of,id,result,note\n1,x,ok,"two\nlines"\n1,y,通过,m\n2,z,ok,o\n',
  };
  const CHILDREN = 'rejects.b.csv';

  it('is corrected in its own file, and found again wherever it stands', async () => {
    const one = aTrip(source, FILES);
    const first = await one.plan();
    const rows = rowsOf(first.texts.get(CHILDREN) ?? '');
    expect(
      rows.map(({ of, result, _key, _row, _line, _field }) => [of, result, _key, _row, _line, _field]),
    ).toEqual([
      ['1', 'ok', '1', '2', '2', 'result'],
      ['2', 'ok', '2', '4', '5', 'result'],
    ]);
    one.write('b.csv', 'of,id,result,note\n2,z,ok,o\n1,y,通过,m\n1,x,ok,"two\nlines"\n');
    const fed = await one.feed(
      textOf(rows.map((row) => (row.of === '1' ? { ...row, result: '不通过' } : row))),
    );
    expect([fed.created, fed.rejected]).toEqual([['1'], [['2', 'VALUE_UNKNOWN rows[0].result']]]);
    expect(JSON.parse(fed.payloads[0] ?? '').interview_assessments).toMatchObject([
      { username: 'y', conclusion: 2 },
      { username: 'x', conclusion: 1, content: 'two\nlines' },
    ]);
    // What is still wrong is in the next file of children, and can be corrected there.
    const last = await one.feed(right(fed.texts.get(CHILDREN) ?? ''));
    expect([last.created, last.rejected]).toEqual([['2'], []]);
  });

  it('is refused, by row, where the export has it no more as it was', async () => {
    const one = aTrip(source, FILES);
    const first = await one.plan();
    one.write('b.csv', 'of,id,result,note\n1,x,不通过,changed\n2,z,ok,o\n');
    const fed = await one.feed(right(first.texts.get(CHILDREN) ?? ''));
    expect([fed.created, fed.rejected]).toEqual([['2'], [['1', 'ROW_STALE _check']]]);
    expect(fed.messages[0]).toMatch(
      /row 2 of \S+corrected-1\.csv corrects a row of the export \(b\.csv, row 2\)/,
    );
  });

  it('is refused, with its record, where its correction would leave that record', async () => {
    const one = aTrip(source, FILES);
    const { texts } = await one.plan();
    // The verdict is corrected, and the key with it, by mistake: to another record, to none, away.
    for (const of of ['2', '9', '']) {
      const moved = edited(texts.get(CHILDREN) ?? '', (row) => ({
        ...row,
        result: '通过',
        of: row.of === '1' ? of : row.of!,
      }));
      const fed = await one.feed(moved);
      expect([fed.created, fed.rejected]).toEqual([['2'], [['1', 'ROW_STALE of']]]);
      expect(fed.messages[0]).toContain(
        `changes "of" from "1" to "${of}", which ties the row to its record: in a reject file it must stay "1"`,
      );
      // The next file has the key as it must stay, and the correction.
      const next = await one.feed(fed.texts.get(CHILDREN) ?? '');
      expect([next.created, next.rejected]).toEqual([['1'], []]);
    }
  });

  it('is not lost where the key of its record, or of a row between them, was corrected as well', async () => {
    const parent = csv('a.csv', { columns: ['id', 'result', 'note'] });
    const nested = join(parent, {
      rows: many(
        csv('b.csv'),
        { parent: 'note', child: 'of' },
        { more: many(csv('c.csv'), { parent: 'id', child: 'of' }) },
      ),
    });
    const one = aTrip(nested, {
      'a.csv': `${HEADER}1,,a\n2,,b\n`,
      'b.csv': 'of,id,result,note\na,x,ok,o\nb,z,ok,o\n',
      'c.csv': 'of,word\nx,1\n',
    });
    const { csv: parents, texts } = await one.plan();
    const folder = at(one.runs, 'run-1');
    writeFileSync(
      at(folder, 'rejects.csv'),
      edited(parents, (row) => ({ ...row, note: 'c' })),
    );
    writeFileSync(at(folder, CHILDREN), right(texts.get(CHILDREN) ?? ''));
    const fed = await one.feedFile(at(folder, 'rejects.csv'));
    expect([fed.created, fed.rejected]).toEqual([
      [],
      [
        ['1', 'ROW_STALE note'],
        ['2', 'ROW_STALE note'],
      ],
    ]);
    writeFileSync(at(folder, 'rejects.csv'), parents);
    writeFileSync(
      at(folder, CHILDREN),
      edited(right(texts.get(CHILDREN) ?? ''), (row) => ({ ...row, id: `${row.id}y` })),
    );
    const other = await one.feedFile(at(folder, 'rejects.csv'));
    expect([other.created, other.rejected]).toEqual([['2'], [['1', 'ROW_STALE id']]]);
  });

  it('is not left out without a word where the row of its record was', async () => {
    const one = aTrip(source, FILES);
    const { texts } = await one.plan();
    const folder = at(one.runs, 'run-1');
    writeFileSync(at(folder, CHILDREN), right(texts.get(CHILDREN) ?? ''));
    const [first] = rowsOf(texts.get('rejects.csv') ?? '');
    writeFileSync(at(folder, 'rejects.csv'), textOf([first!]));
    await expect(one.feedFile(at(folder, 'rejects.csv'))).rejects.toThrow(
      /rejects\.b\.csv, row 3: the record of this row is not among those/,
    );
    writeFileSync(at(folder, 'rejects.csv'), texts.get('rejects.csv') ?? '');
    expect((await one.feedFile(at(folder, 'rejects.csv'))).created).toEqual(['1', '2']);
  });

  it('says so where the file of its records is nowhere, or its own columns are gone', async () => {
    const one = aTrip(source, FILES);
    const text = (await one.plan()).texts.get(CHILDREN) ?? '';
    rmSync(at(one.runs, 'run-1', 'rejects.original.csv'));
    await expect(one.feed(right(text))).rejects.toThrow(
      /the rejects\.csv of their records is neither beside it/,
    );
    rmSync(one.runs, { recursive: true });
    const bare = edited(text, ({ _check, ...row }) => row);
    await expect(one.feed(bare)).rejects.toThrow(
      /row 2: "_check" and "_record" are what tells which row of b\.csv/,
    );
  });
});
