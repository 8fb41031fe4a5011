import type { DecisionKind } from '../ledger/decisions.ts';
import type { Bilingual, Language } from '../plan/shape.ts';
import type { Reason, ReasonCode, ReasonOf } from '../reason.ts';
import { HOLD_WORDS } from './reason-words-held.ts';
import { OTHER_WORDS } from './reason-words-other.ts';
import { PLAN_WORDS } from './reason-words-plan.ts';
import { SHOWN_WORDS } from './reason-words-shown.ts';
import { STRANGER_WORDS } from './reason-words-strangers.ts';
import { UNDO_WORDS } from './reason-words-undo.ts';
import { UNDONE_WORDS } from './reason-words-undone.ts';
import { quoted, type Telling, type Told, tellingOf } from './telling.ts';

/** What ends a reason. */
export type End<R extends Reason> =
  /** `hire-sync resolve PIPELINE KEY --DECISION`. */
  | { readonly by: 'resolve'; readonly decision: DecisionKind; readonly does: Bilingual }
  /** Another command; `PIPELINE` in it is the pipeline's file. */
  | { readonly by: 'command'; readonly command: (reason: R) => string; readonly does: Bilingual }
  /** Something that happens outside hire-sync, or by the next run alone. */
  | { readonly by: 'event'; readonly event: Bilingual }
  /** Nothing is open: it is told and done. */
  | { readonly by: 'nothing'; readonly because: Bilingual };

/** All words about one code. */
export interface ReasonWords<R extends Reason> {
  /** Without the data: the heading of a group. */
  readonly name: Bilingual;
  /** The sentence of one record. Gets a reason whose `words` are `''` where the report is redacted. */
  readonly says: (reason: R, telling: Telling) => Bilingual;
  /** What it is, for somebody who meets it for the first time. */
  readonly means: Bilingual;
  /** What the next run does about it by itself. */
  readonly next: Bilingual;
  /** Also of records that the ledger does not know yet: a decision about one is kept for its create. */
  readonly beforeEntry?: true;
  /** The usual way first. Never empty. */
  readonly ends: readonly End<R>[];
}

/** An entry for each of the codes. */
export type ReasonCatalogue = { readonly [Code in ReasonCode]: ReasonWords<ReasonOf<Code>> };

/**
 * The only place with words for reasons. A new code is one in the union (`src/reason.ts`) and one entry in one of these
 * parts; the compiler asks for both.
 */
export const REASON_WORDS: ReasonCatalogue = {
  ...HOLD_WORDS,
  ...STRANGER_WORDS,
  ...PLAN_WORDS,
  ...SHOWN_WORDS,
  ...OTHER_WORDS,
  ...UNDO_WORDS,
  ...UNDONE_WORDS,
};

/** All codes, in the order of the catalogue. */
export const REASON_CODES = Object.keys(REASON_WORDS) as readonly ReasonCode[];

export function isReasonCode(code: string): code is ReasonCode {
  return Object.hasOwn(REASON_WORDS, code);
}

/** The words about a reason's code. */
export function wordsOf<R extends Reason>({ code }: R): ReasonWords<R> {
  // The catalogue has under each code the words for just this code's data, which TypeScript cannot follow.
  return REASON_WORDS[code] as unknown as ReasonWords<R>;
}

/** How the reasons of a report are told. Without a zone times are UTC and say so; without a shape paths stay as they are. */
export interface ReasonOptions extends Told {
  readonly language: Language;
  readonly redact: boolean;
}

/** The sentence about a record. A redacted one leaves out whatever somebody typed. */
export function reasonText(reason: Reason, options: ReasonOptions): string {
  return reasonNote(reason, options)[options.language];
}

/** The same in both languages. */
export function reasonNote(reason: Reason, { redact, ...told }: Omit<ReasonOptions, 'language'>): Bilingual {
  const shown = redact ? redacted(reason) : reason;
  return wordsOf(shown).says(shown, tellingOf(told));
}

/** The reason without what somebody typed: only `words` and `values` can hold candidate text. */
export function redacted<R extends Reason>(reason: R): R {
  if (!('words' in reason)) return reason;
  return { ...reason, words: '', ...('values' in reason && { values: [] }) };
}

/** What a person may decide about a record with this reason, see `hire-sync resolve`; empty where there is nothing. */
export function decisionsOn(code: ReasonCode): readonly DecisionKind[] {
  return REASON_WORDS[code].ends.flatMap((end) => (end.by === 'resolve' ? [end.decision] : []));
}

/** The same as they are typed into the column `decision` of a CSV report: `adopt ID | create | skip`. */
export function decisionWords(code: ReasonCode): string {
  return decisionsOn(code)
    .map((kind) => (kind === 'adopt' ? 'adopt ID' : kind))
    .join(' | ');
}

/** For which record, and for which pipeline, somebody would type a command; undefined for any. */
interface Typed {
  readonly key?: string | undefined;
  readonly pipeline?: string | undefined;
}

/** How a reason ends, as one text: commands as they are typed. */
export function endText(reason: Reason, language: Language, typed: Typed): string {
  return endsOf(reason, language, typed).join(language === 'zh' ? '；' : '; ');
}

/** The same one by one. */
export function endsOf(reason: Reason, language: Language, { key, pipeline }: Typed): readonly string[] {
  const named = tellingOf({ pipeline }).pipeline;
  const inWords = (end: End<Reason>): string => {
    switch (end.by) {
      case 'resolve':
        return `\`hire-sync resolve ${named} ${key === undefined ? 'KEY' : quoted(key)} ${flagOf(end.decision)}\`: ${end.does[language]}`;
      case 'command':
        return `\`${end.command(reason).replace('PIPELINE', () => named)}\`: ${end.does[language]}`;
      case 'event':
        return end.event[language];
      case 'nothing':
        return end.because[language];
    }
  };
  return wordsOf(reason).ends.map(inWords);
}

function flagOf(decision: DecisionKind): string {
  return decision === 'adopt' ? '--adopt ID' : `--${decision}`;
}
