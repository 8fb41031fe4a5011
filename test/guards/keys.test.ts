import { expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/plan/guard.ts';
import { complaintsAboutKeys, type Keys } from '../../src/plan/guard-keys.ts';
import { complaintText } from '../../src/report/stops.ts';

const about = ({ count = 0, ...keys }: Partial<Keys> & { readonly count?: number }) =>
  complaintsAboutKeys(
    {
      known: 100,
      vanished: 0,
      added: 0,
      rekeyed: { count, examples: count === 0 ? [] : [{ was: '007', key: '7' }] },
      ...keys,
    },
    DEFAULT_LIMITS,
  );

it.each<[string, Parameters<typeof about>[0], readonly string[]]>([
  ['two keys spelt otherwise are held row by row', { count: 2, vanished: 2, added: 2 }, []],
  ['three of a hundred are a pattern', { count: 3, vanished: 3, added: 3 }, ['rekeyed']],
  ['three of three hundred are not', { known: 300, count: 3, vanished: 3, added: 3 }, []],
  ['all of them, told once', { count: 100, vanished: 100, added: 100 }, ['rekeyed']],
  ['most vanish, and as many are new', { vanished: 60, added: 60 }, ['vanished']],
  ['most vanish, and half as many are new', { vanished: 60, added: 30 }, ['vanished']],
  ['most vanish, and few are new: a new season', { vanished: 60, added: 29 }, []],
  ['half of them', { vanished: 50, added: 50 }, []],
  ['of fewer than 50', { known: 49, vanished: 49, added: 49 }, []],
  ['cancelled interviews', { vanished: 90, added: 0 }, []],
])('%s', (_, keys, guards) => expect(about(keys).map(({ guard }) => guard)).toEqual(guards));

it('names pairs and the way on', () => {
  const [complaint] = about({ count: 12, vanished: 12, added: 12 });
  const said = complaint === undefined ? undefined : complaintText(complaint, {});
  for (const text of [said?.zh, said?.en]) {
    expect(text).toMatch(/007 → 7[,，] ?…/);
    expect(text).toContain('12 %');
    expect(text).toContain('`hire-sync rekey PIPELINE`');
  }
});
