/**
 * Records of Ashby as its API gives them: the events of `interviewSchedule.list`, one record per event, and
 * `applicationFeedback.list`. `applicationId` and `status` of an event stand in its schedule; whoever writes the file
 * copies them down.
 */

/** One interview in a calendar. A schedule of an afternoon has several. */
export interface AshbyInterviewEvent {
  /** A UUID. */
  readonly id: string;
  /** The schedule that it belongs to: a UUID. */
  readonly interviewScheduleId: string;
  /** Of the schedule: a UUID. */
  readonly applicationId: string;
  /** Of the schedule, such as `Scheduled`, `Complete` or `Cancelled`. */
  readonly status: string;
  /** An instant in ISO 8601 with its zone: `2024-05-06T01:30:00.000Z`. */
  readonly startTime: string | null;
  /** An instant in ISO 8601 with its zone. */
  readonly endTime: string | null;
}

/** A user as a feedback names them. */
export interface AshbyUser {
  /** A UUID. */
  readonly id: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email?: string | null;
}

/** A field of a feedback form. */
export interface AshbyField {
  /** Under this name `submittedValues` has the answer. */
  readonly path: string;
  /** `Score`, `ValueSelect`, `MultiValueSelect`, `Boolean`, `RichText`, `LongText`, `String`, `Number`, `Date` and others. */
  readonly type: string;
  /** The question. */
  readonly title: string;
  /** What the values of a choice read as. */
  readonly selectableValues?: readonly { readonly label: string; readonly value: string }[] | null;
}

/** What stands in a field: by its type a text, a number, a choice, several, a score with its comment, or formatted text. */
export type AshbyValue =
  | string
  | number
  | boolean
  | readonly string[]
  | { readonly score?: number | null; readonly comments?: AshbyText | null }
  | AshbyText
  | null;

/** A text with its form: `PlainText`, or `text/plain` and `text/html`. */
export interface AshbyText {
  readonly type: string;
  readonly value: string;
}

/** What one interviewer submitted, for an event or without one. */
export interface AshbyFeedback {
  /** A UUID. */
  readonly id: string;
  /** A UUID. */
  readonly applicationId: string;
  /** The event that it was written for: a UUID; null or absent: none. */
  readonly interviewEventId?: string | null;
  /** An instant in ISO 8601; null: a draft. */
  readonly submittedAt: string | null;
  /** Who typed it in. */
  readonly submittedByUser: AshbyUser | null;
  /** Whose feedback it is, where that is somebody else. */
  readonly creditedToUser?: AshbyUser | null;
  readonly formDefinition: {
    readonly sections: readonly {
      readonly title?: string | null;
      readonly fields: readonly { readonly field: AshbyField }[];
    }[];
  };
  /** The answers, by the `path` of their field. */
  readonly submittedValues: Readonly<Record<string, AshbyValue>>;
}
