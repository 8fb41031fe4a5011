import type { FieldChange, Json } from '../../model.ts';
import { fieldPathOf, labelOf, shapeAt } from '../../plan/labels.ts';
import type { Bilingual, Shape } from '../../plan/shape.ts';
import { isConflict, recreatesNote, writtenValues } from '../entries.ts';
import { fateText } from '../fates.ts';
import { type EntryKind, KINDS, LISTED, ofTarget } from '../kinds.ts';
import { inWallTime, placedField, problemNote } from '../problems.ts';
import { reasonNote } from '../reason-words.ts';
import { type Edits, type Entry, type RenderOptions, type ReportModel, zoneOf } from '../report-model.ts';
import { leavesOf, saidOf } from '../values.ts';
import { POLICY_WORDS } from '../words.ts';
import { type Segment, segmentsOf } from './notes.ts';

/** A value as the page shows it: text, words in both languages, or the length of a text that is left out. */
type Shown = string | readonly [zh: string, en: string] | { readonly n: number } | null;

/** One field: its label's place in the page's list, and before and after, or a text with what came and went within it. */
type Row =
  | readonly [label: number, before: Shown, after: Shown]
  | readonly [label: number, within: readonly Segment[]];

/** One change, in short names: ten thousand of them are in the page. `client.js` reads them. */
export interface Item {
  readonly k: EntryKind;
  readonly y: string | null;
  /** Who it is about. */
  readonly l?: string;
  /** Place in the source. */
  readonly f?: string;
  /** The application it is under, where it has no place. */
  readonly a?: string;
  /** Feishu's id. */
  readonly i?: string;
  readonly r?: readonly Row[];
  /** What was edited in Feishu, and which of these rows are in conflict. */
  readonly d?: readonly Row[];
  readonly c?: readonly number[];
  /** What becomes of the edit. */
  readonly o?: readonly [string, string];
  readonly w?: readonly [string, string];
  readonly p?: readonly (readonly [string, string, string])[];
  /** What became of it. */
  readonly s?: readonly [string, string];
}

// What a browser on a small machine opens without a freeze; the CSV has all.
export const MAX_ITEMS = 10_000;
const MAX_CHARACTERS = 24_000_000;
/** Every kind is there, however many updates there are. */
const AT_LEAST = 500;
/** A plan has nine kinds of rows. */
const KINDS_AT_ONCE = 9;
const LONGEST_TEXT = 4_000;

/** How many changes of each kind the page holds. */
export function quotas(model: Pick<ReportModel, 'count'>, most = MAX_ITEMS): ReadonlyMap<EntryKind, number> {
  const least = Math.min(AT_LEAST, Math.floor(most / KINDS_AT_ONCE));
  const shares = new Map(LISTED.map((kind) => [kind, Math.min(model.count(kind), least)]));
  let left = most - [...shares.values()].reduce((sum, n) => sum + n, 0);
  for (const kind of LISTED) {
    const share = shares.get(kind) ?? 0;
    const more = Math.min(left, model.count(kind) - share);
    shares.set(kind, share + more);
    left -= more;
  }
  return shares;
}

/** Labels by path, numbered in the order they are met. */
export interface Labels {
  readonly list: (readonly [path: string, zh: string, en: string])[];
  of(path: string): number;
}

export function createLabels(shape: Shape): Labels {
  const numbers = new Map<string, number>();
  const list: (readonly [string, string, string])[] = [];
  return {
    list,
    of: (path) => {
      const known = numbers.get(path);
      if (known !== undefined) return known;
      list.push([fieldPathOf(path), labelOf(shape, path, 'zh'), labelOf(shape, path, 'en')]);
      numbers.set(path, list.length - 1);
      return list.length - 1;
    },
  };
}

/** The changes for the page's list, a sample spread over the plan where there are too many. */
export function* itemsOf(
  model: ReportModel,
  options: Pick<RenderOptions, 'redact'>,
  labels: Labels,
  maxCharacters = MAX_CHARACTERS,
): Generator<Item> {
  const shares = quotas(model);
  let characters = 0;
  for (const kind of LISTED) {
    const [share, all] = [shares.get(kind) ?? 0, model.count(kind)];
    if (all === 0) continue;
    let at = 0;
    for (const entry of model.entries([kind])) {
      const taken = Math.floor(((at + 1) * share) / all) > Math.floor((at * share) / all);
      at++;
      if (!taken) continue;
      const item = itemOf(entry, model, options, labels);
      characters += JSON.stringify(item).length;
      if (characters > maxCharacters) return;
      yield item;
    }
  }
}

type Pair = readonly [string, string];
const pair = ({ zh, en }: Bilingual): Pair => [zh, en];

function itemOf(
  entry: Entry,
  model: ReportModel,
  { redact }: Pick<RenderOptions, 'redact'>,
  labels: Labels,
): Item {
  const { kind, key, label, origin, edits, fate, reason, problems, recreates, application } = entry;
  const { target } = model;
  const { shape } = target;
  const zone = zoneOf(model);
  const rows = (fields: Iterable<FieldChange>): Row[] =>
    Array.from(fields, (field) => rowOf(field, { shape, redact, zone }, labels));
  const remoteId = fate?.remoteId ?? entry.remoteId ?? undefined;
  const written = rows(writtenValues(entry, shape));
  const note =
    recreates !== undefined
      ? pair(recreatesNote(recreates))
      : reason !== undefined
        ? pair(reasonNote(reason, { redact, zone, shape }))
        : SAID_BY_KIND.includes(kind)
          ? pair(ofTarget(KINDS[kind].means, target))
          : undefined;
  return {
    k: kind,
    y: key,
    ...(label !== undefined && !redact && { l: label }),
    ...(origin !== undefined
      ? { f: origin.line === 0 ? origin.file : `${origin.file}:${origin.line}` }
      : application !== undefined && { a: application }),
    ...(remoteId !== undefined && { i: remoteId }),
    ...(written.length > 0 && { r: written }),
    ...(note !== undefined && { w: note }),
    ...(problems !== undefined && {
      p: problems.map((problem): readonly [string, string, string] => [
        placedField(problem),
        ...pair(problemNote(inWallTime(problem, shape, zone), redact)),
      ]),
    }),
    ...(edits !== undefined && editsIn(edits, shape, rows)),
    ...(fate !== undefined && { s: [fateText(fate, 'zh'), fateText(fate, 'en')] as const }),
  };
}

/** Kinds that say all there is to say. */
const SAID_BY_KIND: readonly EntryKind[] = ['gone', 'orphan', 'missing', 'unknown', 'delete', 'deleted'];

function editsIn(edits: Edits, shape: Shape, rows: (fields: Iterable<FieldChange>) => Row[]): Partial<Item> {
  const leaves = edits.fields.flatMap((field) =>
    [...leavesOf(shape, field)].map((leaf) => ({ leaf, conflict: isConflict(edits, field.path) })),
  );
  const c = leaves.flatMap(({ conflict }, i) => (conflict ? [i] : []));
  return {
    d: rows(leaves.map(({ leaf }) => leaf)),
    ...(c.length > 0 && { c }),
    ...(edits.decided && edits.policy !== null && { o: pair(POLICY_WORDS[edits.policy]) }),
  };
}

interface RowOptions {
  readonly shape: Shape;
  readonly redact: boolean;
  readonly zone: string;
}

function rowOf({ path, before, after }: FieldChange, options: RowOptions, labels: Labels): Row {
  const inner = shapeAt(options.shape, path);
  const texts = inner?.kind === 'text' && typeof before === 'string' && typeof after === 'string';
  const within = texts && !options.redact ? segmentsOf(before, after) : null;
  if (within !== null) return [labels.of(path), within];
  return [labels.of(path), shown(inner, before, options), shown(inner, after, options)];
}

function shown(shape: Shape | undefined, value: Json | undefined, { redact, zone }: RowOptions): Shown {
  if (value === undefined) return null;
  const said = saidOf(shape, value, zone);
  if (said !== undefined) return said.zh === said.en ? said.zh : pair(said);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (redact) return { n: [...text].length };
  if (text.length <= LONGEST_TEXT) return text;
  const kept = text.slice(0, LONGEST_TEXT).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept} … (+${text.length - kept.length}, CSV)`;
}
