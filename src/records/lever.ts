/**
 * Records of Lever as its API gives them: `GET /v1/opportunities/:opportunity/interviews` and `…/feedback`, all pages of
 * all opportunities in one file. Older answers have no `opportunityId`; whoever writes the file adds it from the address.
 */

/** An interview. A panel of four interviews is four of these. */
export interface LeverInterview {
  /** A UUID. */
  readonly id: string;
  /** The opportunity (an application in Lever's words): a UUID. */
  readonly opportunityId: string;
  /** When it begins: milliseconds since 1970 (UTC). */
  readonly date: number | null;
  /** In minutes. */
  readonly duration: number | null;
  /** The zone in which Lever shows `date`, an IANA name. It must not be applied to `date`. */
  readonly timezone?: string | null;
  readonly subject?: string | null;
  /** When it was cancelled: milliseconds since 1970 (UTC); null or absent: it was not. */
  readonly canceledAt?: number | null;
  /** Of the opportunity; whoever writes the file copies it from there. */
  readonly confidentiality?: 'confidential' | 'non-confidential' | null;
}

/** One field of a feedback form, filled in. */
export interface LeverField {
  readonly id?: string;
  /**
   * `score-system`: the verdict of the form (`4 - Strong Hire`); `scorecard`: several items with a score and a comment
   * each; `score`: 1 to 4; `multiple-choice`, `dropdown`, `yes-no`: one choice; `multiple-select`: several;
   * `text`, `textarea`, `code`, `date`, `currency`: an answer in words; `file-upload`: the id of a file.
   */
  readonly type: string;
  /** The question. */
  readonly text: string;
  readonly description?: string | null;
  /** The items of a `scorecard`, in the order of its `value`. */
  readonly scores?: readonly { readonly text: string; readonly description?: string | null }[];
  /** By `type`: a text, a number, true or false, a list of texts; of a `scorecard` a list of `LeverScore`. null: left open. */
  readonly value?: string | number | boolean | readonly string[] | readonly LeverScore[] | null;
}

/** What was said about one item of a `scorecard`. */
export interface LeverScore {
  /** 1 (worst) to 4 (best). */
  readonly score: number | null;
  /** Plain text. */
  readonly comment: string | null;
}

/** A feedback form of one interviewer, in an interview or without one. */
export interface LeverFeedback {
  /** A UUID. */
  readonly id: string;
  /** The opportunity (an application in Lever's words): a UUID. */
  readonly opportunityId: string;
  /** The interview that it was written for: a UUID; null or absent: none. */
  readonly interview?: string | null;
  /** The name of the form's template when it was written. */
  readonly text: string;
  /** Id of the interviewer: a UUID; the name is in the export of users. */
  readonly user: string;
  readonly fields: readonly LeverField[];
  /** When it was handed in: milliseconds since 1970 (UTC); null or absent: a draft. */
  readonly completedAt?: number | null;
  /** When it was deleted: milliseconds since 1970 (UTC); null or absent: it was not. */
  readonly deletedAt?: number | null;
  /** Of the opportunity; whoever writes the file copies it from there. */
  readonly confidentiality?: 'confidential' | 'non-confidential' | null;
}
