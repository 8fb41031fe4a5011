import type { Change, ChangeKind, Drift, FieldChange, Json } from '../../model.ts';
import { fieldPathOf, labelOf, shapeAt } from '../../plan/labels.ts';
import { eachChange, type PlannedChange } from '../../plan/plan-store.ts';
import type { Bilingual, Shape } from '../../plan/shape.ts';
import type { Report } from '../../result/report.ts';
import { zonedParts } from '../cost.ts';
import type { Changes, RenderOptions } from '../options.ts';
import { reasonText } from '../reason-words.ts';
import { decisionOn, fateOf, fateText, isConflict, problemText } from '../reasons.ts';
import { LISTED } from '../text.ts';
import { leavesOf, payloadLeaves } from '../values.ts';
import { type Segment, segmentsOf } from './notes.ts';

/** A value as the page shows it: text, words in both languages, or the length of a text that is left out. */
type Shown = string | readonly [zh: string, en: string] | { readonly n: number } | null;

/** One field: its label's place in the page's list, before, after, and what changed within the text. */
type Row = readonly [label: number, before: Shown, after: Shown, segments?: readonly Segment[]];

/** One change, in short names: ten thousand of them are in the page. `client.js` reads them. */
export interface Item {
  readonly k: ChangeKind;
  readonly y: string | null;
  /** Place in the source. */
  readonly f: string;
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
const LONGEST_TEXT = 4_000;

/** How many changes of each kind the page holds. */
export function quotas(store: Pick<Changes, 'count'>, most = MAX_ITEMS): ReadonlyMap<ChangeKind, number> {
  const least = Math.min(AT_LEAST, Math.floor(most / LISTED.length));
  const shares = new Map(LISTED.map((kind) => [kind, Math.min(store.count(kind), least)]));
  let left = most - [...shares.values()].reduce((sum, n) => sum + n, 0);
  for (const kind of LISTED) {
    const share = shares.get(kind) ?? 0;
    const more = Math.min(left, store.count(kind) - share);
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
  report: Report,
  store: Changes,
  options: RenderOptions,
  labels: Labels,
  maxCharacters = MAX_CHARACTERS,
): Generator<Item> {
  const shares = quotas(store);
  let characters = 0;
  for (const kind of LISTED) {
    const [share, all] = [shares.get(kind) ?? 0, store.count(kind)];
    let at = 0;
    for (const planned of eachChange(store, [kind])) {
      const taken = Math.floor(((at + 1) * share) / all) > Math.floor((at * share) / all);
      at++;
      if (!taken) continue;
      const item = itemOf(planned, report, store, options, labels);
      characters += JSON.stringify(item).length;
      if (characters > maxCharacters) return;
      yield item;
    }
  }
}

function itemOf(
  planned: PlannedChange,
  report: Report,
  store: Changes,
  options: RenderOptions,
  labels: Labels,
): Item {
  const { change } = planned;
  const zone = report.cost?.zone ?? 'UTC';
  const rows = (fields: Iterable<FieldChange>): Row[] =>
    Array.from(fields, (field) => rowOf(field, { ...options, zone }, labels));
  const fate = fateOf(planned, store.outcomes, report.mode);
  const remoteId = fate?.remoteId ?? ('remoteId' in change ? change.remoteId : undefined);
  return {
    k: change.kind,
    y: change.key,
    f: change.origin.line === 0 ? change.origin.file : `${change.origin.file}:${change.origin.line}`,
    ...(remoteId === undefined ? {} : { i: remoteId }),
    ...contentOf(change, options, rows),
    ...('drift' in change && change.drift !== undefined
      ? driftOf(change.drift, decisionOn(change), options, rows)
      : {}),
    ...(fate === null ? {} : { s: [fateText(fate, 'zh'), fateText(fate, 'en')] }),
  };
}

function contentOf(
  change: Change,
  options: RenderOptions,
  rows: (fields: Iterable<FieldChange>) => Row[],
): Partial<Item> {
  const { shape, redact } = options;
  switch (change.kind) {
    case 'create': {
      const gone = change.recreates;
      const r = rows(payloadLeaves(shape, change.payload.json));
      return gone === undefined ? { r } : { r, w: [`代替 ${gone}`, `takes the place of ${gone}`] };
    }
    case 'adopt':
      return { r: rows(payloadLeaves(shape, change.payload.json)) };
    case 'update':
      return { r: rows(change.fields.flatMap((field) => [...leavesOf(shape, field)])) };
    case 'skipped':
    case 'held':
    case 'in-doubt': {
      const text = (language: 'zh' | 'en') => reasonText(change.reason, { language, redact });
      return { w: [text('zh'), text('en')] };
    }
    case 'rejected':
      return {
        p: change.problems.map((problem) => {
          const place = problem.origin === undefined ? '' : `${problem.origin.file}:${problem.origin.line} `;
          const text = (language: 'zh' | 'en') => problemText(problem, { language, redact });
          return [`${place}${problem.field}`, text('zh'), text('en')];
        }),
      };
    case 'record':
    case 'drifted':
    case 'unchanged':
      return {};
  }
}

function driftOf(
  drift: Drift,
  decision: Bilingual | null,
  { shape }: RenderOptions,
  rows: (fields: Iterable<FieldChange>) => Row[],
): Partial<Item> {
  const leaves = drift.fields.flatMap((field) =>
    [...leavesOf(shape, field)].map((leaf) => ({ leaf, conflict: isConflict(drift, field.path) })),
  );
  const c = leaves.flatMap(({ conflict }, i) => (conflict ? [i] : []));
  return {
    d: rows(leaves.map(({ leaf }) => leaf)),
    ...(c.length === 0 ? {} : { c }),
    ...(decision === null ? {} : { o: [decision.zh, decision.en] as const }),
  };
}

type RowOptions = RenderOptions & { readonly zone: string };

function rowOf({ path, before, after }: FieldChange, options: RowOptions, labels: Labels): Row {
  const inner = shapeAt(options.shape, path);
  const row = [labels.of(path), shown(inner, before, options), shown(inner, after, options)] as const;
  if (options.redact || typeof before !== 'string' || typeof after !== 'string') return row;
  const segments = inner?.kind === 'text' ? segmentsOf(before, after) : null;
  return segments === null ? row : [...row, segments];
}

function shown(shape: Shape | undefined, value: Json | undefined, { redact, zone }: RowOptions): Shown {
  if (value === undefined) return null;
  if (shape?.kind === 'integer') {
    const words: Bilingual | undefined = shape.words?.[Number(value)];
    return words === undefined ? String(value) : [words.zh, words.en];
  }
  if (shape?.kind === 'instant') {
    const { day, time } = zonedParts(Number(value), zone);
    return `${day} ${time}`;
  }
  if (shape?.kind === 'id') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (redact) return { n: [...text].length };
  if (text.length <= LONGEST_TEXT) return text;
  const kept = text.slice(0, LONGEST_TEXT).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept} … (+${text.length - kept.length}, CSV)`;
}
