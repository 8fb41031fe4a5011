import { describe, expect, it } from 'vitest';
import type { Quirk } from '../../src/sandbox/index.ts';
import { aQuirkStage, OTHER_APPLICATION, TARGETS } from './quirk-stage.ts';

describe.each(TARGETS)('reads of an $resource', (target) => {
  const { resource, time } = target;

  /** Six objects of one application and two of another; then the quirks are set. */
  async function setUp(...quirks: Quirk[]) {
    const stage = await aQuirkStage(target);
    const ids: string[] = [];
    for (let number = 0; number < 8; number += 1) {
      const changes = number < 6 ? {} : { external_application_id: OTHER_APPLICATION };
      ids.push(stage.objectIn(await stage.create(number, changes)).id);
    }
    stage.sandbox.setQuirks(quirks);
    /** Numbers of the objects with these ids. */
    const numbers = (found: readonly string[]) => found.map((id) => ids.indexOf(id));
    /** Numbers on each page, until there are no more or eight were read. */
    async function pages(size: number): Promise<number[][]> {
      const read: number[][] = [];
      let token: string | undefined = '';
      while (token !== undefined && read.length < 8) {
        const got = await stage.page(size, token);
        read.push(numbers(stage.idsIn(got)));
        token = got.json.data.page_token;
        expect(got.json.data.has_more).toBe(token !== undefined);
      }
      return read;
    }
    const asked = async (...wanted: number[]) =>
      numbers(stage.idsIn(await stage.byIds(wanted.map((number) => ids[number] ?? ''))));
    return { ...stage, ids, pages, asked };
  }

  it.each<[string, Quirk, number[], number[][]]>([
    [
      'none',
      { times: 1, match: { key: 'nobody' }, read: { kind: 'nothing' } },
      [1, 2],
      [
        [0, 1, 2, 3],
        [4, 5],
      ],
    ],
    ['nothing', { read: { kind: 'nothing' } }, [], [[]]],
    [
      'nothing by ids',
      { match: { by: 'ids' }, read: { kind: 'nothing' } },
      [],
      [
        [0, 1, 2, 3],
        [4, 5],
      ],
    ],
    ['nothing in lists', { match: { by: 'list' }, read: { kind: 'nothing' } }, [1, 2], [[]]],
    [
      'other objects',
      { match: { by: 'ids' }, read: { kind: 'others' } },
      [0, 3],
      [
        [0, 1, 2, 3],
        [4, 5],
      ],
    ],
    [
      'one twice',
      { read: { kind: 'twice' } },
      [1, 2, 1],
      [
        [0, 1, 2, 3, 0],
        [4, 5, 4],
      ],
    ],
    [
      'one more',
      { read: { kind: 'more' } },
      [1, 2, 0],
      [
        [0, 1, 2, 3, 6],
        [4, 5, 6],
      ],
    ],
    [
      'two more',
      { read: { kind: 'more', count: 2 } },
      [1, 2, 0, 3],
      [
        [0, 1, 2, 3, 6, 7],
        [4, 5, 6, 7],
      ],
    ],
    ['one less', { read: { kind: 'omit' } }, [1], [[0, 1, 2], [4]]],
    [
      'one earlier with each page',
      { read: { kind: 'shift', by: -1 } },
      [1, 2],
      [
        [0, 1, 2, 3],
        [3, 4, 5],
      ],
    ],
    ['one later', { read: { kind: 'shift', by: 1 } }, [1, 2], [[0, 1, 2, 3], [5]]],
    [
      'an empty page, once',
      { match: { by: 'list', nth: 2 }, read: { kind: 'empty-page' } },
      [1, 2],
      [[0, 1, 2, 3], [], [4, 5]],
    ],
    [
      'the same page, once',
      { match: { by: 'list', nth: 1 }, read: { kind: 'endless' } },
      [1, 2],
      [
        [0, 1, 2, 3],
        [0, 1, 2, 3],
        [4, 5],
      ],
    ],
    [
      'empty pages for ever',
      { match: { by: 'list' }, read: { kind: 'empty-page' } },
      [1, 2],
      Array(8).fill([]),
    ],
    [
      'the last page for ever',
      { match: { by: 'list', nth: 2 }, read: { kind: 'endless' } },
      [1, 2],
      [
        [0, 1, 2, 3],
        [4, 5],
        [4, 5],
      ],
    ],
  ])('%s', async (_, quirk, byIds, byPage) => {
    const stage = await setUp(quirk);
    expect(await stage.asked(1, 2)).toEqual(byIds);
    expect(await stage.pages(4)).toEqual(byPage);
  });

  it('n times, and then as they are', async () => {
    const stage = await setUp({ times: 2, read: { kind: 'nothing' } });
    const read = [];
    for (let time = 0; time < 3; time += 1) read.push(await stage.asked(1));
    expect(read).toEqual([[], [], [1]]);
    expect(
      stage.sandbox
        .arrivals()
        .slice(-3)
        .map(({ quirks }) => quirks),
    ).toEqual([['read nothing'], ['read nothing'], []]);
  });

  it('a shift in the middle of the paging: the pages after it go on from there', async () => {
    const earlier = await setUp({ times: 1, read: { kind: 'shift', by: -1 } });
    expect(await earlier.pages(2)).toEqual([[0, 1], [1, 2], [3, 4], [5]]);
    const later = await setUp({ match: { nth: 3 }, read: { kind: 'shift', by: 1 } });
    expect(await later.pages(2)).toEqual([[0, 1], [2, 3], [5]]);
  });

  it('without certain objects, as if the app were not to see them', async () => {
    const stage = await setUp();
    const ids = [stage.ids[1] ?? '', stage.ids[4] ?? ''];
    stage.sandbox.setQuirks([{ read: { kind: 'omit', ids } }]);
    expect(await stage.pages(2)).toEqual([
      [0, 2],
      [3, 5],
    ]);
    expect(await stage.asked(0, 1, 5)).toEqual([0, 5]);
    expect(stage.met()).toEqual(['read omit']);
    expect(await stage.asked(0, 5)).toEqual([0, 5]);
    expect(stage.met()).toEqual([]);
  });

  it('rounded ids, several of which are the same', async () => {
    const stage = await setUp({ times: 1, match: { by: 'ids' }, show: [{ kind: 'round-ids' }] });
    const wanted = stage.ids.slice(0, 3);
    const rounded = stage.idsIn(await stage.byIds(wanted));
    expect(rounded).toEqual(wanted.map((id) => String(Number(id))));
    expect(stage.idsIn(await stage.byIds(wanted))).toEqual(wanted);
  });

  it('lag for this target alone, for a while: new ones unseen, changes unseen, deleted ones still there', async () => {
    const stage = await setUp();
    stage.sandbox.clock.advance(120_000);
    stage.sandbox.setQuirks([{ match: { resource, untilMs: 300_000 }, options: { readLagMs: 120_000 } }]);
    const before = await stage.pages(20);
    await stage.create(8);
    await stage.update(stage.ids[0] ?? '', 9);
    await stage.remove(stage.ids[1] ?? '');
    stage.sandbox.clock.advance(119_999);
    expect(await stage.pages(20)).toEqual(before);
    const [first] = (await stage.byIds([stage.ids[0] ?? ''])).json.data.items;
    expect(first[time]).toBe(1_709_600_000_000);
    expect(stage.met()).toEqual(['options readLagMs']);
    stage.sandbox.clock.advance(1);
    expect(await stage.pages(20)).toEqual([[0, 2, 3, 4, 5, -1]]);
    await stage.remove(stage.ids[2] ?? '');
    expect(await stage.asked(2)).toEqual([2]);
    stage.sandbox.clock.advance(180_000);
    expect(await stage.asked(2)).toEqual([]);
    expect(stage.met()).toEqual([]);
  });
});

it('one target’s quirks leave the other alone', async () => {
  for (const target of TARGETS)
    for (const other of TARGETS) {
      const stage = await aQuirkStage(other, [
        { match: { resource: target.resource }, read: { kind: 'nothing' } },
        { match: { resource: target.resource }, answer: { with: 'id-only' } },
      ]);
      const shown = stage.objectIn(await stage.create(1));
      const { items } = (await stage.byIds([shown.id])).json.data;
      expect([Object.keys(shown).length > 1, items.length]).toEqual(
        target === other ? [false, 0] : [true, 1],
      );
    }
});
