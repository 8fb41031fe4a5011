/** The public names of hire-sync: what a pipeline file imports, and what a program needs to run one. */

// Running one from a program.
export { type ErrorCode, HireSyncError } from './errors.ts';
export type { ExternalBackgroundCheck } from './feishu/external-background-check.ts';
export type {
  AnyDimension,
  Assessment,
  ChoiceDimension,
  ChoicesDimension,
  Conclusion,
  Dimension,
  ExternalInterview,
  ParticipateStatus,
  ScoreDimension,
  TextDimension,
} from './feishu/external-interview.ts';
export type { ExternalInterviewDraft } from './feishu/payloads.ts';
export { type Ledger, openLedger } from './ledger/ledger.ts';
export type { DateOptions } from './mapping/date-format.ts';
export { type DateTimeRange, dateTimeRange } from './mapping/date-range.ts';
export { dateOnly, dateTime, epochMs } from './mapping/dates.ts';
export { type ExcelDateOptions, excelDate } from './mapping/excel-date.ts';
export { hashKey, id } from './mapping/ids.ts';
export { csvLookup, type Lookup } from './mapping/lookups.ts';
export { htmlToText, joinText, splitList, text } from './mapping/text.ts';
export { TODO, type Todo } from './mapping/todo.ts';
export { integer, optional, ordered, required, valueMap } from './mapping/values.ts';
export type {
  Change,
  FieldChange,
  Origin,
  Outcome,
  Payload,
  Problem,
  RowCounts,
  SourceRecord,
} from './model.ts';
export { definePipeline, type MapContext, type Pipeline } from './pipeline/define.ts';
export type { Deps, Job, Writer } from './pipeline/job.ts';
export { type LoadedPipeline, loadPipeline } from './pipeline/load.ts';
export { run } from './pipeline/run.ts';
export { eachChange, openPlanStore, type PlanStore } from './plan/plan-store.ts';
// Writing a pipeline: sources, helpers of the mapping, the definition.
export { type CsvOptions, type CsvRow, csv } from './readers/csv.ts';
export type { Encoding } from './readers/encodings.ts';
export {
  type Applications,
  feishuInterviewRecords,
  type NativeInterview,
  type NativeInterviewRecord,
} from './readers/feishu-interviews.ts';
export { type Grouped, groupBy } from './readers/group.ts';
export { join } from './readers/join.ts';
export { type JsonArrayOptions, type JsonOptions, json } from './readers/json.ts';
export { jsonl } from './readers/jsonl.ts';
export { many } from './readers/many.ts';
export type { Normalisation } from './readers/normalise.ts';
export type { Source } from './readers/source.ts';
export type { ReadState, SourceTenant } from './readers/source-tenant.ts';
export { split } from './readers/split.ts';
// Records of other systems, as their exports have them.
export type {
  AshbyFeedback,
  AshbyField,
  AshbyInterviewEvent,
  AshbyText,
  AshbyUser,
  AshbyValue,
} from './records/ashby.ts';
export type { BeisenEvaluation, BeisenInterview } from './records/beisen.ts';
export type {
  GreenhouseAnswer,
  GreenhouseAttribute,
  GreenhouseId,
  GreenhouseInterview,
  GreenhouseInterviewer,
  GreenhouseRating,
  GreenhouseScorecard,
  GreenhouseTime,
  GreenhouseUser,
} from './records/greenhouse.ts';
export type { LeverFeedback, LeverField, LeverInterview, LeverScore } from './records/lever.ts';
export type { MokaRow } from './records/moka.ts';
export type { Report } from './result/report.ts';
