/** What an experiment (`hire-sync probe`) has taught about a tenant, where the documents leave it open. */
export interface Learned {
  /** How long a read-back is given to catch up with a write, in ms, one wait after the other. */
  readonly readBackWaitsMs: readonly number[];
  /** A repeated `external_id` creates another object: a create in doubt is never repeated before it was looked for. */
  readonly repeatCreates: boolean;
}
