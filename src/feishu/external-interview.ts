/**
 * An interview as Feishu Hire stores it (`external_interview`): the body of an update, and of a create without its
 * `external_id`. Documents: Hire → Get candidates → Import external system → External interviews, create and update.
 * An update replaces the whole interview: what a body leaves out is erased.
 */
export interface ExternalInterview {
  /**
   * Id of the application (外部投递) in Feishu that the interview belongs to: a string of 1 to 20 digits, as Feishu shows
   * it. Not the id in the old system: look it up (`csvLookup`). Never a number, which would lose its last digits.
   */
  readonly external_application_id: string;
  /** Whether the candidate took part: 1 not attended (未参与), 2 attended (参与), 3 no-show (爽约). Absent: not known. */
  readonly participate_status?: ParticipateStatus | undefined;
  /** When the interview began: milliseconds since 1970 (UTC), between 1990 and 2100. `dateTime` makes them of local time. */
  readonly begin_time?: number | undefined;
  /** When the interview ended: milliseconds since 1970 (UTC), not before `begin_time`. */
  readonly end_time?: number | undefined;
  /** What the interviewers said, one entry for each of them who said something. Whoever sees the interview sees all of it. */
  readonly interview_assessments?: readonly Assessment[] | undefined;
}

/** Whether the candidate took part: 1 not attended (未参与), 2 attended (参与), 3 no-show (爽约). */
export type ParticipateStatus = 1 | 2 | 3;

/**
 * The verdict: **1 fail** (不通过), **2 pass** (通过), **3 pending** (待定). Feishu's own interview records have 1 for pass and
 * 2 for fail: never copy that number.
 */
export type Conclusion = 1 | 2 | 3;

/** What one interviewer said. At least one field must be there. */
export interface Assessment {
  /** The interviewer's name as it is to be read: plain text, not an id of a user. */
  readonly username?: string | undefined;
  /**
   * The verdict: **1 fail** (不通过), **2 pass** (通过), **3 pending** (待定). Absent: no verdict was given, which is not the
   * same as 3. Feishu's own interview records have 1 for pass and 2 for fail: never copy that number.
   */
  readonly conclusion?: Conclusion | undefined;
  /** Scores, choices and answers to single questions, in the order in which they are shown. */
  readonly assessment_dimension_list?: readonly AnyDimension[] | undefined;
  /** The overall comment: plain text (`htmlToText` makes it of HTML). */
  readonly content?: string | undefined;
}

/** A dimension of any kind. It carries its value in the field of its `assessment_type`, and in no other. */
export interface AnyDimension {
  /** Its kind: 1 score (打分题), 2 single choice (单选题), 3 text (描述题), 4 multiple choice (多选题). */
  readonly assessment_type: 1 | 2 | 3 | 4;
  /** The question, or what is assessed. */
  readonly title?: string | undefined;
  /** What explains the question: its group, its scale (`1 to 5`). */
  readonly description?: string | undefined;
  /** The score of kind 1: a whole number. `4.5` and `A` are none: send them as text (kind 3). */
  readonly score?: number | undefined;
  /** The chosen option of kind 2, as it reads. */
  readonly option?: string | undefined;
  /** The answer of kind 3: plain text. */
  readonly content?: string | undefined;
  /** The chosen options of kind 4, as they read; none of them empty. */
  readonly options?: readonly string[] | undefined;
}

/** One question and its answer, by kind: what a helper of a pipeline returns (`function scores(row): Dimension[]`). */
export type Dimension = ScoreDimension | ChoiceDimension | TextDimension | ChoicesDimension;

type Asked = Pick<AnyDimension, 'title' | 'description'>;

/** A score (打分题). */
export interface ScoreDimension extends Asked {
  /** 1: a score (打分题). */
  readonly assessment_type: 1;
  /** A whole number. Its scale belongs into `description`: Feishu has no field for it. */
  readonly score: number;
}

/** One option chosen of several (单选题). */
export interface ChoiceDimension extends Asked {
  /** 2: a single choice (单选题). */
  readonly assessment_type: 2;
  /** The chosen option, as it reads. */
  readonly option: string;
}

/** An answer in words (描述题). */
export interface TextDimension extends Asked {
  /** 3: text (描述题). */
  readonly assessment_type: 3;
  /** The answer: plain text. */
  readonly content: string;
}

/** Any number of options chosen of several (多选题). */
export interface ChoicesDimension extends Asked {
  /** 4: a multiple choice (多选题). */
  readonly assessment_type: 4;
  /** The chosen options, as they read; none of them empty. */
  readonly options: readonly string[];
}
