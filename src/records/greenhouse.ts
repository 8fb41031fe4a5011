/**
 * Records of Greenhouse as its Harvest API gives them: `GET /v1/scheduled_interviews` and `GET /v1/scorecards`. Members
 * that no pipeline needs (candidates, locations, links) are left out here; an export may have them.
 */

/** An id: a whole number in the export; text when it is too large for a JSON number. */
export type GreenhouseId = number | string;

/** A user as other records name them. */
export interface GreenhouseUser {
  readonly id: GreenhouseId;
  /** The full name; the e-mail address where the user has none. */
  readonly name: string;
}

/** When an interview begins or ends. */
export interface GreenhouseTime {
  /** An instant in ISO 8601 with its zone: `2024-05-06T01:30:00.000Z`. */
  readonly date_time?: string | null;
  /** An interview of whole days: `2024-05-06`, without a time and a zone. */
  readonly date?: string | null;
}

/** Somebody who was invited to interview. */
export interface GreenhouseInterviewer extends GreenhouseUser {
  readonly email?: string | null;
  /** The interviewer's answer to the invitation; it says nothing about the candidate. */
  readonly response_status?: 'needs_action' | 'declined' | 'tentative' | 'accepted' | null;
  /** The scorecard of this interviewer for this interview: the only link between the two. null: none yet. */
  readonly scorecard_id: GreenhouseId | null;
}

/** An interview that was put into a calendar. One that is cancelled is deleted in Greenhouse, so it is in no export. */
export interface GreenhouseInterview {
  readonly id: GreenhouseId;
  readonly application_id: GreenhouseId;
  readonly start: GreenhouseTime | null;
  readonly end: GreenhouseTime | null;
  /** `scheduled`: to come; `awaiting_feedback`: its time is past; `complete`: all scorecards are there. */
  readonly status: 'scheduled' | 'awaiting_feedback' | 'complete';
  /** The kind of interview in the job's plan. */
  readonly interview?: { readonly id: GreenhouseId; readonly name: string } | null;
  readonly interviewers: readonly GreenhouseInterviewer[];
}

/** A verdict or a rating. */
export type GreenhouseRating = 'definitely_not' | 'no' | 'mixed' | 'yes' | 'strong_yes' | 'no_decision';

/** One attribute of a scorecard. */
export interface GreenhouseAttribute {
  readonly name: string;
  /** The group that it stands in, such as `Skills`. */
  readonly type: string;
  /** What the interviewer wrote beside the rating: plain text. */
  readonly note: string | null;
  readonly rating: GreenhouseRating | null;
}

/** One question of a scorecard, with its answer. */
export interface GreenhouseAnswer {
  /** null for the two questions of Greenhouse's own: `Key Take-Aways` and `Private Notes`. */
  readonly id: GreenhouseId | null;
  readonly question: string;
  /** HTML. The choices of a multiple choice arrive as one text, separated by commas. */
  readonly answer: string | null;
}

/** What one interviewer said, in an interview or without one. */
export interface GreenhouseScorecard {
  readonly id: GreenhouseId;
  readonly application_id: GreenhouseId;
  /** The name of the interview, such as `Application Review`. */
  readonly interview: string | null;
  /** An instant in ISO 8601. */
  readonly interviewed_at: string | null;
  /** An instant in ISO 8601; null: a draft. */
  readonly submitted_at: string | null;
  /** Who interviewed. */
  readonly interviewer: GreenhouseUser | null;
  /** Who typed the scorecard in; may be somebody else than the interviewer. */
  readonly submitted_by: GreenhouseUser | null;
  /** The verdict: `definitely_not` and `no` are a fail, `yes` and `strong_yes` a pass; `no_decision` and null are none. */
  readonly overall_recommendation: Exclude<GreenhouseRating, 'mixed'> | null;
  readonly attributes: readonly GreenhouseAttribute[];
  readonly questions: readonly GreenhouseAnswer[];
}
