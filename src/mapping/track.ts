import { HireSyncError } from '../errors.ts';
import type { Origin, SourceRecord } from '../model.ts';
import { listed, shown } from '../readers/damage.ts';
import { looksLikeRow, NO_HEADER } from '../readers/header-or-row.ts';
import type { MemberNode, Members } from './members.ts';
import { type Place, stop } from './problems.ts';
import { suggestion } from './suggestion.ts';
import type { Owner, Trail } from './trail.ts';

export interface TrackOptions {
  readonly trail: Trail;
  /** True for files whose records all have the same columns (CSV): there an absent column is a misspelt one. */
  readonly hasColumns: (file: string) => boolean;
  /** Whether words for nothing are values in a column of a file: see `CsvOptions.empty`. Without it they are nowhere. */
  readonly takesWords?: ((file: string, column: string) => boolean) | undefined;
  /** Notes which members of JSON records are read. */
  readonly members?: Members | undefined;
}

/**
 * The tracked view of a source record: what `key`, `skip` and `map` get as `row`. It reads like a plain, frozen
 * object (spread, destructuring, `Object.keys`, array methods on children) and notes every column read in a
 * trail, so that a problem can name its column although helpers are handed nothing but the value.
 */
export function trackedRow(record: SourceRecord, options: TrackOptions): Readonly<Record<string, unknown>> {
  return viewOf(new RecordHandler(record, '', undefined, record.origin, options, options.members?.root));
}

type Values = Readonly<Record<string, unknown>>;

/** A record or a nested JSON object, with all that its view needs. One per record: kept small, methods shared. */
class RecordHandler implements ProxyHandler<object>, Owner {
  readonly record: Pick<SourceRecord, 'values' | 'children'>;
  /** What precedes a column's name in reports: `''`, `assessments[1].`. */
  readonly prefix: string;
  /** Set if the record is a child with a place of its own. */
  readonly childOrigin: Origin | undefined;
  readonly origin: Origin;
  readonly options: TrackOptions;
  /** Where reads of JSON members are noted. */
  readonly node: MemberNode | undefined;
  /** What was made of a name: mostly of one, the children. */
  #madeOf: string | undefined;
  #made: unknown;
  #others: Map<string, unknown> | undefined;

  constructor(
    record: Pick<SourceRecord, 'values' | 'children'>,
    prefix: string,
    childOrigin: Origin | undefined,
    origin: Origin,
    options: TrackOptions,
    node: MemberNode | undefined,
  ) {
    this.record = record;
    this.prefix = prefix;
    this.childOrigin = childOrigin;
    this.origin = origin;
    this.options = options;
    this.node = node;
  }

  get file(): string {
    return this.origin.file;
  }

  placeOf(name: string): Place {
    const field = this.prefix + name;
    return this.childOrigin === undefined ? { field } : { field, origin: this.childOrigin };
  }

  takesWords(name: string): boolean {
    return this.options.takesWords?.(this.origin.file, name) === true;
  }

  get(_target: object, name: string | symbol): unknown {
    if (typeof name === 'symbol') return this.#symbol(name);
    const value = this.peek(name);
    if (value === undefined && !this.owns(name)) return this.#absent(name);
    this.node?.noteRead(name, false);
    this.options.trail.note(this, name, value);
    return value;
  }

  has(_target: object, name: string | symbol): boolean {
    if (typeof name === 'string') this.node?.noteRead(name, false);
    return this.owns(name);
  }

  owns(name: string | symbol): boolean {
    return Object.hasOwn(this.record.values, name) || Object.hasOwn(this.record.children, name);
  }

  ownKeys(): string[] {
    return [...new Set([...Object.keys(this.record.values), ...Object.keys(this.record.children)])];
  }

  getOwnPropertyDescriptor(_target: object, name: string | symbol): PropertyDescriptor | undefined {
    if (typeof name === 'symbol' || !this.owns(name)) return undefined;
    return { value: this.peek(name), enumerable: true, configurable: true, writable: false };
  }

  set(_target: object, name: string | symbol): never {
    return refuseWrite(String(name));
  }

  defineProperty(_target: object, name: string | symbol): never {
    return refuseWrite(String(name));
  }

  deleteProperty(_target: object, name: string | symbol): never {
    return refuseWrite(String(name));
  }

  /** The value without a note in the trail. */
  peek(name: string): unknown {
    const { values, children } = this.record;
    const raw = values[name];
    // Text and numbers are never inherited, so the common case needs no own-property check.
    if (typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean') return raw;
    if (raw === null) return null;
    if (name === this.#madeOf) return this.#made;
    const made = this.#others?.get(name);
    if (made !== undefined) return made;
    const view = this.#make(name, values, children);
    if (view === undefined) return view;
    if (this.#madeOf === undefined) {
      this.#madeOf = name;
      this.#made = view;
    } else {
      this.#others ??= new Map();
      this.#others.set(name, view);
    }
    return view;
  }

  #make(name: string, values: Values, children: SourceRecord['children']): unknown {
    if (Object.hasOwn(children, name)) return this.#children(name, children[name] ?? []);
    if (!Object.hasOwn(values, name)) return undefined;
    return nestedView(values[name], this.prefix + name, this, this.node?.inner(name));
  }

  #children(name: string, records: readonly SourceRecord[]): readonly unknown[] {
    const { options } = this;
    const views = records.map((child, index) => {
      const prefix = `${this.prefix}${name}[${index}].`;
      return viewOf(
        new RecordHandler(child, prefix, child.origin, child.origin, options, this.node?.child(name)),
      );
    });
    // Frozen: `row.scores.sort()` in `skip` would change what `map` sees.
    return Object.freeze(views);
  }

  #symbol(name: symbol): unknown {
    if (name === Symbol.toPrimitive) {
      const what = this.prefix === '' ? 'the row' : `"${this.prefix.slice(0, -1)}"`;
      throw new TypeError(`${what} is a record, not a value: read one of its columns`);
    }
    return undefined;
  }

  #absent(name: string): unknown {
    // Names that the language itself asks for: JSON.stringify, await, template literals, a debugger.
    if (name === 'toJSON' || name === 'then' || name in Object.prototype) {
      return name === '__proto__' ? undefined : Reflect.get(Object.prototype, name);
    }
    const { file } = this.origin;
    if (!this.options.hasColumns(file)) {
      this.options.trail.note(this, name, undefined);
      this.node?.noteRead(name, true);
      return undefined;
    }
    const columns = this.ownKeys();
    // A first line that is a row is not quoted: it has names and telephone numbers in it.
    const known =
      looksLikeRow(columns) && !this.options.trail.hasRead(file)
        ? ` ${NO_HEADER}.`
        : `${suggestion(name, columns)} Its columns: ${listed(columns)}.`;
    return stop(
      new HireSyncError(
        'PIPELINE_INVALID',
        `The pipeline reads column "${shown(name)}", but ${file} has no such column.${known}`,
      ),
    );
  }
}

/** A list of a JSON value, of which single elements can be the value with the problem. */
class ListHandler implements ProxyHandler<readonly unknown[]>, Owner {
  readonly path: string;
  readonly owner: RecordHandler;

  constructor(path: string, owner: RecordHandler) {
    this.path = path;
    this.owner = owner;
  }

  get file(): string {
    return this.owner.file;
  }

  placeOf(name: string): Place {
    const { childOrigin } = this.owner;
    const field = `${this.path}[${name}]`;
    return childOrigin === undefined ? { field } : { field, origin: childOrigin };
  }

  takesWords(): boolean {
    return this.owner.takesWords('');
  }

  get(target: readonly unknown[], name: string | symbol): unknown {
    const value: unknown = Reflect.get(target, name);
    if (typeof name === 'string' && Object.hasOwn(target, name) && name !== 'length') {
      this.owner.options.trail.note(this, name, value);
    }
    return value;
  }
}

/** A JSON value below the record: objects and lists become views of their own, everything else stays as it is. */
function nestedView(
  value: unknown,
  path: string,
  owner: RecordHandler,
  node: MemberNode | undefined,
): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item, index) => nestedView(item, `${path}[${index}]`, owner, node));
    return new Proxy(Object.freeze(items), new ListHandler(path, owner));
  }
  const record = { values: value as Values, children: NO_CHILDREN };
  return viewOf(new RecordHandler(record, `${path}.`, owner.childOrigin, owner.origin, owner.options, node));
}

const NO_CHILDREN = {};

function viewOf(handler: RecordHandler): Values {
  return new Proxy<Values>({}, handler);
}

function refuseWrite(name: string): never {
  throw new TypeError(`"${name}" cannot be set: a source row is read only; copy it with { ...row }`);
}
