import type { Claim, Told } from '../difference.ts';
import type { RemoteObject } from '../feishu/endpoints.ts';
import type { Intent } from '../ledger/entries.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Outcome, Payload } from '../model.ts';
import { type Compared, compareShown, isAlike } from '../plan/evening.ts';
import { shownBeside } from '../plan/in-sent-terms.ts';
import { type NearFields, nearness, traitsOf } from '../plan/near.ts';
import { isShownAt, type Shows, shownPayload } from '../plan/shown.ts';
import type { HoldReason } from '../reason.ts';
import type { Confirm } from './confirm.ts';
import type { Call, CallResult } from './contract.ts';
import { doubt } from './doubt.ts';
import { type Book, createJournal, type Journal } from './journal.ts';
import { sendJournalled, type TargetEndpoints } from './send-journalled.ts';

/** What reading an answer takes. */
export interface AnswersInput {
  readonly target: Shows & {
    readonly name: string;
    readonly dateField: string;
    readonly near: Omit<NearFields, 'begin'>;
  };
  readonly ledger: Book & Pick<Ledger, 'doubts' | 'habits' | 'versions'>;
  readonly call: Call;
  readonly endpoints: Pick<TargetEndpoints, 'update'>;
  readonly confirm: Confirm;
  /** Whether an object was there before the run's first creates were sent: none of these can have made it. */
  readonly wasThere?: ((id: string) => boolean) | undefined;
  /** Told of each record that is settled: how Feishu shows it otherwise than it was sent. May be empty. */
  readonly onShown: (differences: readonly Told[]) => void;
}

/** A create or an update that was answered, or a create whose object was found. */
export interface Written {
  readonly intent: Intent;
  /** Of an update: the object that it was sent to. */
  readonly remoteId: string | null;
  /** Settles the intent under `remoteId`. */
  readonly settle: Journal['done'];
  /** Notes that the answer settles nothing. */
  readonly unsure: () => void;
  readonly logId: string;
  /** The object in the answer must be seen there as well: it may be one that was deleted since. */
  readonly mustBeSeen?: boolean;
}

/** The object is another application's, or another record's; the intent stays open. */
interface NotOurs {
  readonly kind: 'not-ours';
  /** Why the record is held, if no object of its own is found. */
  readonly reason: HoldReason;
  readonly message: string;
}

export type Settled = Extract<Outcome, { kind: 'done' | 'failed' | 'in-doubt' }> | NotOurs;

/** Reads the object in the answer to a write, and settles the write by what it shows. */
export interface Answers {
  /**
   * An id, an application or a content that cannot be those of this write settle nothing: the object is read back by its
   * id first. Where it holds another content it gets one PUT, and is settled by what that answers.
   * @throws what the ledger and the calls throw
   */
  settle(written: Written, object: RemoteObject): Promise<Settled>;
  /** How an object that was found stands to what a create sent; null when it is not to be taken for it. */
  likeness(sent: Payload, object: RemoteObject): Likeness | null;
}

/** From the closest to the loosest. */
export const LIKENESSES = ['same', 'evened', 'claimed'] as const;
export type Likeness = (typeof LIKENESSES)[number];

type Judged =
  | { readonly kind: 'holds'; readonly shown: Payload; readonly compared: Compared }
  | { readonly kind: 'unclear'; readonly message: string }
  | NotOurs;
type Holding = Extract<Judged, { kind: 'holds' }>;

export function createAnswers(input: AnswersInput): Answers {
  const { target, ledger, confirm } = input;
  const { doubts, habits, versions } = ledger;
  const { shape } = target;

  const judge = ({ intent, remoteId }: Written, object: RemoteObject): Judged => {
    const { id } = object;
    if (remoteId !== null && id !== remoteId)
      return { kind: 'unclear', message: doubt.otherId(id, remoteId) };
    if (remoteId === null && doubts.isOwned(target.name, id)) {
      const reason = { code: 'owned-by-another', remoteId: id } as const;
      return { kind: 'not-ours', reason, message: doubt.owned(id) };
    }
    if (remoteId === null && input.wasThere?.(id) === true)
      return { kind: 'unclear', message: doubt.wasThere(id) };
    const shown = shownPayload(target, object);
    const application = applicationOf(shown);
    if (application === undefined) return { kind: 'unclear', message: doubt.empty(id) };
    if (application !== applicationOf(intent.payload)) {
      const reason = { code: 'other-application', remoteId: id, application: String(application) } as const;
      return { kind: 'not-ours', reason, message: doubt.otherApplication(id, reason.application) };
    }
    return {
      kind: 'holds',
      shown,
      compared: compareShown(shape, intent.payload.json, shown.json, habits.of(target.name)),
    };
  };

  const lookAgain = async (written: Written, id: string): Promise<Judged> => {
    const isSettled = (object: RemoteObject): boolean => {
      const judged = judge(written, object);
      return judged.kind !== 'unclear' && !(judged.kind === 'holds' && judged.compared.kind === 'other');
    };
    const read = await confirm(id, isSettled);
    return read === null ? { kind: 'unclear', message: doubt.notSeen(id) } : judge(written, read);
  };

  const tell = ({ shown, compared }: Holding): void => {
    for (const path of habits.hiddenIn(target.name))
      if (isShownAt(shown.json, path)) habits.forgetHidden(target.name, path);
    input.onShown(toldOf(compared));
  };

  /** Another open create of its application has this very content: the answer shows that one's object, not this one's. */
  const hasRival = ({ pipeline, key, payload }: Intent, { shown }: Holding): boolean =>
    doubts.of(pipeline, String(applicationOf(payload))).some(({ key: other, intent }) => {
      const compared = other === key || intent === null ? null : compareShown(shape, intent.json, shown.json);
      return compared?.kind === 'same' || compared?.kind === 'evened';
    });

  /** A repeat is answered with what was made of it before: other in a field or two. A PUT would overwrite anything else. */
  const isNear = ({ payload }: Intent, { shown, compared }: Holding): boolean => {
    if (compared.kind !== 'other') return true;
    const fields = { begin: target.dateField, ...target.near };
    return nearness(traitsOf(payload.json, fields), traitsOf(shown.json, fields)) !== null;
  };

  const correct = async (written: Written, id: string, first: Holding): Promise<Settled> => {
    const { intent, logId } = written;
    // From here on the ledger says what Feishu holds: should this process die, the next plan sees an update.
    if (intent.action === 'create') written.settle(id, { payload: first.shown, shown: null });
    const again: Intent = { ...intent, action: 'update', recreates: undefined, found: undefined };
    const put = createJournal(ledger, again, { wasOpen: intent.action === 'update' });
    const body = JSON.parse(intent.payload.json) as object;
    const result: CallResult<RemoteObject> = await sendJournalled(put, input.call, {
      key: intent.key,
      effect: 'replace',
      send: (options) => input.endpoints.update(id, body, options),
    });
    if (result.kind !== 'done') {
      put.ended(result);
      const { code, message } = result;
      // Not written, or refused, is this PUT alone: what became of an update's first one is not known; of a create it is.
      const isOpen = result.kind === 'in-doubt' || intent.action === 'update';
      return { kind: isOpen ? 'in-doubt' : 'failed', code, message, logId: result.logId };
    }
    const resent = { ...written, intent: again, remoteId: id };
    let second = judge(resent, result.data);
    if (second.kind !== 'holds') {
      put.unsure();
      second = await lookAgain(resent, id);
      if (second.kind !== 'holds') return inDoubt(second.message, logId);
    }
    for (const claim of confirmed(first.compared, second.compared)) habits.learn(target.name, claim);
    // Whatever it shows: a third PUT would show it as well.
    put.done(id, { shown: shownBeside(intent.payload, second.shown, shape) });
    // Feishu makes that of what it is sent: there was no earlier content to be given back by an undo.
    if (intent.action === 'create' && second.shown.json === first.shown.json) versions.drop(again);
    tell(second);
    return { kind: 'done', remoteId: id };
  };

  return {
    likeness({ json }, object) {
      const compared = compareShown(shape, json, shownPayload(target, object).json, habits.of(target.name));
      return isAlike(compared) && compared.kind !== 'other' ? compared.kind : null;
    },
    async settle(written, object) {
      const { intent, logId } = written;
      const id = written.remoteId ?? object.id;
      let judged = judge(written, object);
      if (judged.kind !== 'holds' || written.mustBeSeen === true) {
        written.unsure();
        const isOthers = judged.kind === 'not-ours' && judged.reason.code === 'owned-by-another';
        if (!isOthers) judged = await lookAgain(written, id);
        if (judged.kind === 'unclear') return inDoubt(judged.message, logId);
        if (judged.kind !== 'holds') return judged;
      }
      switch (judged.compared.kind) {
        case 'same':
        case 'evened':
          written.settle(id, { shown: shownBeside(intent.payload, judged.shown, shape) });
          tell(judged);
          return { kind: 'done', remoteId: id };
        case 'claimed':
        case 'other':
          if (written.remoteId === null && hasRival(intent, judged)) {
            written.unsure();
            return inDoubt(doubt.rival(id), logId);
          }
          if (written.remoteId === null && !isNear(intent, judged)) {
            written.unsure();
            const reason = { code: 'answered-with-another', remoteId: id } as const;
            return { kind: 'not-ours', reason, message: doubt.another(id) };
          }
          return correct(written, id, judged);
      }
    },
  };
}

function inDoubt(message: string, logId: string): Extract<Outcome, { kind: 'in-doubt' }> {
  return { kind: 'in-doubt', code: null, message, logId };
}

function toldOf(compared: Compared): readonly Told[] {
  switch (compared.kind) {
    case 'same':
      return [];
    case 'evened':
    case 'claimed':
      return compared.differences;
    case 'other': {
      const paths = new Set(compared.fields.map(({ path }) => path.replaceAll(/\[\d+\]/g, '')));
      return [...compared.differences, ...[...paths].map((path) => ({ kind: 'other', path }) as const)];
    }
  }
}

/** Claims that two answers in a row make, the second one to a PUT. */
function confirmed(first: Compared, second: Compared): readonly Claim[] {
  const before = new Set(claimsOf(first).map(habitOf));
  return claimsOf(second).filter((claim) => before.has(habitOf(claim)));
}

function claimsOf(compared: Compared): readonly Claim[] {
  if (compared.kind === 'same') return [];
  return compared.differences.filter(
    (one): one is Claim => one.kind === 'cut' || one.kind === 'default' || one.kind === 'hidden',
  );
}

function habitOf({ kind, path, ...claim }: Claim): string {
  const value = 'length' in claim ? claim.length : 'value' in claim ? claim.value : null;
  return JSON.stringify([kind, path, value]);
}

export function applicationOf({ json }: Payload): unknown {
  return (JSON.parse(json) as { readonly external_application_id?: unknown }).external_application_id;
}
