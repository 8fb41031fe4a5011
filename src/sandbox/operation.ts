import type { DueQuirks } from './quirks.ts';
import type { Rules } from './rules.ts';
import type { State } from './state.ts';

/** A request that was let in, with all an endpoint needs to answer it. */
export interface Operation {
  /** The path parameter; `''` where the path has none. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** The parsed body, not checked yet; `{}` when there was none. */
  readonly body: unknown;
  readonly appId: string;
  readonly nowMs: number;
  readonly rules: Rules;
  readonly quirks: DueQuirks;
  readonly state: State;
  /** To be called once something was written. */
  readonly wrote: () => void;
}
