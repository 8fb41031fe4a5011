import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FORMAT_TOKENS } from '../../src/mapping/date-format.ts';
import { follow } from './advice.ts';

const PAGE = readFileSync(new URL('../../docs/dates.md', import.meta.url), 'utf8');

/** The lines of the tables whose code reads a cell: `cell`, `code`, the instants in UTC. */
const LINES = [...PAGE.matchAll(/^\| `([^`]+)` +\| `([^`]*\bcell\b[^`]*)` +\| (.+?) +\|$/gm)].map(
  ([, cell = '', code = '', instant = '']) => [cell, code, instant] as const,
);

describe('docs/dates.md', () => {
  it('has two tables of cells', () => {
    expect(LINES.length).toBe(PAGE.split('\n').filter((line) => /^\| `.*Z +\|$/.test(line)).length);
    expect(LINES.length).toBeGreaterThan(30);
  });

  it.each(LINES)('%s is read by %s', (cell, code, instant) => {
    const read = follow(code, cell);
    const times = typeof read === 'number' ? [read] : Object.values(read as Record<string, number>);
    expect(times.map((ms) => new Date(ms).toISOString()).join(' – ')).toBe(instant);
  });

  it('names every token', () => {
    const [, table = ''] = PAGE.split('## The tokens of a format');
    const named = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, first = '']) =>
      [...first.matchAll(/`([A-Za-z]+)`/g)].map(([, token]) => token),
    );
    expect(named.toSorted()).toEqual(FORMAT_TOKENS.split(' ').toSorted());
  });
});
