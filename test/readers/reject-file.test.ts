import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { csv } from '../../src/readers/csv.ts';
import { encodeIn } from '../fixtures/encode.ts';
import { encodeGb18030 } from '../fixtures/gb18030.ts';
import { aTrip, type Cells, edited, HEADER, rowsOf } from './reject-trip.ts';

/** As a Chinese Excel saves: GBK, with one "?" for each UTF-16 unit of what that lacks. */
const asGbk = (text: string, lacking: RegExp) =>
  encodeGb18030(text.replace('\uFEFF', '').replaceAll(lacking, (char) => '?'.repeat(char.length)));

describe('a row whose form is wrong', () => {
  const trip = () =>
    aTrip(csv('a.csv', { columns: ['id', 'result', 'note'] }), {
      'a.csv': `${HEADER}1,通过,well, very well,yes\n2,通过\n3,通过,a "good" one\n`,
    });

  it('stays rejected while nobody has corrected it, again and again', async () => {
    const one = trip();
    const first = await one.plan();
    expect(first.rejected).toEqual([
      [null, 'CELL_COUNT '],
      [null, 'CELL_COUNT note'],
      ['3', 'CELL_INVALID note'],
    ]);
    expect(rowsOf(first.csv).map(({ _unread, note }) => [_unread, note])).toEqual([
      ['surplus: [" very well","yes"]', 'well'],
      ['missing: note', ''],
      ['a quote inside: note', 'a "good" one'],
    ]);
    let text = first.csv;
    for (let round = 0; round < 3; round++) {
      const again = await one.feed(text);
      expect(again.created).toEqual([]);
      expect(again.rejected).toEqual([
        ['1', 'CELL_INVALID _unread'],
        ['2', 'CELL_INVALID _unread'],
        ['3', 'CELL_INVALID _unread'],
      ]);
      text = again.csv;
    }
  });

  it('goes in once its cells are set right and _unread is emptied', async () => {
    const one = trip();
    const { csv: text } = await one.plan();
    const fed = await one.feed(
      edited(text, (row) =>
        row.id === '1' ? { ...row, note: 'well, very well, yes', _unread: '' } : { ...row, _unread: '' },
      ),
    );
    expect(fed.rejected).toEqual([]);
    expect(fed.payloads.map((json) => JSON.parse(json).interview_assessments[0].content)).toEqual([
      'well, very well, yes',
      undefined,
      'a "good" one',
    ]);
  });

  it('has a column for every cell it lacks, even where no other row has it', async () => {
    const one = aTrip(csv('a.csv'), { 'a.csv': `${HEADER}1\n` });
    expect(Object.keys(rowsOf((await one.plan()).csv)[0]!).slice(0, 4)).toEqual([
      'id',
      'result',
      'note',
      '_key',
    ]);
  });

  it('is known by its run when somebody removed the column _unread', async () => {
    const one = trip();
    const { csv: text } = await one.plan();
    const fed = await one.feed(edited(text, ({ _unread, ...row }) => row));
    expect(fed.created).toEqual([]);
    expect(fed.rejected).toHaveLength(3);
  });

  it('is rejected where the corrected file itself has too many or too few cells', async () => {
    const one = trip();
    const [header = '', row = ''] = (await one.plan()).csv.replace('\uFEFF', '').split('\r\n');
    const fed = await one.feed(`${header}\n${row},x\n3,通过\n`);
    expect(fed.created).toEqual([]);
    expect(fed.rejected.map(([, problem]) => problem)).toEqual(['CELL_COUNT ', 'CELL_COUNT note']);
    expect(Object.keys(rowsOf(fed.csv)[0]!).filter((name) => name.startsWith('__'))).toEqual([]);
  });

  it("is read by the source's own rules: its columns, fieldLimit and normalise", async () => {
    const source = csv('a.csv', {
      columns: ['id', 'result', 'note'],
      fieldLimit: 20,
      normalise: { id: ['full-width'] },
    });
    const one = aTrip(source, { 'a.csv': `${HEADER}1,通过,${'x'.repeat(30)}\n2,?,a\n` });
    const { csv: text } = await one.plan();
    const kept = await one.feed(edited(text, (row) => ({ ...row, result: '通过', _unread: '' })));
    expect(kept.rejected).toEqual([['1', 'CELL_INVALID note']]);
    expect(kept.created).toEqual(['2']);
    const typed = await one.feed(
      edited(text, (row) => ({ ...row, id: '７', result: '通过', note: '', _unread: '' })),
    );
    expect(typed.created).toEqual(['7']);
    expect(typed.files).toMatchObject([{ normalised: 2 }]);
    const without = one.feed(edited(text, ({ note, ...row }) => row));
    await expect(without).rejects.toThrow(/has no column "note"/);
  });
});

describe('a file saved in an encoding that lacks characters', () => {
  const NOTE = '张𠮷说：很好👍 (Zoë?)';
  const trip = () => aTrip(csv('a.csv'), { 'a.csv': `${HEADER}1,ok,"${NOTE}"\n2,ok,平常？\n` });
  const corrected = (row: Cells) => ({ ...row, result: '通过' });
  const RARE = /[𠮷👍ë]/gu;

  it('is read as it was: what was lost is restored', async () => {
    const one = trip();
    const { csv: text } = await one.plan();
    const fed = await one.feed(asGbk(edited(text, corrected), RARE));
    expect(fed.files).toMatchObject([{ encoding: 'gb18030' }]);
    expect(fed.created).toEqual(['1', '2']);
    expect(JSON.parse(fed.payloads[0] ?? '').interview_assessments[0].content).toBe(NOTE);
    const single = edited(text, corrected).replaceAll(RARE, '?');
    expect((await one.feed(single)).payloads).toEqual(fed.payloads);
    const fitted = edited(text, corrected)
      .replaceAll('ë', 'e')
      .replaceAll(/[𠮷👍]/gu, '??');
    expect((await one.feed(asGbk(fitted, /$^/g))).payloads).toEqual(fed.payloads);
  });

  it('is refused for a cell that was corrected as well, naming row, column and what was lost', async () => {
    const one = trip();
    const { csv: text } = await one.plan();
    const more = edited(text, (row) => ({ ...corrected(row), note: `${row.note}，改` }));
    const fed = await one.feed(asGbk(more, RARE));
    expect(fed.created).toEqual(['2']);
    expect(fed.rejected).toEqual([['1', 'CELL_INVALID note']]);
    expect(fed.messages[0]).toMatch(/^"note" has lost U\+20BB7 𠮷, U\+1F44D 👍, U\+00EB ë: .*CSV UTF-8/);
    const [row] = rowsOf(fed.csv);
    // Where the export has it, through any number of reject files.
    expect([row?.note, row?._line, row?._file]).toEqual([NOTE, '2', 'a.csv']);
    expect((await one.feed(fed.csv)).created).toEqual(['1']);
  });

  it('leaves alone what a person changed', async () => {
    const one = trip();
    const { csv: text } = await one.plan();
    const fed = await one.feed(
      asGbk(
        edited(text, (row) => ({ ...corrected(row), note: '张吉说：很好。' })),
        RARE,
      ),
    );
    expect(fed.created).toEqual(['1', '2']);
  });

  it('without the file of its run: a question mark is refused unless the encoding holds every character', async () => {
    const one = trip();
    const { csv: text } = await one.plan();
    rmSync(one.runs, { recursive: true });
    const right = edited(text, corrected);
    const fed = await one.feed(asGbk(right, RARE));
    expect(fed.rejected).toEqual([['1', 'CELL_INVALID note']]);
    expect(fed.messages[0]).toMatch(/"note" has a question mark.*save the file as "CSV UTF-8"/);
    expect(fed.created).toEqual(['2']);
    expect((await one.feed(right)).created).toEqual(['1', '2']);
  });

  it.each([
    ['00123', '123'],
    ['6960663240925956437', '6960663240925950000'],
    ['6960663240925956437', '6.96066E+18'],
    ['2024-03-05 09:30', '2024/3/5 9:30'],
    ['5/3/97', '1997/3/5'],
    ['5/3/24', '2024/3/5'],
    ['2024-03-05', '########'],
    [`${'长'.repeat(40_000)}`, `${'长'.repeat(32_767)}`],
  ])('what a spreadsheet did to a cell is undone as well (%#)', async (before, after) => {
    const one = aTrip(csv('a.csv'), { 'a.csv': `${HEADER}1,ok,${before}\n` });
    const { csv: text } = await one.plan();
    const fed = await one.feed(edited(text, (row) => ({ ...corrected(row), note: after })));
    expect(JSON.parse(fed.payloads[0] ?? '').interview_assessments[0].content).toBe(before);
    const meant = await one.feed(edited(text, (row) => ({ ...corrected(row), note: '456' })));
    expect(JSON.parse(meant.payloads[0] ?? '').interview_assessments[0].content).toBe('456');
  });

  it.each([
    ['6960663240925956437', '7.1E+18', /is in scientific notation/],
    ['a', '#N/A', /is an error of a spreadsheet formula/],
    [`${'长'.repeat(40_000)}`, `${'长'.repeat(32_000)}`, /was cut off after 32000 of its 40000/],
  ])('what is left of another value is refused by name (%#)', async (before, after, message) => {
    const one = aTrip(csv('a.csv'), { 'a.csv': `${HEADER}1,ok,${before}\n` });
    const { csv: text } = await one.plan();
    const fed = await one.feed(edited(text, (row) => ({ ...corrected(row), note: after })));
    expect(fed.created).toEqual([]);
    expect(fed.messages[0]).toMatch(message);
    expect(rowsOf(fed.csv)[0]?.note).toBe(before);
  });

  it('a cell that was rejected and only re-spelt is not taken for a correction, unless somebody says so', async () => {
    const source = csv('a.csv', { columns: ['id', 'result', 'note'] });
    const one = aTrip(source, { 'a.csv': `${HEADER}1,007,a\n` });
    const { csv: text } = await one.plan();
    const fed = await one.feed(edited(text, (row) => ({ ...row, result: '7' })));
    expect(fed.messages[0]).toMatch(/^"result" was rejected as "007", and "7" is what a spreadsheet makes/);
    const said = await one.feed(edited(text, (row) => ({ ...row, result: '7', _typed: 'result' })));
    expect(said.messages[0]).toMatch(/"7" is not a known word/);
  });

  it('does not open files outside of the folder of runs', async () => {
    const one = trip();
    const { csv: text } = await one.plan();
    const fed = await one.feed(
      edited(text, (row) => ({ ...corrected(row), _run: '../runs/run-1', note: '?' })),
    );
    expect(fed.created).toEqual(['1', '2']);
  });
});

describe('columns', () => {
  it('of the source that begin with "_", or are called like ours, come back as they were', async () => {
    const names = ['_id', '_file', '__file', '_line', '_unread', '_x', '=a', "'=b"];
    const source = csv('a.csv', { columns: ['id', 'result', 'note', ...names] });
    const one = aTrip(source, {
      'a.csv': `id,result,note,${names.join(',')}\n1,ok,n,${names.map((_, i) => i).join(',')}\n`,
    });
    const first = await one.plan();
    expect(first.csv.split('\r\n')[0]).toContain(
      "note,_id,__file,___file,__line,__unread,_x,'=a,''=b,_key,_file,_row,_line,",
    );
    // Still wrong: what would go in is what the next reject file has.
    const again = await one.feed(first.csv);
    const { _run, ...row } = rowsOf(again.csv)[0]!;
    const { _run: _1, ...before } = rowsOf(first.csv)[0]!;
    expect(row).toEqual(before);
    expect([row.__file, row.___file, row.__unread]).toEqual(['1', '2', '4']);
  });

  it('have Chinese heads in a Chinese file, which is read back as well', async () => {
    const files = { 'a.csv': `${HEADER}1,ok,n\n2,ok,n\n` };
    const one = aTrip(csv('a.csv'), files, 'zh');
    const first = await one.plan();
    expect(first.csv.split('\r\n')[0]).toContain(
      'note,_记录编号,_文件,_表格行号,_文本行号,_问题代码,_有误的列,_问题,_可填的值,_在哪里改正,_明细行,_未显示的内容,',
    );
    expect(rowsOf(first.csv)[0]?._问题).toMatch(/^不是已知的词：“ok”/);
    const fed = await one.feed(edited(first.csv, (row) => ({ ...row, result: '通过' })));
    expect([fed.rejected, fed.payloads.length]).toEqual([[], 2]);
  });
});

describe('an export in another encoding', () => {
  const NOTE = '의사소통이 "명확"함, 똠방각하';
  const trip = () =>
    aTrip(csv('a.csv', { encoding: 'euc-kr', columns: ['id', 'result', 'note'] }), {
      'a.csv': encodeIn('euc-kr', `${HEADER}1,합격,"${NOTE.replaceAll('"', '""')}"\n2,합격\n`),
    });
  const corrected = (text: string) =>
    edited(text, (row) => ({ ...row, result: '通过', _unread: '', note: row.note || '없음' }));

  it('has its rejected rows in a reject file of UTF-8, which is fed back', async () => {
    const one = trip();
    const first = await one.plan();
    expect(rowsOf(first.csv).map(({ id, result, note }) => [id, result, note])).toEqual([
      ['1', '합격', NOTE],
      ['2', '합격', ''],
    ]);
    const fed = await one.feed(corrected(first.csv));
    expect(fed.rejected).toEqual([]);
    expect(fed.payloads.map((json) => JSON.parse(json).interview_assessments[0].content)).toEqual([
      NOTE,
      '없음',
    ]);
  });

  it('is told to be saved as UTF-8 where a spreadsheet saved it in the old encoding', async () => {
    const one = trip();
    const text = (await one.plan()).csv.replace('\uFEFF', '');
    await expect(
      one.feed(encodeIn('euc-kr', text.replaceAll(/[^ -~\r\n가-힣]/g, '?'))),
    ).rejects.toMatchObject({
      code: 'SOURCE_INVALID',
      message: expect.stringMatching(/neither UTF-8 nor Chinese.*save it as "CSV UTF-8"/),
    });
    expect((await one.feed(corrected(`\uFEFF${text}`))).rejected).toEqual([]);
  });
});
