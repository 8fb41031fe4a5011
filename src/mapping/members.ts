import type { SourceRecord } from '../model.ts';
import { nearest } from '../readers/nearest.ts';

/** A member that the pipeline reads and that no record has, now or in earlier runs. */
export interface AbsentMember {
  readonly file: string;
  /** `cancelledAt`, `scores[].comment` */
  readonly member: string;
  /** The member that comes nearest by its name; null without one. */
  readonly nearest: string | null;
  /** Whether that one is so near, and never read, that the pipeline or the export must have misspelt it. */
  readonly isMisspelt: boolean;
}

/**
 * Which members the records of JSON files have, and which ones the pipeline reads. Nobody declares them, and an export may
 * leave out what is null: only what no record ever had is worth a word.
 */
export interface Members {
  /** Notes all members of a record, its children's included. To be called before it is mapped. */
  see(record: SourceRecord): void;
  /** Where it is noted which members of top-level records are read. */
  readonly root: MemberNode;
  /** Every member seen, in a form that holds for every night. */
  seen(): readonly string[];
  /** @param earlier what earlier runs have seen */
  absent(earlier: ReadonlySet<string>): readonly AbsentMember[];
}

/** The members at one place of records: at their top, below a name, among the children of a name. */
export interface MemberNode {
  /** Notes that the pipeline looked for a member here; `absent`: and got nothing, because it is not there. Nothing for records with columns. */
  noteRead(name: string, absent: boolean): void;
  inner(name: string): MemberNode;
  child(name: string): MemberNode;
}

// What has more names at one place, or in all, is a table keyed by ids: no name of it is a member to be spelt.
const MOST_HERE = 500;
const MOST_IN_ALL = 10_000;

/** @param optional the members that each JSON file declares to be optional; a file that is not in it has columns */
export function createMembers(optional: ReadonlyMap<string, readonly string[]>): Members {
  const nodes: Node[] = [];
  const make = (parent: Node | undefined, id: string, file: string | undefined): Node => {
    const node = new Node(parent, id, file, make);
    nodes.push(node);
    return node;
  };
  const root = make(undefined, '', undefined);
  let names = 0;

  const see = (node: Node, record: SourceRecord): void => {
    if (optional.has(record.origin.file)) {
      node.file ??= record.origin.file;
      seeIn(node, record.values);
    }
    for (const name in record.children) {
      for (const child of record.children[name] ?? []) see(node.child(name), child);
    }
  };
  const seeIn = (node: Node, values: object): void => {
    if (node.members.size > MOST_HERE || names > MOST_IN_ALL) return;
    let place = 0;
    for (const name in values) {
      const value: unknown = (values as Readonly<Record<string, unknown>>)[name];
      if (value === undefined) continue;
      // Most records have the names of the one before, in its order: comparing is cheaper than looking up.
      if (node.last[place] !== name) {
        if (!node.members.has(name)) names++;
        node.members.add(name);
        node.last[place] = name;
      }
      place++;
      if (typeof value === 'object' && value !== null) seeBelow(node.inner(name), value);
    }
  };
  const seeBelow = (node: Node, value: object): void => {
    if (Array.isArray(value)) {
      node.isList = true;
      for (const item of value) if (typeof item === 'object' && item !== null) seeBelow(node, item);
    } else seeIn(node, value);
  };

  return {
    see: (record) => see(root, record),
    root,
    seen: () => nodes.flatMap((node) => [...node.members].map((name) => node.id + name)),
    absent: (earlier) =>
      names > MOST_IN_ALL ? [] : nodes.flatMap((node) => absentFrom(node, { earlier, optional })),
  };
}

function absentFrom(
  node: Node,
  { earlier, optional }: { earlier: ReadonlySet<string>; optional: ReadonlyMap<string, readonly string[]> },
): readonly AbsentMember[] {
  const { file, members, reads } = node;
  if (file === undefined || members.size === 0 || members.size > MOST_HERE || reads.size > MOST_HERE)
    return [];
  const declared = new Set(optional.get(file)?.map((path) => path.replaceAll('[]', '')));
  const path = node.path();
  return [...node.absent]
    .filter((name) => !members.has(name) && !earlier.has(node.id + name))
    .filter((name) => !declared.has(`${path}${name}`.replaceAll('[]', '')))
    .map((name) => {
      const misspelt = [...members].find((other) => !reads.has(other) && isMisspelling(name, other));
      const near = misspelt ?? nearest(name, members)[0];
      return {
        file,
        member: path + name,
        nearest: near === undefined ? null : path + near,
        isMisspelt: misspelt !== undefined,
      };
    });
}

// Short names are within an edit of many others: "from" and "form".
const SHORTEST = 5;

/**
 * Whether two names are one name in two spellings: but for case and separators, or with one letter more, less, changed or
 * swapped with its neighbour. Far nearer than "did you mean": `createdAt` is no misspelling of `updatedAt`, nor `score2`
 * of `score1`.
 */
function isMisspelling(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) => name.toLowerCase().replaceAll(/[\s_\-.]/g, '')) as [
    string,
    string,
  ];
  if (a === b) return true;
  if (Math.min(a.length, b.length) < SHORTEST || /[0-9]/.test(a + b)) return false;
  let from = 0;
  while (from < a.length && a[from] === b[from]) from++;
  const rest = (text: string, skipped: number) => text.slice(from + skipped);
  const isSwapped = a[from] === b[from + 1] && a[from + 1] === b[from] && rest(a, 2) === rest(b, 2);
  return rest(a, 1) === rest(b, 0) || rest(a, 0) === rest(b, 1) || rest(a, 1) === rest(b, 1) || isSwapped;
}

class Node implements MemberNode {
  readonly id: string;
  readonly members = new Set<string>();
  readonly reads = new Set<string>();
  readonly absent = new Set<string>();
  /** The names of the last record, by their place. */
  readonly last: string[] = [];
  file: string | undefined;
  isList = false;
  readonly #parent: Node | undefined;
  readonly #make: (parent: Node | undefined, id: string, file: string | undefined) => Node;
  readonly #inner = new Map<string, Node>();
  readonly #children = new Map<string, Node>();
  #name = '';

  constructor(
    parent: Node | undefined,
    id: string,
    file: string | undefined,
    make: (parent: Node | undefined, id: string, file: string | undefined) => Node,
  ) {
    this.#parent = parent;
    this.id = id;
    this.file = file;
    this.#make = make;
  }

  noteRead(name: string, absent: boolean): void {
    if (this.file === undefined || this.reads.size > MOST_HERE) return;
    this.reads.add(name);
    if (absent) this.absent.add(name);
  }

  inner(name: string): Node {
    const known = this.#inner.get(name);
    if (known !== undefined) return known;
    const made = this.#make(this, `${this.id}${name}.`, this.file);
    made.#name = name;
    this.#inner.set(name, made);
    return made;
  }

  /** Children have records of their own: their members' paths begin there. */
  child(name: string): Node {
    const known = this.#children.get(name);
    if (known !== undefined) return known;
    const made = this.#make(undefined, `${this.id}${name}/`, undefined);
    this.#children.set(name, made);
    return made;
  }

  /** `candidate.`, `scores[].`: what precedes a member's name in a message. */
  path(): string {
    if (this.#parent === undefined) return '';
    return `${this.#parent.path()}${this.#name}${this.isList ? '[]' : ''}.`;
  }
}
