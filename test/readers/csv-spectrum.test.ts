import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { csv } from '../../src/readers/csv.ts';
import { conformance, readFile, readFrom } from './reading.ts';

const folder = conformance('csv-spectrum');

describe.skipIf(folder === undefined)('csv-spectrum', () => {
  const csvs = path.join(folder ?? '.', 'csvs');
  const names = folder === undefined ? [] : readdirSync(csvs);

  test('is complete', () => expect(names.length).toBe(12));

  test.each(names.filter((name) => name !== 'location_coordinates.csv'))('%s', async (name) => {
    const text = readFileSync(path.join(csvs, name), 'utf8');
    const json = readFileSync(path.join(folder ?? '.', 'json', name.replace('.csv', '.json')), 'utf8');
    // The stored copy of newlines_crlf.csv has lost its CRs; what it expects still has one.
    const expected = JSON.parse(text.includes('\r') ? json : json.replaceAll('\\r\\n', '\\n'));
    const { records, error } = await readFrom(csvs, csv(name));
    expect(error).toBeUndefined();
    expect(records.map(({ values }) => values)).toEqual(expected);
    expect(records.every(({ problems }) => problems === undefined)).toBe(true);
  });

  // Its JSON is that of another row (another telephone number); and its degree signs were lost before it was stored:
  // U+FFFD stands in the file, which is never sent. All other cells are those of the file.
  test('location_coordinates.csv: with its quotes declared as text; its damaged cell is rejected', async () => {
    const name = 'location_coordinates';
    const stored = JSON.parse(readFileSync(path.join(folder ?? '.', 'json', `${name}.json`), 'utf8'));
    const { records, error } = await readFrom(csvs, csv(`${name}.csv`, { quotes: 'literal' }));
    expect(error).toBeUndefined();
    expect(stored['Contact Phone Number']).toBe('1234567890');
    expect(records.map(({ values }) => values)).toEqual([
      { ...stored, 'Contact Phone Number': '2095257564' },
    ]);
    const codes = (list: typeof records) =>
      list.map(({ problems }) => problems?.map(({ code, field }) => `${code} ${field}`));
    expect(codes(records)).toEqual([['CELL_INVALID Location Coordinates']]);
    // With the degree signs it had, it is a good row.
    const mended = readFileSync(path.join(csvs, `${name}.csv`), 'utf8').replaceAll('\uFFFD', '°');
    const whole = await readFile('a.csv', mended, csv('a.csv', { quotes: 'literal' }));
    expect(whole.records.map(({ values, problems }) => [values, problems])).toEqual([
      [
        {
          'Contact Phone Number': '2095257564',
          'Location Coordinates': stored['Location Coordinates'].replaceAll('\uFFFD', '°'),
          Cities: 'Modesto',
          Counties: 'Stanislaus',
        },
        undefined,
      ],
    ]);
    // Without the declaration the row is rejected for its quotes, and the file is read to its end.
    const strict = await readFile('a.csv', mended, csv('a.csv'));
    expect(strict.error).toBeUndefined();
    expect(codes(strict.records)).toEqual([['CELL_INVALID Location Coordinates']]);
  });
});
