/** What bytes that are valid UTF-8 are, when most of the world would read them as GB18030 too. */
export type Reading =
  /** Nothing beyond ASCII: the same in both. */
  | 'ascii'
  /** Certainly, or so likely that the other reading is nonsense. */
  | 'utf-8'
  /** Neither can be preferred. */
  | 'either'
  /** The same, for a single character: no evidence against the order in which encodings are tried, UTF-8 first. */
  | 'lone';

/** Letters from U+0800 on take three bytes or more in UTF-8; other encodings hardly ever imitate them. */
export const WIDE = /[\u0800-\uffff]/;

// So many characters say what a file is.
const ENOUGH = 1000;

/**
 * Judges a text that was valid UTF-8. A character of two bytes in UTF-8 is one of GBK as well: `é` is 茅, and 小 is a
 * Cyrillic С. European words show themselves by their ASCII letters, other scripts by being one script, with second
 * bytes that only rare Chinese characters have.
 */
export function createReading() {
  let wide = false;
  let count = 0;
  let letters = 0;
  let beside = 0;
  let lettersBeside = 0;
  let rare = 0;
  const scripts = new Set<string>();

  const note = (char: string, before: string, after: string) => {
    count++;
    const isBeside = /[0-9A-Za-z]/.test(before) || /[0-9A-Za-z]/.test(after);
    if (isBeside) beside++;
    // GB2312, which holds nearly all characters in use, has second bytes from 0xA1 on.
    if ((char.charCodeAt(0) & 0x3f) < 0x21) rare++;
    if (!/\p{L}/u.test(char)) return;
    letters++;
    const script = SCRIPTS.find(([, pattern]) => pattern.test(char))?.[0] ?? 'other';
    scripts.add(script);
    if (isBeside && script === 'Latin') lettersBeside++;
  };

  return {
    /** Takes the next piece; to be spared when `isSettled`. */
    add(text: string) {
      wide ||= WIDE.test(text);
      if (wide) return;
      for (const { 0: char, index } of text.matchAll(/[\u0080-\u07ff]/g)) {
        if (count >= ENOUGH) return;
        note(char, text[index - 1] ?? '', text[index + 1] ?? '');
      }
    },
    isSettled: () => wide || count >= ENOUGH,
    verdict(): Reading {
      if (wide) return 'utf-8';
      if (count === 0) return 'ascii';
      if (letters === 0 ? beside === count : lettersBeside * 2 >= letters) return 'utf-8';
      if (count === 1) return 'lone';
      return letters >= 3 && scripts.size === 1 && rare > 0 ? 'utf-8' : 'either';
    },
  };
}

const SCRIPTS = [
  ['Latin', /\p{Script=Latin}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Armenian', /\p{Script=Armenian}/u],
  ['Hebrew', /\p{Script=Hebrew}/u],
  ['Arabic', /\p{Script=Arabic}/u],
] as const;
