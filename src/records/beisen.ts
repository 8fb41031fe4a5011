/**
 * Rows of a Beisen-like export (北森 and systems like it): a sheet of interviews and a sheet of evaluations. The customer
 * chooses the columns of such an export; these are the ones that `pipelines/beisen-like.ts` asks for. Every cell is text.
 */

/** A row of the sheet of interviews. */
export interface BeisenInterview {
  /** Id of the interview: a GUID or a number. */
  readonly 面试ID: string;
  /** Id of the application: a GUID. */
  readonly 申请ID: string;
  /** 初试, 复试, 终试 and the like. */
  readonly 面试轮次: string;
  /** Local time without a zone: `2024-05-06T09:30:00`. */
  readonly 面试时间: string;
  /** In minutes; may be empty. */
  readonly 面试时长: string;
  /** 待面试, 已面试 or 已取消. */
  readonly 面试状态: string;
  /** 是 or 已参加, 否 or 未参加, 爽约; empty: nobody has said. */
  readonly 是否参加: string;
}

/** A row of the sheet of evaluations: what one interviewer said. */
export interface BeisenEvaluation {
  /** Id of the evaluation. */
  readonly 评价ID: string;
  /** Id of the interview; empty: an evaluation without an interview. */
  readonly 面试ID: string;
  /** Id of the application: a GUID. */
  readonly 申请ID: string;
  /** The interviewer's name. */
  readonly 面试官: string;
  /** 已评价 or 未评价. */
  readonly 评价状态: string;
  /** Local time without a zone; empty while 未评价. */
  readonly 评价时间: string;
  /** The verdict: a word that the customer chose, such as 通过, 不通过 or 待定. */
  readonly 面试结论: string;
  /** The comment: plain text. */
  readonly 综合评价: string;
  /** A whole number, a letter or empty. */
  readonly 综合得分: string;
  /** For recruiters only. */
  readonly 内部备注: string;
}
