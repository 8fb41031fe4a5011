import type { HtmlToTextOptions } from 'html-to-text';
import { lazily } from '../lazily.ts';
import { asText, isEmpty, refuse } from './problems.ts';

/**
 * The cell as text, untouched: nothing is trimmed. `undefined` for `''`, null and an absent name; JSON numbers and
 * booleans give their text; a list or an object is refused (CELL_INVALID).
 */
export function text(value: unknown): string | undefined {
  if (isEmpty(value)) return undefined;
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return asText(value);
    default:
      return refuse('CELL_INVALID', value, 'holds a list or an object where a single value is expected', {
        zh: '这里应是单个值，却是列表或对象',
      });
  }
}

/** The parts of a cell that holds several values, trimmed, without the empty ones: `王强、刘芳` → two names. */
export function splitList(value: unknown, separators: RegExp | string = /[、；;，,/\n]/): string[] {
  const whole = text(value) ?? '';
  return whole
    .split(separators)
    .map((part) => part?.trim() ?? '')
    .filter((part) => part !== '');
}

/**
 * The parts that are not empty, with `separator` between them; undefined when all are. A template literal would write
 * "undefined" for an absent part: `joinText('\n', row.summary, row.remarks)`. A part is text as `text` reads it.
 */
export function joinText(separator: string, ...parts: readonly unknown[]): string | undefined {
  const texts = parts.map((part) => text(part)).filter((part) => part !== undefined);
  return texts.length === 0 ? undefined : texts.join(separator);
}

// As the parser sees it: "<" before a space or a digit is text.
const TAG = /<[a-z!?/]/i;
const ENTITY = /&(?:#[0-9]+|#x[0-9a-f]+|[a-z][a-z0-9]*);/i;

/**
 * The text of an HTML fragment: block tags become line breaks, `<li>` becomes "- ", `<a>` becomes "text (url)",
 * `<script>`, `<style>` and every other tag go, entities are decoded once. A cell without any tag or entity comes
 * back as it is. `undefined` when nothing is left. Not for plain-text columns: in HTML, `List<String>` has a tag.
 */
export function htmlToText(value: unknown): string | undefined {
  const html = text(value);
  if (html === undefined) return undefined;
  // A "<" that is never closed is no tag; the parser would drop all that follows it.
  const end = html.lastIndexOf('>') + 1;
  const head = html.slice(0, end);
  const tail = html.slice(end).replaceAll('<', '&lt;');
  const tagged = TAG.test(head);
  if (tagged && isBottomless(head)) return tooDeep(value);
  if (!tagged && !ENTITY.test(html)) return html;
  try {
    // Without tags, line breaks and spaces are the author's own: `<pre>` keeps them.
    return convert(tagged ? head + tail : `<pre>${head}${tail}</pre>`) || undefined;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return tooDeep(value);
  }
}

const tooDeep = (value: unknown) =>
  refuse<undefined>(
    'CELL_INVALID',
    value,
    'holds HTML tags nested thousands of levels deep: it cannot be read as text',
    { zh: '其中的 HTML 标签嵌套了几千层，无法读成文字' },
  );

// Where the parser's stack ends anyway; the time it takes grows with the square of what comes before.
const MAX_UNCLOSED = 10_000;
// They have no content, or are closed by the next one.
const NEVER_NESTED =
  /^(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr|p|li|dd|dt|option|optgroup|tr|th|td|thead|tbody|tfoot)$/;

/** Whether far more tags are opened than closed. */
function isBottomless(html: string): boolean {
  const open = new Map<string, number>();
  let unclosed = 0;
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)/gi)) {
    const tag = name.toLowerCase();
    if (NEVER_NESTED.test(tag)) continue;
    const count = open.get(tag) ?? 0;
    if (slash !== '' && count === 0) continue;
    open.set(tag, slash === '' ? count + 1 : count - 1);
    unclosed += slash === '' ? 1 : -1;
    if (unclosed > MAX_UNCLOSED) return true;
  }
  return false;
}

const BLOCKS = [
  ...[
    'address',
    'article',
    'aside',
    'blockquote',
    'body',
    'caption',
    'center',
    'dd',
    'details',
    'dialog',
    'div',
    'dl',
  ],
  ...[
    'dt',
    'fieldset',
    'figcaption',
    'figure',
    'footer',
    'form',
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'header',
    'hr',
  ],
  ...[
    'html',
    'legend',
    'main',
    'nav',
    'ol',
    'option',
    'p',
    'section',
    'summary',
    'table',
    'title',
    'tr',
    'ul',
  ],
];
const ONE_BREAK = { leadingLineBreaks: 1, trailingLineBreaks: 1 };

const parser = lazily<typeof import('html-to-text')>('html-to-text');

const OPTIONS: HtmlToTextOptions = {
  wordwrap: false,
  // The whole text, also what stands outside of a <body>; never cut at a length.
  baseElements: { selectors: [] },
  limits: { maxInputLength: undefined },
  whitespaceCharacters: ' \t\r\n\f',
  formatters: {
    // Every <li> is a list of its own: the export may have lost the <ul> around it.
    item: (element, walk, builder) => {
      builder.openList({ leadingLineBreaks: 1, interRowLineBreaks: 1, maxPrefixLength: 2 });
      builder.openListItem({ prefix: '- ' });
      walk(element.children, builder);
      builder.closeListItem();
      builder.closeList({ trailingLineBreaks: 1 });
    },
    cell: (element, walk, builder) => {
      builder.addInline(' ');
      walk(element.children, builder);
      builder.addInline(' ');
    },
  },
  selectors: [
    ...BLOCKS.map((selector) => ({ selector, format: 'block', options: ONE_BREAK })),
    { selector: 'pre', format: 'pre', options: ONE_BREAK },
    { selector: 'li', format: 'item' },
    {
      selector: 'a',
      format: 'anchor',
      options: { linkBrackets: ['(', ')'], hideLinkHrefIfSameAsText: true },
    },
    ...['td', 'th'].map((selector) => ({ selector, format: 'cell' })),
    ...['img', 'script', 'style'].map((selector) => ({ selector, format: 'skip' })),
  ],
};

let compiled: ((html: string) => string) | undefined;

function convert(html: string): string {
  compiled ??= parser().compile(OPTIONS);
  return compiled(html);
}
