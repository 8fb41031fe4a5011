import type { Bilingual } from '../../plan/shape.ts';

/** Text that is markup already. Only `html` makes it. */
export interface Markup {
  readonly markup: string;
}

/** What may stand in a hole: text is escaped, markup is not; `null` is nothing. */
export type Hole = string | number | Markup | null | readonly Hole[];

/** A template whose every hole is escaped: nothing from the data is ever markup. */
export function html(strings: TemplateStringsArray, ...holes: readonly Hole[]): Markup {
  let markup = strings[0] ?? '';
  holes.forEach((hole, i) => {
    markup += filled(hole) + (strings[i + 1] ?? '');
  });
  return { markup };
}

function filled(hole: Hole): string {
  if (hole === null) return '';
  if (typeof hole === 'string' || typeof hole === 'number') return escaped(String(hole));
  return 'markup' in hole ? hole.markup : hole.map(filled).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** A text in both languages; the style sheet shows the one of the page. */
export function t(zh: Hole, en: Hole): Markup {
  return html`<span lang="zh">${zh}</span><span lang="en">${en}</span>`;
}

/** The same, of a pair of words. */
export function both({ zh, en }: Bilingual): Markup {
  return t(zh, en);
}

/** JSON that can stand inside a script element: no `<`, so neither `</script` nor `<!--` can end or open anything. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
