import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { describe, expect, it } from 'vitest';
import { aPlace, type JsonRun, type Place } from '../cli/place.ts';
import { aSource, sharedData } from './shared-data.ts';

const data = sharedData('conformance/blns.json');
const STRINGS =
  data === undefined ? [] : (JSON.parse(readFileSync(data[0] ?? '', 'utf8')) as readonly string[]);
// What no reader may let through, at both ends and inside: the list itself has none of it.
const DAMAGED = ['a\u0000b', '\u0000', 'a\uFFFDb', '\uFFFD'];
const HALVES = ['a\uD800b', '\uDC00a', 'a\uDBFF'];
const APPLICATION = '6960663240925956437';

// On a busy machine a line of progress may come first.
const NAMES_REJECTS =
  /^New ledger: \S+\nFirst write to app [^\n]*\n(?:\d+ of \d+ written [^\n]*\n)*Rejected rows, to be corrected(?: in the export)?: \S+\n$/;

type Row = { readonly no: string; readonly word: string };
type Format = 'json' | 'csv';

/** A pipeline of its own: `word` as interviewer's name and comment, `no` as key. */
function pipelineText(name: string, format: Format): string {
  return `import { csv, definePipeline, id, json, text } from 'hire-sync';
export default definePipeline({
  name: '${name}',
  target: 'external_interview',
  source: ${format}('rows.${format}'),
  key: (row) => id(row.no),
  map: (row) => ({
    external_application_id: '${APPLICATION}',
    interview_assessments: [{ username: text(row.word), content: text(row.word), conclusion: 2 }],
  }),
});
`;
}

function fileText(rows: readonly Row[], format: Format): string {
  if (format === 'json') return JSON.stringify(rows);
  return stringify([...rows], { header: true, record_delimiter: '\r\n', quoted: true });
}

async function run(place: Place, name: string, format: Format, rows: readonly Row[]): Promise<JsonRun> {
  const source = aSource(place.folder, [], {
    'pipeline.ts': pipelineText(name, format),
    [`rows.${format}`]: fileText(rows, format),
  });
  const allowed = ['--allow', 'existing-content', '--allow', 'rejected'];
  return await place.sync(join(source, 'pipeline.ts'), '--source', source, ...allowed);
}

function rejectsOf(place: Place): readonly Readonly<Record<string, string>>[] {
  const runs = join(place.folder, '.hire-sync/runs');
  const [folder = ''] = readdirSync(runs);
  const text = readFileSync(join(runs, folder, 'rejects.csv'), 'utf8');
  expect(text.startsWith('\uFEFF')).toBe(true);
  return parse(text, { columns: true, bom: true });
}

/** As a spreadsheet-safe file has it: what would be read as a formula begins with an apostrophe. */
const guarded = (cell: string): string =>
  /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(cell) ? `'${cell}` : cell;

describe.skipIf(data === undefined)('515 naughty strings', () => {
  it('are 515', () => {
    expect(STRINGS).toHaveLength(515);
    expect(STRINGS.filter((word) => !word.isWellFormed() || /[\uFFFD\0]/.test(word))).toEqual([]);
  });

  describe.each(['json', 'csv'] as const)('as names and comments from a %s file', (format) => {
    // Half a surrogate pair cannot be written in UTF-8; JSON can spell it.
    const damaged = format === 'json' ? [...DAMAGED, ...HALVES] : DAMAGED;
    const words = [...STRINGS, ...damaged];
    const rows = words.map((word, index) => ({ no: `B-${index}`, word }));

    it('arrive byte for byte, or are rejected by name', { timeout: 60_000 }, async () => {
      const place = await aPlace();
      const { report, stderr } = await run(place, `blns-${format}`, format, rows);
      expect(stderr).toMatch(NAMES_REJECTS);
      expect(report.rows).toMatchObject({
        read: words.length,
        created: STRINGS.length,
        rejected: damaged.length,
        failed: 0,
        inDoubt: 0,
      });
      const bodies = new Map(place.sandbox.interviews().map(({ externalId, body }) => [externalId, body]));
      expect(bodies.size).toBe(STRINGS.length);
      for (const [index, word] of STRINGS.entries()) {
        // An empty cell is no name and no comment.
        const texts = word === '' ? {} : { username: word, content: word };
        expect(bodies.get(`blns-${format}:B-${index}`), JSON.stringify(word)).toEqual({
          external_application_id: APPLICATION,
          interview_assessments: [{ ...texts, conclusion: 2 }],
        });
      }
      expect(report.rejects.map(({ key, problems }) => [key, problems[0]?.code, problems[0]?.field])).toEqual(
        damaged.map((_, index) => [`B-${STRINGS.length + index}`, 'CELL_INVALID', 'word']),
      );
    });
  });

  describe.each(['json', 'csv'] as const)('as keys from a %s file', (format) => {
    const words = [...STRINGS, ...DAMAGED, ...(format === 'json' ? HALVES : [])];
    // In other words than the helper's: whole, without any space, invisible or full-width character, no damage.
    const isId = (word: string) =>
      word !== '' &&
      word.isWellFormed() &&
      !/\u034F|[\s\p{Cc}\p{Cf}\uFFFD\u3164\u115F\u1160\uFFA0０-９Ａ-Ｚａ-ｚ：／－]/u.test(word) &&
      !/^(?:=.*|#+|#(?:N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NULL!|NUM!|SPILL!|CALC!)|[+-]?\d+(?:[.,]\d+)?[eE][+-]\d+|[+-]?\d[.,]\d+[eE]\d+)$/.test(
        word,
      ) &&
      !['\\N', 'NULL', 'null', 'None', 'nan', 'NaN', 'undefined', '(null)', '-'].includes(word);
    const good = [...new Set(words.filter(isId))];
    let place: Place;
    let synced: JsonRun;

    it('are kept byte for byte, or rejected by name, and all are counted', { timeout: 60_000 }, async () => {
      place = await aPlace();
      const rows = words.map((word) => ({ no: word, word: 'x' }));
      synced = await run(place, `keys-${format}`, format, rows);
      const { report } = synced;
      expect(synced.stderr).toMatch(NAMES_REJECTS);
      const refused = words.filter((word) => !isId(word));
      expect(report.rows).toMatchObject({
        read: words.length,
        created: good.length,
        skipped: words.length - refused.length - good.length,
        rejected: refused.length,
      });
      expect(good.length).toBeGreaterThan(150);
      expect(refused.length).toBeGreaterThan(150);
      const { interviews } = place.sandbox;
      expect(
        interviews()
          .map(({ externalId }) => externalId)
          .sort(),
      ).toEqual(good.map((word) => `keys-${format}:${word}`).sort());
      expect(
        place
          .entries()
          .map(({ key }) => key)
          .sort(),
      ).toEqual(good.toSorted());
      for (const { problems } of report.rejects) {
        expect(['CELL_INVALID', 'VALUE_MISSING']).toContain(problems[0]?.code);
        expect(problems[0]?.field).toBe('no');
      }

      // UTF-8 has no half of a surrogate pair: U+FFFD stands for it.
      const cells = rejectsOf(place).map(({ no, word, _file, _field }) => [no, word, _file, _field]);
      expect(cells).toEqual(
        refused.map((word) => [guarded(word.toWellFormed()), 'x', `rows.${format}`, 'no']),
      );
    });

    it('cannot harm a terminal', { timeout: 60_000 }, async () => {
      const fresh = await aPlace();
      const rows = words.map((word) => ({ no: word, word: 'x' }));
      const source = aSource(fresh.folder, [], {
        'pipeline.ts': pipelineText(`keys-${format}`, format),
        [`rows.${format}`]: fileText(rows, format),
      });
      const args = [
        'plan',
        join(source, 'pipeline.ts'),
        '--source',
        source,
        '--limit',
        '0',
        '--allow',
        'rejected',
      ];
      const { stdout } = await fresh.run(args);
      expect(stdout.split('\n').length).toBeGreaterThan(words.length);
      expect(stdout.match(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\uFFFD]/gu) ?? []).toEqual([]);
    });
  });
});
