import type { System } from './ready.ts';
import type { Table } from './table.ts';

/** Members that only the exports of one system have together. */
const SIGNS: Readonly<Record<System, readonly string[]>> = {
  greenhouse: ['scorecard_id', 'overall_recommendation'],
  lever: ['baseTemplateId', 'completedAt'],
  ashby: ['interviewEventId', 'submittedAt'],
  beisen: ['评价ID', '面试ID', '评价状态'],
  moka: ['面试反馈结果类型', '候选人参加状态', '签到状态'],
};

/** The system whose export this looks like, where a pipeline is ready for it. */
export function systemOf(tables: readonly Table[]): System | undefined {
  const names = new Set(tables.flatMap(({ columns }) => columns.map(({ name }) => name)));
  return (Object.keys(SIGNS) as System[]).find((system) => SIGNS[system].every((name) => names.has(name)));
}
