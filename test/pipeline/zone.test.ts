import { describe, expect, it } from 'vitest';
import { csv, dateOnly, dateTime, dateTimeRange, definePipeline, excelDate } from '../../src/index.ts';
import { madeBy } from '../../src/pipeline/made-by.ts';

const NINE_THIRTY = Date.UTC(2024, 2, 5, 1, 30);
const columns = ['id', 'at'] as const;
const of = (zone: string | undefined, read: (cell: string) => number = (cell) => dateTime(cell)) =>
  definePipeline({
    name: 'zoned',
    target: 'external_interview',
    source: csv('a.csv', { columns }),
    ...(zone !== undefined && { zone }),
    key: (row) => row.id,
    map: (row) => ({ external_application_id: '1', begin_time: read(row.at) }),
  });
const made = (pipeline: ReturnType<typeof of>, at: string) =>
  (
    pipeline.map({ id: '1', at }, { lookup: () => '', reject: () => undefined as never }) as {
      begin_time: number;
    }
  ).begin_time;

describe('the zone of a pipeline', () => {
  it.each([
    ['dateTime', '2024-03-05 09:30', (cell: string) => dateTime(cell)],
    ['dateTimeRange', '2024-03-05 09:30~10:30', (cell: string) => dateTimeRange(cell).begin],
    ['excelDate', '45356.395833333336', (cell: string) => excelDate(cell)],
  ])('is what %s takes where it is given none', (_, cell, read) =>
    expect(made(of('Asia/Shanghai', read), cell)).toBe(NINE_THIRTY),
  );

  it('is that of the pipeline whose mapping runs, and gives way to one that is named', () => {
    expect(made(of('UTC'), '2024-03-05 01:30')).toBe(NINE_THIRTY);
    expect(
      made(
        of('Asia/Shanghai', (cell) => dateTime(cell, 'UTC')),
        '2024-03-05 01:30',
      ),
    ).toBe(NINE_THIRTY);
    expect(
      made(
        of('Asia/Shanghai', (cell) => dateOnly(cell)),
        '2024-03-05',
      ),
    ).toBe(Date.UTC(2024, 2, 4, 16));
    expect(() => made(of(undefined), '2024-03-05 01:30')).toThrow(
      /read without a time zone.*zone: 'Asia\/Shanghai'/,
    );
    // Outside of any mapping, too.
    expect(() => dateTime('2024-03-05 01:30')).toThrow(/read without a time zone/);
  });

  it.each([
    ['Asia/Beijing', 'Did you mean "Asia/Shanghai"?'],
    ['CST', 'CST has several meanings'],
    ['Asia/Shangai', 'Did you mean "Asia/Shanghai"?'],
  ])('%s is refused with what may be meant', (zone, hint) => {
    expect(() => of(zone)).toThrow(`"${zone}" is not a time zone.`);
    expect(() => of(zone)).toThrow(hint);
  });

  it('is that of the reports, else that of the machine, and they say whose it is', () => {
    const deps = { writer: null, zone: 'Europe/Berlin' };
    expect(madeBy({ pipeline: of('Asia/Shanghai') }, deps)).toMatchObject({
      zone: 'Asia/Shanghai',
      zoneOf: 'pipeline',
    });
    expect(madeBy({ pipeline: of(undefined) }, deps)).toMatchObject({
      zone: 'Europe/Berlin',
      zoneOf: 'machine',
    });
  });
});
