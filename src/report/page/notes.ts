import { lazily } from '../../lazily.ts';

/** A piece of a text: kept (0), only before (-1), only after (1). */
export type Segment = readonly [-1 | 0 | 1, string];

const diff = lazily<typeof import('diff')>('diff');

// Below that a reader sees the difference without help; above it nobody reads the pieces.
const SHORTEST = 12;
const LONGEST = 20_000;
// Texts that have nothing in common are shown whole.
const MAX_EDITS = 1_500;

let words: Intl.Segmenter | undefined;

/** What changed between two texts, word by word, white space included; null where showing both whole says more. */
export function segmentsOf(before: string, after: string): readonly Segment[] | null {
  if (Math.min(before.length, after.length) < SHORTEST) return null;
  if (Math.max(before.length, after.length) > LONGEST) return null;
  const parts = diff().diffArrays(tokens(before), tokens(after), { maxEditLength: MAX_EDITS });
  if (parts === undefined) return null;
  const segments = parts.map(
    ({ added, removed, value }): Segment => [added ? 1 : removed ? -1 : 0, value.join('')],
  );
  const kept = segments.reduce((sum, [side, text]) => (side === 0 ? sum + text.length : sum), 0);
  return kept * 4 < Math.max(before.length, after.length) ? null : segments;
}

// Chinese has no spaces: the segmenter knows its words.
function tokens(text: string): string[] {
  words ??= new Intl.Segmenter('zh', { granularity: 'word' });
  return Array.from(words.segment(text), ({ segment }) => segment);
}
