import { byId, data, element, entry, isReplaced, language, root, say } from './entries.js';

/**
 * The second half of the page's script: fills the list, searches, filters, switches the language. Both halves stand in
 * the page one after the other, without this import (see `html.ts`).
 *
 * @typedef {import('./entries.js').Item} Item
 * @typedef {import('./entries.js').Shown} Shown
 * @typedef {import('./entries.js').Language} Language
 */

const CHUNK = 60;
/** As many as one can reasonably print; the CSV has all. */
const PRINTED = 400;
const FIRST = 5;
/** Whether paper has to show what is folded: values that go, edits, problems. The rest is a line each. @param {Item} item */
const isReadOnPaper = (item) => isReplaced(item) || item.d !== undefined || item.p !== undefined;

/** @type {Item[]} */
let matching = data.items;
let shown = 0;
let unfolded = false;

/** What a search looks through, made once per change. @param {Item} item */
function hay(item) {
  if (item.hay === undefined) {
    const values = [...(item.r ?? []), ...(item.d ?? [])].flatMap((row) => [
      data.labels[row[0]][1],
      data.labels[row[0]][2],
      ...(row.length === 2 ? [-1, 1].map((mark) => whole(row[1], mark)) : [plain(row[1]), plain(row[2])]),
    ]);
    const words = [
      item.y ?? '',
      item.l ?? '',
      item.f ?? '',
      item.a ?? '',
      item.i ?? '',
      ...(item.w ?? []),
      ...(item.p ?? []).flat(),
      ...(item.s ?? []),
    ];
    item.hay = [...words, ...values].join('\n').toLowerCase();
  }
  return item.hay;
}

/** @param {import('./entries.js').Segments} within @param {number} mark */
const whole = (within, mark) =>
  within.map(([side, text]) => (side === 0 || side === mark ? text : '')).join('');

/** @param {Shown} value @returns {string} */
function plain(value) {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.join(' ') : '';
}

const list = document.getElementById('list');
const query = /** @type {HTMLInputElement | null} */ (document.getElementById('q'));
const field = /** @type {HTMLSelectElement | null} */ (document.getElementById('field'));
const kinds = /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll('input[name=kind]'));
const drift = /** @type {HTMLInputElement | null} */ (document.querySelector('input[name=drift]'));

function search() {
  const terms = (query?.value ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((term) => term !== '');
  const wanted = new Set([...kinds].filter(({ checked }) => checked).map(({ value }) => value));
  const path = field?.value ?? '';
  matching = data.items.filter((item) => {
    if (!wanted.has(item.k)) return false;
    if (drift?.checked && item.d === undefined) return false;
    if (
      path !== '' &&
      ![...(item.r ?? []), ...(item.d ?? [])].some(([label]) => data.labels[label][0] === path)
    )
      return false;
    return terms.every((term) => hay(item).includes(term));
  });
  renew(CHUNK);
}

/** Shows the first of what matches anew. @param {number} count */
function renew(count) {
  if (list === null) return;
  list.replaceChildren();
  shown = 0;
  grow(count);
  const all = data.items.length.toLocaleString('en-US');
  const found = matching.length.toLocaleString('en-US');
  byId('count').textContent = say('count', { found, all });
  byId('nothing').hidden = matching.length > 0;
}

/** @param {number} count */
function grow(count) {
  if (list === null) return;
  const next = matching.slice(shown, shown + count);
  list.append(...next.map((item) => entry(item, unfolded || (printing && isReadOnPaper(item)))));
  shown += next.length;
  byId('more').hidden = shown >= matching.length;
}

/** What should be looked at first: a conflict, an edit, a value that goes. @param {Item} item */
function weight({ c, d, r = [] }) {
  if (c !== undefined) return 4;
  if (d !== undefined) return 3;
  if (r.some((row) => row[2] === null)) return 2;
  return r.some((row) => row[1] !== null) ? 1 : 0;
}

/** @param {Language} chosen */
function speak(chosen) {
  root.lang = chosen;
  document.title = (chosen === 'zh' ? root.dataset.titleZh : root.dataset.titleEn) ?? '';
  const name = chosen === 'zh' ? 'Zh' : 'En';
  for (const labelled of /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll('[data-label-zh]')
  ))
    labelled.setAttribute('aria-label', labelled.dataset[`label${name}`] ?? '');
  for (const option of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-zh]')))
    option.textContent = option.dataset[chosen] ?? '';
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-language]')))
    button.setAttribute('aria-pressed', String(button.dataset.language === chosen));
  if (query !== null) query.placeholder = query.dataset[`placeholder${name}`] ?? '';
  const updates = data.items.filter(isReplaced).sort((a, b) => weight(b) - weight(a));
  document
    .getElementById('first')
    ?.replaceChildren(...updates.slice(0, FIRST).map((item) => entry(item, true)));
  renew(Math.max(CHUNK, shown));
}

/** One option for each field that changes somewhere. */
function fillFields() {
  if (field === null) return;
  /** @type {Map<string, [string, string]>} */
  const fields = new Map();
  for (const [path, zh, en] of data.labels) if (!fields.has(path)) fields.set(path, [bare(zh), bare(en)]);
  for (const [path, [zh, en]] of fields) {
    const option = /** @type {HTMLOptionElement} */ (element('option', ''));
    option.value = path;
    Object.assign(option.dataset, { zh, en });
    field.append(option);
  }
}

/** A label without its places. @param {string} label */
const bare = (label) => label.replaceAll(/ \d+(?= ·|$)/g, '');

/** @param {string[]} only @param {string} path @param {boolean} edited */
function show(only, path, edited) {
  for (const kind of kinds) kind.checked = only.length === 0 || only.includes(kind.value);
  if (field !== null) field.value = path;
  if (drift !== null) drift.checked = edited;
  if (query !== null) query.value = '';
  search();
}

document.addEventListener('click', ({ target }) => {
  const button = target instanceof Element ? target.closest('button') : null;
  if (button === null) return;
  const { language: chosen, show: what, field: path = '' } = button.dataset;
  if (chosen === 'zh' || chosen === 'en') speak(chosen);
  else if (what !== undefined) {
    show(what === 'drift' ? [] : [what], path, what === 'drift');
    location.hash = 'changes';
    query?.focus({ preventScroll: true });
  } else if (button.id === 'more') grow(CHUNK);
  else if (button.id === 'all-kinds') show([], '', false);
  else if (button.id === 'unfold') {
    unfolded = !unfolded;
    button.setAttribute('aria-pressed', String(unfolded));
    renew(shown);
  }
});

let typing = 0;
query?.addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(search, 120);
});
for (const control of [...kinds, field, drift]) control?.addEventListener('change', search);
document.querySelector('.filters')?.addEventListener('submit', (event) => {
  event.preventDefault();
  search();
});
// The list grows as one scrolls; the button is for those who do not.
const more = document.getElementById('more');
if (more !== null)
  new IntersectionObserver(
    ([seen]) => {
      if (seen.isIntersecting && !more.hidden) grow(CHUNK);
    },
    { rootMargin: '600px' },
  ).observe(more);
// Paper cannot be opened: what is printed is unfolded, as far as anybody would read.
let printing = false;
addEventListener('beforeprint', () => {
  printing = true;
  renew(PRINTED);
  printing = false;
  const note = document.querySelector('.print-note');
  const [all, few] = [matching.length.toLocaleString('en-US'), PRINTED.toLocaleString('en-US')];
  if (note !== null) note.textContent = matching.length <= PRINTED ? '' : say('printed', { all, few });
});
addEventListener('afterprint', () => renew(CHUNK));

if (list !== null)
  byId('drift-chip').hidden = !data.items.some(({ d, r }) => d !== undefined && r !== undefined);
// Changes with very long texts: the page ends before the sample does.
if (list !== null && data.items.length < data.meant) {
  byId('cut').hidden = false;
  byId('cut-count').textContent =
    `${data.items.length.toLocaleString('en-US')} / ${data.meant.toLocaleString('en-US')}`;
}
fillFields();
speak(language());
root.dataset.ready = '';
