/** What carrying out a plan costs, before it is begun. Retries are not foreseen. */
export interface Cost {
  /** Requests by endpoint. */
  readonly endpoints: Readonly<Record<string, number>>;
  /** The writes among them. */
  readonly requests: number;
  readonly ratePerSecond: number;
  /** Reads come before the writes, each at the set rate. */
  readonly expectedMs: number;
  /** Tokens to be asked for: one for every two hours begun. */
  readonly tokens: number;
  /** When it ends if it begins now: ISO 8601, UTC. */
  readonly endsAt: string;
  /** The time zone in which times are shown, see `Made`: `Asia/Shanghai`. */
  readonly zone: string;
  /** `--deadline`: ISO 8601, UTC, and how many ms after it the run would end (0 = in time); null without one. */
  readonly deadline: { readonly at: string; readonly lateMs: number } | null;
}
