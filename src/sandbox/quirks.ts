import { z } from 'zod';
import type { StoredObject } from './collection.ts';
import type { EndpointName } from './endpoints.ts';
import { RESOURCE_NAMES, type ResourceName } from './fields.ts';
import { type Asked, createMatcher, type Matcher, type Rule, ruleShape } from './match.ts';
import { type OperationChanges, operationChanges, parseSetting, type Rules } from './rules.ts';
import {
  createTransform,
  keptTransformations,
  shownTransformations,
  type Transform,
  type Transformation,
} from './transformations.ts';

/**
 * How a tenant may behave that the documents do not rule out. There are none unless a test sets some.
 *
 * **Where to set them.** `createSandbox({ quirks })`, `sandbox.setQuirks(list)`, or `POST /_sandbox/quirks` with the
 * list as JSON. Each call replaces the list and lets its counts and times begin anew; `[]` ends all. `reset` goes back
 * to those of the start. Faults (one accident of one request, see `FaultRule`) and options (see `Rules`) hold beside
 * them, and `log` tells which quirks each request met (`Arrival.quirks`): look there, so that no test is green because
 * nothing happened.
 *
 * **When one applies.** `match` and `times`, as for faults: target (`resource`), `endpoint`, `key`, `application`, `body`,
 * `by` id list or list, `repeat` of an `external_id`, from or until a time, the nth, with a probability under a seed.
 * Only requests that the quirk can do something to are counted: writes for `keep` and `answer`, batch_query for `read`,
 * both for `show`. All that match apply, in their order; of `answer`s, the first that can be carried out.
 *
 * **What it does**, one of five:
 *
 * - `keep`, what is made of a body before it is stored, and `show`, what is made of each object in an answer: see
 *   `Transformation`. `only` narrows `show` to objects with this part in their id, `external_id` or application.
 *
 *       { keep: [{ kind: 'trim' }, { kind: 'line-ends' }, { kind: 'cut', characters: 500, fields: ['content'] }] }
 *       { keep: [{ kind: 'floor', toMs: 60_000 }, { kind: 'fill', with: { value: 3 }, fields: ['conclusion'] }] }
 *       { show: [{ kind: 'order', by: 'shuffled-anew' }, { kind: 'retype', to: 'text', fields: ['begin_time'] }] }
 *       { show: [{ kind: 'fill', with: 'zero' }] }             absent values are 0, "" or []; 'null': null
 *       { show: [{ kind: 'fill', with: 'sample', fields: ['score', 'option', 'options', 'assessment_dimension_list.content'] }] }
 *       { match: { fromMs: 86_400_000 }, show: [{ kind: 'mask', fields: ['interview_assessments.content'] }] }
 *       { only: '6900000001000000007', show: [{ kind: 'drop', fields: ['conclusion'] }] }
 *
 * - `answer`, which object a successful create or update answers with: see `AnswerQuirk`. What was stored stays right.
 *
 *       { match: { endpoint: 'external_interview.create' }, times: 2, answer: { with: 'crossed' } }     one pair
 *       { match: { repeat: true }, answer: { with: 'other-application' } }
 *       { match: { endpoint: 'external_interview.update', nth: 2 }, answer: { with: 'unknown', part: 'id' } }
 *
 * - `read`, what batch_query gives: see `ReadQuirk`.
 *
 *       { match: { by: 'ids' }, times: 1, read: { kind: 'nothing' } }
 *       { match: { by: 'list' }, times: 1, read: { kind: 'shift', by: -1 } }
 *
 * - `options`, other options for these requests alone: how a repeat is answered, read lag, unknown ids, and so on.
 *
 *       { match: { resource: 'external_background_check' }, options: { readLagMs: 120_000 } }
 *       { match: { repeat: true, nth: 1 }, options: { repeat: 'creates' } }
 *       { options: { repeatDeleted: 'returns' } }
 *
 * **Elsewhere.** Refusals after the commit, lost answers, code 0 without data: faults (`error`, `html`, `permission` with
 * `committed`; `reset-after`, `black-hole`, `no-data` …). What a person does in Feishu: `sandbox.seed` puts objects in,
 * `sandbox.byHand` (`POST /_sandbox/by-hand`) edits and removes them and whole applications. Time: `clock.advance`.
 */
export type Quirk = Rule &
  (
    | { readonly keep: readonly KeptTransformation[] }
    | { readonly show: readonly Transformation[]; readonly only?: string }
    | { readonly answer: AnswerQuirk }
    | { readonly read: ReadQuirk }
    | { readonly options: OperationChanges }
  );

export type KeptTransformation = Exclude<Transformation, { readonly kind: 'mask' | 'retype' | 'round-ids' }>;

/** Where the object meant does not exist, the answer is the right one, and `times` is not used up. */
export interface AnswerQuirk {
  /**
   * - `other`: the newest other object of the application · `other-application`: the newest one of another application
   * - `deleted`: the object deleted last · `unknown`: what was written, under an id that does not exist
   * - `before`: of an update, the object as it was · `id-only`: nothing but the id
   * - `crossed`: that of the next request to this endpoint which meets this quirk, and that one gets this answer
   */
  readonly with: 'other' | 'other-application' | 'deleted' | 'unknown' | 'before' | 'id-only' | 'crossed';
  /** `id`: only the id is the other object's, the content is what was written. The whole `object` by default. */
  readonly part?: 'object' | 'id';
  /** How long a `crossed` one waits for the other, in real ms; 1,000 by default. Without another, its own answer. */
  readonly waitMs?: number;
}

export type ReadQuirk =
  /** No item, and no more of them. */
  | { readonly kind: 'nothing' }
  /** As many items as there would be, but other objects than those (fewer where there are not enough). */
  | { readonly kind: 'others' }
  /** The first item once more, at the end. */
  | { readonly kind: 'twice' }
  /** Objects that were not asked for, after the items; one unless told. */
  | { readonly kind: 'more'; readonly count?: number }
  /** These objects are nowhere, or the last item of the page is missing. */
  | { readonly kind: 'omit'; readonly ids?: readonly string[] }
  /** From the second page on, this page and the rest begin one later (one is skipped) or earlier (-1: one comes twice). */
  | { readonly kind: 'shift'; readonly by: 1 | -1 }
  /** No item but more to come: the page token leads to this page again. */
  | { readonly kind: 'empty-page' }
  /** There is always more: the page token leads to this page again. */
  | { readonly kind: 'endless' };

const schema = z.array(
  z
    .strictObject({
      ...ruleShape,
      keep: keptTransformations.exactOptional(),
      show: shownTransformations.exactOptional(),
      only: z.string().min(1).exactOptional(),
      answer: z
        .strictObject({
          with: z.enum(['other', 'other-application', 'deleted', 'unknown', 'before', 'id-only', 'crossed']),
          part: z.enum(['object', 'id']).exactOptional(),
          waitMs: z.number().nonnegative().exactOptional(),
        })
        .exactOptional(),
      read: z
        .discriminatedUnion('kind', [
          z.strictObject({ kind: z.enum(['nothing', 'others', 'twice', 'empty-page', 'endless']) }),
          z.strictObject({ kind: z.literal('more'), count: z.int().positive().exactOptional() }),
          z.strictObject({ kind: z.literal('omit'), ids: z.array(z.string()).min(1).exactOptional() }),
          z.strictObject({ kind: z.literal('shift'), by: z.literal([1, -1]) }),
        ])
        .exactOptional(),
      options: operationChanges.exactOptional(),
    })
    .refine(
      ({ keep, show, answer, read, options }) =>
        [keep, show, answer, read, options].filter((part) => part !== undefined).length === 1,
      'must have exactly one of keep, show, answer, read, options',
    )
    .refine(({ only, show }) => only === undefined || show !== undefined, '"only" goes with show'),
);

/** One quirk that applies to a request. */
export interface Due<T> {
  readonly quirk: T;
  /** To be called when it is carried out; more calls for one request count as one. */
  use(): void;
}

/** The quirks that one request meets. */
export interface DueQuirks {
  /** The options that hold for it. */
  rules(rules: Rules): Rules;
  /** What is kept of a body. */
  keep<B extends object>(resource: ResourceName, body: B): B;
  /** What is shown of an object, given as the documents print it. */
  show(resource: ResourceName, shown: object, of: StoredObject<Belonging>): object;
  readonly answers: readonly Due<AnswerQuirk>[];
  readonly reads: readonly Due<ReadQuirk>[];
}

type Belonging = { readonly external_application_id: string };

export interface Quirks {
  /**
   * Replaces all quirks; their counts and times begin anew.
   * @throws HireSyncError CONFIG_INVALID naming every mistake
   */
  set(quirks: unknown): void;
  /** @param applied is told of each quirk that is carried out: `answer crossed`, `show mask order` */
  pick(asked: Asked, applied: (name: string) => void): DueQuirks;
}

interface ActiveQuirk {
  readonly quirk: Quirk;
  readonly name: string;
  readonly matcher: Matcher;
  /** Of `keep` and `show`. */
  readonly transform: Transform;
}

export function createQuirks(now: () => number): Quirks {
  let active: ActiveQuirk[] = [];

  return {
    set(quirks) {
      const checked = parseSetting('sandbox quirks', schema, quirks) as Quirk[];
      const setAtMs = now();
      active = checked.map((quirk) => ({
        quirk,
        name: nameOf(quirk),
        matcher: createMatcher(quirk, setAtMs),
        transform: transformOf(quirk),
      }));
    },

    pick(asked, applied) {
      // Every quirk counts and draws for every request that it may concern, so that one's firing does not shift another's.
      const firing = active
        .filter(({ quirk, matcher }) => concerns(quirk, asked.endpoint) && matcher.fires(asked))
        .map((found) => ({ ...found, use: once(() => [found.matcher.use(), applied(found.name)]) }));
      const due = <T>(part: (quirk: Quirk) => T | undefined) =>
        firing.flatMap(({ quirk, use }) => {
          const found = part(quirk);
          return found === undefined ? [] : [{ quirk: found, use }];
        });
      return {
        answers: due((quirk) => ('answer' in quirk ? quirk.answer : undefined)),
        reads: due((quirk) => ('read' in quirk ? quirk.read : undefined)),

        rules(rules) {
          const options = due((quirk) => ('options' in quirk ? quirk.options : undefined));
          for (const { use } of options) use();
          return Object.assign({}, rules, ...options.map(({ quirk }) => quirk));
        },

        keep: (resource, body) =>
          firing.reduce((kept, { quirk, transform, use }) => {
            if (!('keep' in quirk)) return kept;
            use();
            return transform(resource, kept) as typeof body;
          }, body),

        show: (resource, shown, of) =>
          firing.reduce((changed, { quirk, transform, use }) => {
            if (!('show' in quirk) || !isOf(of, quirk.only)) return changed;
            use();
            return transform(resource, changed);
          }, shown),
      };
    },
  };
}

/** Whether there is anything for the quirk to do at this endpoint: `nth` counts no other requests. */
function concerns(quirk: Quirk, endpoint: EndpointName): boolean {
  const [resource, action] = endpoint.split('.');
  if (!RESOURCE_NAMES.some((name) => name === resource)) return false;
  const isWrite = action === 'create' || action === 'update';
  if ('keep' in quirk || 'answer' in quirk) return isWrite;
  if ('show' in quirk) return isWrite || action === 'batch_query';
  return 'options' in quirk || action === 'batch_query';
}

function isOf({ id, externalId, body }: StoredObject<Belonging>, only: string | undefined): boolean {
  if (only === undefined) return true;
  return [id, externalId ?? '', body.external_application_id].some((name) => name.includes(only));
}

function nameOf(quirk: Quirk): string {
  if ('keep' in quirk) return ['keep', ...quirk.keep.map(({ kind }) => kind)].join(' ');
  if ('show' in quirk) return ['show', ...quirk.show.map(({ kind }) => kind)].join(' ');
  if ('answer' in quirk) return `answer ${quirk.answer.with}`;
  if ('read' in quirk) return `read ${quirk.read.kind}`;
  return ['options', ...Object.keys(quirk.options)].join(' ');
}

function transformOf(quirk: Quirk): Transform {
  if ('keep' in quirk) return createTransform(quirk.keep, 'kept');
  if ('show' in quirk) return createTransform(quirk.show, 'shown');
  return (_, object) => object;
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}
