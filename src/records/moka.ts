/**
 * A row of a Moka-like export (摩卡招聘 and systems like it): one row per interviewer, with the interview's own cells
 * repeated. Every cell is text.
 */
export interface MokaRow {
  /** Id of the application: digits. */
  readonly 申请ID: string;
  /** 初试, 复试, 终试 and the like. */
  readonly 面试轮次: string;
  /** Local time without a zone, or ISO 8601 with its zone; empty: not scheduled. */
  readonly 面试开始时间: string;
  /** A whole number. */
  readonly '面试时长(分钟)': string;
  /** 未结束, 已结束 or 已取消. */
  readonly 面试状态: string;
  /** What the candidate answered to the invitation: 未反馈, 已接受, 已拒绝, 时间不合适, 未到场. */
  readonly 候选人参加状态: string;
  /** 已签到, 未签到 or empty. */
  readonly 签到状态: string;
  /** The interviewer's name. */
  readonly 面试官: string;
  readonly 面试官邮箱: string;
  /** The verdict in the customer's words. */
  readonly 面试反馈结果: string;
  /** The verdict in Moka's own: **0 fail** (不满意), **1 pass** (满意), or empty. */
  readonly 面试反馈结果类型: string;
  /** The comment: plain text. */
  readonly 面试反馈内容: string;
}
