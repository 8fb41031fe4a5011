import type { DriftPolicy, FieldChange, Origin, Payload, Problem } from '../model.ts';
import type { Bilingual, Language, Shape } from '../plan/shape.ts';
import type { Reason } from '../reason.ts';
import type { Report } from '../result/report.ts';
import type { UndoReport } from '../result/undo.ts';
import type { Validation } from '../result/validation.ts';
import type { VerifyReport } from '../result/verify.ts';
import type { Fate } from './fates.ts';
import type { EntryKind } from './kinds.ts';
import type { Told } from './telling.ts';

/** What a command came to, in numbers. `mode` tells which command it was. */
export type Result = Report | Validation | VerifyReport | UndoReport;

export type Mode = Result['mode'];

/** What reports need to know of a target: it may be a pipeline's own, or be described otherwise by a later hire-sync. */
export interface Described {
  /** What one of its objects is called; absent in runs of earlier versions. */
  readonly label?: { readonly zh: string; readonly en: string };
  readonly shape: Shape;
  /** The payload field that tells how new a record is. */
  readonly dateField: string;
}

/** The one thing that every report is made from, of whatever command and in whatever format. */
export interface ReportModel {
  readonly result: Result;
  readonly target: Described;
  count(kind: EntryKind): number;
  /** Entries of these kinds in their order, read in pages from disk: there may be a million. */
  entries(kinds: readonly EntryKind[]): Generator<Entry>;
}

/** One record, row or object of Feishu, and what is, was or would be done about it. */
export interface Entry {
  readonly kind: EntryKind;
  /** Null where it has none, or none that can be read. */
  readonly key: string | null;
  /** Who it is about, as the pipeline says it: for pages, CSV and reject files that are not redacted, for nothing else. */
  readonly label?: string;
  readonly origin?: Origin;
  readonly remoteId?: string | null;
  /** Of an object that belongs to no record, or of one that was read back. */
  readonly application?: string;
  /** The whole content that is sent, or that Feishu holds already. */
  readonly payload?: Payload;
  /** What is overwritten: before → after. */
  readonly fields?: readonly FieldChange[];
  /** What somebody changed in Feishu. */
  readonly edits?: Edits;
  /** The id of the object that this one takes the place of. */
  readonly recreates?: string;
  readonly reason?: Reason;
  readonly problems?: readonly Problem[];
  /** Of a child row without a parent, as its reader says it. */
  readonly says?: Bilingual;
  /** What became of it, where something was to be sent. */
  readonly fate?: Fate;
}

/** An edit in Feishu: last written → Feishu now. */
export interface Edits {
  readonly fields: readonly FieldChange[];
  /** Paths that the source changed as well. */
  readonly conflicts: readonly string[];
  /** What the pipeline says is to be done about edits. */
  readonly policy: DriftPolicy | null;
  /** Whether that is done about this one: not where it is left alone, or says what the source says. */
  readonly decided: boolean;
}

/** What the reader of a report wishes. */
export interface RenderOptions {
  readonly language: Language;
  /** Names and notes (all free text of the rows) are left out; keys, field names, enums, dates and ids stay. */
  readonly redact: boolean;
  /** Rows of a kind in the text report; 0 = all. The other formats always hold all they can. */
  readonly limit: number;
}

/** The zone of a report's times; that of the machine, or UTC, in runs of earlier versions. */
export function zoneOf({ result }: Pick<ReportModel, 'result'>): string {
  return (
    result.made?.zone ??
    ('cost' in result && result.cost !== null && 'zone' in result.cost ? result.cost.zone : 'UTC')
  );
}

/** The pipeline as a command takes it: by its file, or by its name where no report says which file it is. */
export function pipelineOf({ result }: Pick<ReportModel, 'result'>): string {
  return result.made?.file ?? result.pipeline;
}

/** What its sentences are told with. */
export function toldIn(model: Pick<ReportModel, 'result' | 'target'>): Required<Told> {
  return { zone: zoneOf(model), shape: model.target.shape, pipeline: pipelineOf(model) };
}
