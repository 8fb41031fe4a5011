// All but NUL (which rejects its row), the tab, and what ends lines.
const CONTROLS = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code))
  .filter((char) => !'\0\t\n\r'.includes(char))
  .join('');

/** Whether a byte below 0x80 is a control character that is counted. */
export const isControl = (byte: number) => byte < 0x20 && CONTROLS.includes(String.fromCharCode(byte));

/**
 * Counts control characters (U+0001 to U+001F, but for tab and line ends) in a text: most often U+000B, the line break
 * inside a cell or a paragraph of an office program, or what a terminal or a separator of another kind left behind.
 * @param delimiter of the file's cells, which may be one of them and is not counted
 */
export function createControlCount(delimiter = ''): (text: string) => number {
  const pattern = new RegExp(`[${CONTROLS.replace(delimiter, '')}]`, 'g');
  return (text) => (text.search(pattern) === -1 ? 0 : (text.match(pattern)?.length ?? 0));
}

/** The same for a JSON text, which has such characters as escapes only. */
export function escapedControls(text: string): number {
  // Most texts have no escape at all.
  if (!text.includes('\\')) return 0;
  if (!text.includes('\\u00') && !text.includes('\\b') && !text.includes('\\f')) return 0;
  return text.match(/(?<!\\)(?:\\\\)*\\(?:u00(?:0[1-8bcef]|1[0-9a-f])|[bf])/gi)?.length ?? 0;
}
