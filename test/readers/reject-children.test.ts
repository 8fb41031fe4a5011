import { rmSync, writeFileSync } from 'node:fs';
import { join as at } from 'node:path';
import { describe, expect, it } from 'vitest';
import { csv } from '../../src/readers/csv.ts';
import { join } from '../../src/readers/join.ts';
import { many } from '../../src/readers/many.ts';
import { aTrip, edited, HEADER, rowsOf, textOf } from './reject-trip.ts';

const PARENT = csv('a.csv', { columns: ['id', 'result', 'note'] });
const right = (text: string) => edited(text, (row) => ({ ...row, result: '通过' }));

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
    const nested = join(PARENT, {
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

  it('that is corrected by two rows of the file is refused, also where the first has gone in', async () => {
    const one = aTrip(source, FILES);
    const text = (await one.plan()).texts.get(CHILDREN) ?? '';
    const [row, other] = rowsOf(right(text));
    const twice = textOf([row!, other!, { ...row!, result: '不通过' }]);
    const said = /^rows 2 and 4 of \S+csv correct the same row of the export \(b\.csv, row 2\): delete one/;
    for (const known of [false, true]) {
      if (known) one.settle(await one.feed(textOf([row!, other!])));
      const fed = await one.feed(twice);
      expect(fed.rejected).toEqual([['1', 'ROW_STALE _check']]);
      expect(fed.messages).toEqual([expect.stringMatching(said)]);
    }
    // What the export says by now needs no correction.
    one.write('b.csv', FILES['b.csv'].replaceAll('ok', '通过'));
    expect((await one.feed(textOf([row!, other!]))).rejected).toEqual([]);
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
    await expect(one.feedFile(at(folder, 'rejects.csv'))).rejects.toMatchObject({
      zh: expect.stringMatching(/不想写入这条记录：把 \S+rejects\.b\.csv 的第 3 行也删掉/),
    });
    writeFileSync(at(folder, CHILDREN), textOf(rowsOf(right(texts.get(CHILDREN) ?? '')).slice(0, 1)));
    expect((await one.feedFile(at(folder, 'rejects.csv'))).created).toEqual(['1']);
    writeFileSync(at(folder, CHILDREN), right(texts.get(CHILDREN) ?? ''));
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
    const bare = edited(text, ({ _check, ...row }) => ({ ...row, _typed: 'of,id,result,note' }));
    await expect(one.feed(bare)).rejects.toThrow(
      /row 2: "_check" and "_record" are what tells which row of b\.csv/,
    );
  });
});
