/** How and where a result was made: the head of every report. Absent in runs of earlier versions. */
export interface Made {
  /** Of hire-sync: `0.1.0`; null where nobody said. */
  readonly version: string | null;
  /** The app of Feishu that it is about; null where no credentials were given. */
  readonly app: { readonly baseUrl: string; readonly appId: string } | null;
  /** The zone in which reports show times: an IANA name, or an offset. */
  readonly zone: string;
  /** Who names it: the pipeline, or else the machine. */
  readonly zoneOf: 'pipeline' | 'machine';
  /** Hex SHA-256 of the saved plan that was made, or carried out; null without one. */
  readonly plan: string | null;
  /** The pipeline's file as the commands take it, relative to the working folder; absent where only its name was given. */
  readonly file?: string;
  /** Who signed that plan, as the command line said; absent where nobody did. */
  readonly approved?: Approval;
}

/** A signature under a saved plan. It is of no candidate, and stays in reports under `--redact`. */
export interface Approval {
  readonly by: string;
  /** When it was noted, which is when the plan was begun to be carried out: ISO 8601, UTC. */
  readonly at: string;
}
