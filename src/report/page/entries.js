/**
 * The first half of the page's script: the data, and one change as an entry of the list.
 * Everything from the data becomes text nodes; nothing is ever parsed as markup.
 *
 * @typedef {'zh' | 'en'} Language
 * @typedef {string | [string, string] | { n: number } | null} Shown see items.ts
 * @typedef {[number, string][]} Segments
 * @typedef {[label: number, before: Shown, after: Shown] | [label: number, within: Segments]} Row
 * @typedef {{ k: string, y: string | null, l?: string, f?: string, a?: string, i?: string, r?: Row[], d?: Row[], c?: number[],
 *   o?: [string, string], w?: [string, string], p?: [string, string, string][], s?: [string, string],
 *   hay?: string }} Item
 */

/** @type {{ items: Item[], labels: [string, string, string][], kinds: Record<string, Record<Language, string>>, date: string, meant: number,
 *   words: typeof import('./words.ts').PAGE_WORDS }} */
export const data = JSON.parse(byId('data').textContent ?? '');
export const root = document.documentElement;
/** @param {string} id */
export function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @returns {Language} */
export function language() {
  return root.lang === 'zh' ? 'zh' : 'en';
}

/**
 * A text of the page in its language.
 * @param {keyof typeof data.words} name see words.ts
 * @param {Record<string, string | number>} [filled] what stands in the place of `{…}`
 */
export function say(name, filled = {}) {
  return data.words[name][language()].replaceAll(/\{(\w+)\}/g, (_, hole) => String(filled[hole]));
}

/** @param {[string, string]} pair */
const word = (pair) => pair[language() === 'zh' ? 0 : 1];

/**
 * @param {string} name
 * @param {string} className
 * @param {...(Node | string)} children
 */
export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  made.append(...children);
  return made;
}

/** @param {Shown} value @returns {string} */
function textOf(value) {
  if (value === null) return say('absent');
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return word(value);
  return say('text', { n: value.n });
}

/** One value, with what came or went within it marked. @param {Row} row @param {-1 | 1} mark */
function cell(row, mark) {
  if (row.length === 2) {
    const parts = row[1]
      .filter(([side]) => side === 0 || side === mark)
      .map(([side, text]) => (side === 0 ? text : element(mark === -1 ? 'del' : 'ins', '', text)));
    return element('td', 'v', ...parts);
  }
  const value = row[mark === -1 ? 1 : 2];
  const isData = typeof value === 'string' || Array.isArray(value);
  return element('td', isData ? 'v' : 'v faint', textOf(value));
}

/** @param {Row[]} rows @param {string} caption @param {string[]} columns @param {number[]} [marked] */
function table(rows, caption, columns, marked = []) {
  const made = element(
    'table',
    `cards ${columns.length === 3 ? 'sides' : 'values'}`,
    element('caption', 'hidden', caption),
  );
  const names = columns.map((name) => {
    const column = element('th', '', name);
    column.setAttribute('scope', 'col');
    return column;
  });
  made.append(element('thead', '', element('tr', '', ...names)));
  const body = rows.map((row, i) => {
    const label = element('th', '', labelOf(row[0]));
    label.setAttribute('scope', 'row');
    if (marked.includes(i)) label.append(' ', element('strong', 'alarm', say('conflict')));
    const cells = columns.length === 3 ? [cell(row, -1), cell(row, 1)] : [cell(row, 1)];
    // On a narrow screen the columns stand below each other, each with its name.
    for (const [place, made] of cells.entries()) made.setAttribute('data-label', columns[place + 1]);
    return element('tr', '', label, ...cells);
  });
  made.append(element('tbody', '', ...body));
  return made;
}

/** @param {number} label */
function labelOf(label) {
  const [, zh, en] = data.labels[label];
  return word([zh, en]);
}

/** Whether an object of Feishu gets other values. @param {Item} item */
export const isReplaced = ({ k }) => k === 'update' || k === 'restore' || k === 'restored';

/** @param {Item} item */
function content(item) {
  const parts = [];
  const key = item.y ?? '';
  const field = say('field');
  if (item.w !== undefined) parts.push(element('p', 'v', word(item.w)));
  if (item.p !== undefined) {
    const list = item.p.map(([name, zh, en]) =>
      element('li', 'v', element('code', '', name), ' ', word([zh, en])),
    );
    parts.push(element('ul', 'problems', ...list));
  }
  if (item.r !== undefined) {
    // What takes the place of nothing is not overwritten: it does not stand among what is.
    const fresh = isReplaced(item) ? item.r.filter((row) => row[1] === null) : item.r;
    const lost = item.r.filter((row) => !fresh.includes(row));
    const values = [field, say('value')];
    if (lost.length > 0)
      parts.push(table(lost, `${kindOf(item)} ${key}`, [field, say('before'), say('after')]));
    if (fresh.length > 0 && !isReplaced(item)) parts.push(table(fresh, `${kindOf(item)} ${key}`, values));
    else if (fresh.length > 0)
      parts.push(additions(table(fresh, key, values), fresh.length, lost.length === 0));
  }
  if (item.d !== undefined) {
    const note = item.o === undefined ? '' : `${say('colon')}${word(item.o)}`;
    parts.push(element('p', 'edited', element('b', '', say('editedSince')), note));
    parts.push(table(item.d, key, [field, say('lastWritten'), say('feishuNow')], item.c));
  }
  if (item.i !== undefined)
    parts.push(element('p', 'faint', `${say('feishuId')} `, element('code', '', item.i)));
  return parts;
}

/** New values of an update, folded away where others are lost. @param {HTMLElement} values @param {number} count @param {boolean} open */
function additions(values, count, open) {
  const name = say('added', { n: count });
  const details = /** @type {HTMLDetailsElement} */ (
    element('details', 'plain', element('summary', '', name), values)
  );
  details.open = open;
  return details;
}

/** @param {Item} item */
const kindOf = (item) => data.kinds[item.k][language()];

/** What changed, in a few words. @param {Item} item */
function gist(item) {
  if (isReplaced(item)) return names(item.r ?? []);
  if (item.d !== undefined && item.r === undefined) return names(item.d);
  if (item.p !== undefined) return item.p.map(([field]) => field).join(say('comma'));
  if (item.w !== undefined) return word(item.w);
  // Something to know a new one by: its date.
  const date = item.r?.find(([label]) => data.labels[label][0] === data.date);
  return date?.length === 3 ? textOf(date[2]) : '';
}

/** The fields by name; where they are many, by the assessment they are in. @param {Row[]} rows */
function names(rows) {
  const all = [...new Set(rows.map(([label]) => labelOf(label)))];
  if (all.length <= 3) return all.join(say('comma'));
  const groups = Map.groupBy(all, (label) => label.split(' · ')[0]);
  const parts = Array.from(groups, ([name, of]) =>
    of.length === 1 ? of[0] : say('group', { name, n: of.length }),
  );
  return parts.join(say('comma'));
}

/** Who it is about, beneath the key. @param {string} label */
const who = (label) => element('small', 'who', label);

/** One change, its content made when it is opened. @param {Item} item @param {boolean} open */
export function entry(item, open) {
  const dot = element('span', `dot k-${item.k}`);
  dot.setAttribute('aria-hidden', 'true');
  const summary = element(
    'summary',
    '',
    element('span', 'kind', dot, kindOf(item)),
    element(
      'span',
      'key v',
      item.y ?? item.i ?? say('noKey'),
      ...(item.l === undefined ? [] : [who(item.l)]),
    ),
    element('span', 'gist v', gist(item)),
  );
  if (item.d !== undefined && item.r !== undefined) {
    summary.append(element('span', 'tag', (item.c ?? []).length > 0 ? say('conflict') : say('edited')));
  }
  if (item.s !== undefined) summary.append(element('span', 'fate', word(item.s)));
  const place = item.f ?? (item.a === undefined ? '' : `${say('application')} ${item.a}`);
  summary.append(element('span', 'place', place));
  const details = /** @type {HTMLDetailsElement} */ (element('details', '', summary));
  const fill = () => {
    if (details.open && details.childElementCount === 1)
      details.append(element('div', 'content', ...content(item)));
  };
  details.addEventListener('toggle', fill);
  details.open = open;
  fill();
  return element('li', '', details);
}
