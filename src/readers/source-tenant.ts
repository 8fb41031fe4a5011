import type { InterviewsApi, Page } from '../feishu/endpoints.ts';

/** Another Feishu tenant that a source reads from, with an app of its own. Wired by whoever starts the run. */
export interface SourceTenant {
  /**
   * Which tenant it is: pages of one are never taken for those of another.
   * @throws HireSyncError CREDENTIALS_MISSING, CONFIG_INVALID
   */
  identity(): { readonly baseUrl: string; readonly appId: string };
  /**
   * One page of the native interviews of an application, within the endpoint's budget, retried as reads are.
   * @throws HireSyncError SOURCE_INVALID (Feishu refuses the request), FEISHU_UNREACHABLE, FEISHU_REFUSES_APP,
   *   CREDENTIALS_MISSING, INTERRUPTED
   */
  page(request: {
    readonly api: InterviewsApi;
    readonly applicationId: string;
    readonly pageToken: string | undefined;
  }): Promise<Page>;
  /** Where applications that are read through are kept until the run is (absolute path); null: nowhere. */
  readonly spoolFile: string | null;
  /** Told of each application that is read. */
  readonly onRead?: (state: ReadState) => void;
}

/** How far the reading is: applications, of how many, and their interviews so far. */
export interface ReadState {
  readonly applications: number;
  readonly of: number;
  readonly interviews: number;
}
