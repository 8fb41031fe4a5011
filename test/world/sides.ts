import type { Sandbox } from '../../src/sandbox/index.ts';
import { objectsIn, TARGET } from '../target.ts';
import type { Edit, Spelling, World } from './draw.ts';
import { applicationOf, bodyOf, keyOf, type Row, rowOf, type Said, saidIn, TEXTS } from './rows.ts';

export type Stored = ReturnType<typeof objectsIn>[number];

/** What a person typed into an object, and how often the object had been written by then. */
export interface Touched {
  readonly said: Partial<Record<keyof Said, unknown>>;
  /** Fields that nobody has decided to give up. */
  readonly keeps: ReadonlySet<string>;
  readonly writes: number;
}

/** Both sides of a world as an onlooker knows them who sees the export, Feishu and every hand, and no ledger. */
export interface Sides {
  /** The export as it is now, in the order of the records' numbers. */
  rows(): readonly Row[];
  /** The number of the record with this key, whatever its key is now. */
  recordOf(key: string): number | undefined;
  /** The number of the record that an object was created for; undefined of a person's own. */
  createdFor(object: Stored): number | undefined;
  apply(edit: Edit): void;
  /** Records that were once equal may own each other's objects: the numbers of those of this one. */
  alike(n: number): ReadonlySet<number>;
  /** What persons typed into our objects, by id. */
  readonly touched: Map<string, Touched>;
  /** Objects over which the source is to win at its next write, as somebody decided, and how often they were written by then. */
  readonly yielding: Map<string, number>;
  /** Objects that persons deleted. */
  readonly deleted: Set<string>;
  /** Objects that persons entered, as they entered them, until they are a record's. */
  readonly entered: Map<string, object>;
  /** To be told of every night. */
  look(): void;
  objects(): readonly Stored[];
}

interface Record_ {
  row: Row;
  present: boolean;
  spelling: Spelling;
}

/** From 20 characters on, two that begin so are one text; shorter ones say nothing. */
const LONG = 20;
const MINUTE_MS = 60_000;

export function createSides(world: World, sandbox: Sandbox): Sides {
  const records = new Map<number, Record_>();
  const numbers = new Map<string, number>();
  const parents = new Map<number, number>();
  const touched = new Map<string, Touched>();
  const deleted = new Set<string>();
  const yielding = new Map<string, number>();
  const entered = new Map<string, object>();
  // Where a ledger is lost, or a key is written otherwise, only likeness is left to go by. A record of which more than
  // one trait changes at once meanwhile is another one to everybody.
  const goesByLikeness = world.nights.some(
    ({ edits, ledger }) => ledger.is !== 'kept' || edits.some(({ is }) => is === 'respell'),
  );
  const spelt: { every: number; how: Spelling }[] = [];

  const root = (n: number): number => {
    const parent = parents.get(n) ?? n;
    return parent === n ? n : root(parent);
  };
  const createdFor = ({ externalId }: Stored): number | undefined =>
    externalId === null ? undefined : numbers.get(externalId.replace(/^world:/, '').replace(/#\d+$/, ''));
  const objects = (): readonly Stored[] => objectsIn(sandbox);
  const ofRecord = (n: number): readonly Stored[] =>
    objects().filter((object) => {
      const other = createdFor(object);
      return other !== undefined && root(other) === root(n);
    });
  const set = (n: number, row: Omit<Row, 'id'>, known?: Record_): void => {
    const spelling = known?.spelling ?? spellingOf(n, spelt);
    const id = keyOf(n, spelling);
    numbers.set(id, n);
    records.set(n, { spelling, present: known?.present ?? true, row: { ...row, id } });
  };
  const change = (n: number, over: Partial<Row>): void => {
    const known = records.get(n);
    if (known === undefined) return;
    const row = { ...known.row, ...over };
    if (goesByLikeness && !ofRecord(n).every((object) => isNear(saidIn(object.body), saidIn(bodyOf(row)))))
      return;
    records.set(n, { ...known, row });
  };
  /** What a person finds of a record. */
  const firstOf = (n: number): Stored | undefined => ofRecord(n).find((object) => createdFor(object) === n);

  const look = (): void => {
    const said = new Map<string, number>();
    const meet = (n: number, { application, begin, who, text }: Said): void => {
      const all = [application, Math.floor(begin / MINUTE_MS), who, [...text.trim()].slice(0, LONG).join('')];
      const key = JSON.stringify(all);
      const other = said.get(key);
      if (other === undefined) said.set(key, n);
      else parents.set(root(n), root(other));
    };
    for (const [n, { row, present }] of records) if (present) meet(n, saidIn(bodyOf(row)));
    for (const object of objects()) {
      const n = createdFor(object);
      if (n !== undefined) meet(n, saidIn(object.body));
    }
  };

  for (const [n, content] of world.records.entries())
    if (content !== null) set(n, rowOf('', applicationOf(n, world), content));

  const sides: Sides = {
    touched,
    yielding,
    deleted,
    entered,
    objects,
    look,
    createdFor,
    rows: () =>
      [...records.entries()]
        .filter(([, { present }]) => present)
        .sort(([a], [b]) => a - b)
        .map(([, { row }]) => row),
    recordOf: (key) => numbers.get(key),
    alike: (n) => new Set([n, ...records.keys()].filter((other) => root(other) === root(n))),
    apply(edit) {
      switch (edit.is) {
        case 'put':
        case 'like': {
          const n = edit.n % world.records.length;
          const application = applicationOf(n, world);
          const other = edit.is === 'like' ? records.get(edit.other % world.records.length)?.row : undefined;
          const row = edit.is === 'put' ? rowOf('', application, edit.content) : other;
          if (row === undefined) return;
          const known = records.get(n);
          const { id: _, ...said } = { ...row, application };
          if (known === undefined) set(n, said);
          else change(n, said);
          return;
        }
        case 'verdict':
          return change(edit.n % world.records.length, { verdict: edit.to });
        case 'text':
        case 'begin':
        case 'who': {
          const { text, begin, who } = rowOf('', '', {
            begin: edit.to,
            who: edit.to,
            verdict: 1,
            text: edit.to,
          });
          return change(edit.n % world.records.length, { [edit.is]: { text, begin, who }[edit.is] });
        }
        case 'remove':
        case 'restore': {
          const known = records.get(edit.n % world.records.length);
          if (known !== undefined) known.present = edit.is === 'restore';
          return;
        }
        case 'respell':
          spelt.push(edit);
          for (const [n, known] of records)
            if (n % edit.every === 0) set(n, known.row, { ...known, spelling: edit.how });
          return;
        case 'edited': {
          const n = edit.n % world.records.length;
          const object = firstOf(n);
          if (object === undefined) return;
          const typed = typedInto(object, edit);
          const after = saidIn({ ...object.body, ...typed.set });
          const row = records.get(n)?.row;
          if (goesByLikeness && row !== undefined && !isNear(after, saidIn(bodyOf(row)))) return;
          sandbox.byHand({ edit: [{ id: object.id, set: typed.set }] });
          const before = touched.get(object.id);
          touched.set(object.id, {
            said: { ...before?.said, [edit.field]: after[edit.field] },
            writes: object.writes + 1,
            keeps: yielding.has(object.id) ? new Set() : new Set([...(before?.keeps ?? []), edit.field]),
          });
          const yields = yielding.get(object.id);
          if (yields !== undefined) yielding.set(object.id, yields + 1);
          return;
        }
        case 'deleted': {
          const object = firstOf(edit.n % world.records.length);
          if (object === undefined) return;
          sandbox.byHand({ remove: [object.id] });
          deleted.add(object.id);
          return;
        }
        case 'entered': {
          const known = records.get(edit.n % world.records.length);
          if (known === undefined) return;
          const text = edit.how === 'near' ? '电话里聊过' : edit.how === 'other' ? TEXTS[6] : known.row.text;
          const begin = edit.how === 'other' ? known.row.begin + 5 * 3_600_000 : known.row.begin;
          const who = edit.how === 'other' ? '孙七' : known.row.who;
          const body = bodyOf({ ...known.row, text: text ?? '', begin, who });
          const [id = ''] =
            TARGET === 'external_interview'
              ? sandbox.seed({ interviews: [body as never] }).interviews
              : sandbox.seed({ backgroundChecks: [body as never] }).backgroundChecks;
          entered.set(id, objects().find((object) => object.id === id)?.body ?? {});
        }
      }
    },
  };
  return sides;
}

/** The last spelling that was drawn for a record that comes only now. */
function spellingOf(n: number, spelt: readonly { every: number; how: Spelling }[]): Spelling {
  return spelt.findLast(({ every }) => n % every === 0)?.how ?? 'plain';
}

function typedInto(
  object: Stored,
  { field, to }: Extract<Edit, { is: 'edited' }>,
): { set: Record<string, unknown> } {
  const body = object.body as Record<string, unknown>;
  const begin = Number(body.begin_time ?? body.date) + (to + 1) * 10 * MINUTE_MS;
  const text = `飞书里改的 ${to}：${saidIn(body).text}`.slice(0, 28);
  const verdict = (to % 3) + 1;
  if (TARGET === 'external_background_check') {
    const said = saidIn(body);
    if (field === 'begin') return { set: { date: begin } };
    return {
      set: {
        result: `${field === 'verdict' ? verdict : said.verdict} ${field === 'text' ? text : said.text}`,
      },
    };
  }
  if (field === 'begin') return { set: { begin_time: begin, end_time: begin + 3_600_000 } };
  const [first, ...more] = (body.interview_assessments ?? []) as object[];
  const typed = field === 'verdict' ? { conclusion: verdict } : { content: text };
  return { set: { interview_assessments: [{ ...first, ...typed }, ...more] } };
}

/** Two of three agree, as issue 12 says; written down here once more. */
function isNear(one: Said, other: Said): boolean {
  const head = ({ text }: Said): string =>
    [...text.trim().replaceAll(/\r\n?/g, '\n')].slice(0, LONG).join('');
  const apart = Math.abs(one.begin - other.begin);
  const agree = [
    Math.floor(one.begin / MINUTE_MS) === Math.floor(other.begin / MINUTE_MS),
    one.who === other.who,
    [...head(one)].length >= LONG && head(one) === head(other),
  ];
  return apart < 24 * 60 * MINUTE_MS && agree.filter(Boolean).length >= 2;
}
