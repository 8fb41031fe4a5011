import type { Answer } from './answers.ts';
import type { Collection, StoredObject } from './collection.ts';
import type { EndpointName } from './endpoints.ts';
import type { AnswerQuirk, Due } from './quirks.ts';

type Belonging = { readonly external_application_id: string };

/** How long a crossed answer waits for the other one, in ms. */
const CROSSING_WAIT_MS = 1000;

/** Beyond every id that the sandbox gives under its seed. */
const STRANGER = 500_000_000n;

/**
 * The object that a write answers with: the one written, unless a quirk says another.
 * @param before as it was; null for a create
 */
export function answeredObject<B extends Belonging>(
  written: StoredObject<B>,
  {
    before,
    collection,
    answers,
  }: {
    readonly before: StoredObject<B> | null;
    readonly collection: Collection<B>;
    readonly answers: readonly Due<AnswerQuirk>[];
  },
): StoredObject<B> {
  for (const { quirk, use } of answers) {
    const instead = insteadOf(written, quirk.with, { before, collection });
    if (instead === null) continue;
    use();
    return quirk.part === 'id' ? { ...written, id: instead.id } : instead;
  }
  return written;
}

function insteadOf<B extends Belonging>(
  written: StoredObject<B>,
  which: AnswerQuirk['with'],
  { before, collection }: { before: StoredObject<B> | null; collection: Collection<B> },
): StoredObject<B> | null {
  const application = written.body.external_application_id;
  const newest = (isMeant: (object: StoredObject<B>) => boolean) =>
    collection.list().findLast((object) => object.id !== written.id && isMeant(object)) ?? null;
  switch (which) {
    case 'other':
      return newest(({ body }) => body.external_application_id === application);
    case 'other-application':
      return newest(({ body }) => body.external_application_id !== application);
    case 'deleted':
      return collection.lastDeleted();
    case 'unknown':
      return { ...written, id: String(BigInt(written.id) + STRANGER) };
    case 'before':
      return before;
    case 'id-only':
    case 'crossed':
      // Both concern the whole answer, not the choice of an object.
      return null;
  }
}

export interface Crossing {
  /** The answer of the next request that comes here, which gets this one; its own when none comes in time. */
  meet(endpoint: EndpointName, answer: Answer, due: Due<AnswerQuirk>): Promise<Answer>;
}

/** Where the answers of two requests that are under way at the same time are exchanged. */
export function createCrossing(): Crossing {
  const waiting = new Map<
    EndpointName,
    { readonly answer: Answer; readonly take: (other: Answer) => void }
  >();

  return {
    async meet(endpoint, answer, { quirk, use }) {
      const other = waiting.get(endpoint);
      if (other !== undefined) {
        waiting.delete(endpoint);
        other.take(answer);
        use();
        return other.answer;
      }
      return new Promise((resolve) => {
        const giveUp = setTimeout(() => {
          waiting.delete(endpoint);
          resolve(answer);
        }, quirk.waitMs ?? CROSSING_WAIT_MS);
        waiting.set(endpoint, {
          answer,
          take(theirs) {
            clearTimeout(giveUp);
            use();
            resolve(theirs);
          },
        });
      });
    },
  };
}
