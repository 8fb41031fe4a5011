import { randomBytes } from 'node:crypto';
import type { Answer, CallOptions, Effect } from '../feishu/answer.ts';
import type { FeishuClient } from '../feishu/client.ts';
import type { RemoteObject } from '../feishu/endpoints.ts';
import type { ExternalInterview } from '../feishu/external-interview.ts';
import type { Call } from '../writer/contract.ts';
import type { ProbeInput } from './probe.ts';

/** Stands in every text that a probe writes, and tells what may be deleted. */
export const MARK = 'hire-sync probe';

/** One request's last answer, and when it was sent and answered, ms on a clock that never jumps. */
export interface Asked<T> {
  readonly answer: Answer<T>;
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** What the experiments work on: every object that they make is known to it, so that it can be taken away again. */
export interface Bench {
  readonly client: FeishuClient;
  readonly application: string;
  /** Ids of what was created and is not deleted yet. */
  readonly made: Set<string>;
  /** Ids of what was deleted: a read that lags may still show it. */
  readonly gone: Set<string>;
  /** Creates that ended without a clear answer: for each there may be an object whose id nobody knows. */
  readonly unclear: () => number;
  readonly newKey: () => string;
  /** Test text only, marked; `over` replaces fields. */
  readonly body: (text: string, over?: Partial<ExternalInterview>) => ExternalInterview;
  create(externalId: string, body: ExternalInterview): Promise<Asked<RemoteObject>>;
  update(id: string, body: ExternalInterview): Promise<Asked<RemoteObject>>;
  read(id: string): Promise<Asked<RemoteObject | null>>;
  ask<T>(call: Call, effect: Effect, send: (options: CallOptions) => Promise<Answer<T>>): Promise<Asked<T>>;
}

export function createBench({ client, call, callRead, application }: ProbeInput): Bench {
  const made = new Set<string>();
  const gone = new Set<string>();
  let unclear = 0;
  const run = randomBytes(4).toString('hex');
  let keys = 0;
  const now = () => performance.now();

  async function ask<T>(
    through: Call,
    effect: Effect,
    send: (options: CallOptions) => Promise<Answer<T>>,
  ): Promise<Asked<T>> {
    let sentAt = now();
    let asked: Asked<T> | undefined;
    const result = await through({
      effect,
      send: (options) => {
        sentAt = now();
        return send(options);
      },
      onAnswer: (answer) => {
        asked = { answer, sentAt, answeredAt: now() };
      },
    });
    if (effect === 'create' && result.kind === 'in-doubt') unclear++;
    if (asked === undefined) throw new Error('A call that ended has no answer.');
    return asked;
  }

  return {
    client,
    application,
    made,
    gone,
    unclear: () => unclear,
    newKey: () => `hire-sync-probe:${run}:${++keys}`,
    body: (text, over) => ({
      external_application_id: application,
      participate_status: 1,
      interview_assessments: [
        { username: MARK, conclusion: 3, content: `${MARK}: ${text}` },
        { username: MARK, conclusion: 3, content: `${MARK}, second assessment` },
      ],
      ...over,
    }),
    async create(externalId, body) {
      const asked = await ask(call, 'create', (options) =>
        client.external_interview.create({ external_id: externalId, ...body }, options),
      );
      if (asked.answer.kind === 'ok') made.add(asked.answer.data.id);
      return asked;
    },
    update: (id, body) =>
      ask(call, 'replace', (options) => client.external_interview.update(id, body, options)),
    async read(id) {
      const { answer, ...times } = await ask(callRead, 'read', (options) =>
        client.external_interview.batchQuery({ ids: [id] }, options),
      );
      if (answer.kind !== 'ok') return { answer, ...times };
      const data = answer.data.items.find((item) => item.id === id) ?? null;
      return { answer: { ...answer, data }, ...times };
    },
    ask,
  };
}

/** The contents of the assessments of an interview as Feishu shows it. */
export function contentsOf(object: RemoteObject | null): readonly unknown[] {
  return assessmentsOf(object).map(({ content }) => content);
}

export function assessmentsOf(object: RemoteObject | null): readonly Readonly<Record<string, unknown>>[] {
  const list = object?.interview_assessments;
  return Array.isArray(list) ? list.filter((item) => typeof item === 'object' && item !== null) : [];
}
