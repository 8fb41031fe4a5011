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
}
