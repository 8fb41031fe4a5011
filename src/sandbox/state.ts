import type { Attachment, BackgroundCheckBody, InterviewBody, NativeInterview } from './bodies.ts';
import { type Collection, type CollectionDump, createCollection } from './collection.ts';
import type { Ids } from './ids.ts';

/** Everything the sandbox holds that a restart should not lose. */
export interface State {
  readonly interviews: Collection<InterviewBody>;
  readonly backgroundChecks: Collection<BackgroundCheckBody>;
  /** Interviews held in Feishu itself, as the historic and the present list endpoint give them. */
  readonly nativeInterviews: (NativeInterview & { readonly id: string })[];
  readonly attachments: Map<string, Attachment>;
  /** Applications that somebody deleted. */
  readonly removedApplications: Set<string>;
  dump(): StateDump;
  clear(): void;
}

export interface StateDump {
  readonly interviews: CollectionDump<InterviewBody>;
  readonly backgroundChecks: CollectionDump<BackgroundCheckBody>;
  readonly nativeInterviews: readonly (NativeInterview & { readonly id: string })[];
  readonly attachments: readonly Attachment[];
  /** Missing in files of earlier versions. */
  readonly removedApplications?: readonly string[];
}

export function createState(ids: Ids, from?: StateDump): State {
  const interviews = createCollection<InterviewBody>({
    ids,
    assessmentsOf: (body) => body.interview_assessments?.length ?? 0,
    from: from?.interviews,
  });
  const backgroundChecks = createCollection<BackgroundCheckBody>({
    ids,
    assessmentsOf: () => 0,
    from: from?.backgroundChecks,
  });
  const nativeInterviews = [...(from?.nativeInterviews ?? [])];
  const attachments = new Map(from?.attachments.map((attachment) => [attachment.id, attachment]));

  const removedApplications = new Set(from?.removedApplications);

  return {
    interviews,
    backgroundChecks,
    nativeInterviews,
    attachments,
    removedApplications,
    dump: () => ({
      interviews: interviews.dump(),
      backgroundChecks: backgroundChecks.dump(),
      nativeInterviews,
      attachments: [...attachments.values()],
      removedApplications: [...removedApplications],
    }),
    clear() {
      interviews.clear();
      backgroundChecks.clear();
      nativeInterviews.length = 0;
      attachments.clear();
      removedApplications.clear();
    },
  };
}
