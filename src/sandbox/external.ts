import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { answeredObject } from './answering.ts';
import { type Answer, badField, badParameter, refusal, success } from './answers.ts';
import {
  type BackgroundCheckBody,
  backgroundCheckBody,
  checkBody,
  type InterviewBody,
  idempotencyBody,
  interviewBody,
} from './bodies.ts';
import type { Collection, StoredObject } from './collection.ts';
import type { ResourceName } from './fields.ts';
import type { Operation } from './operation.ts';
import { readPage } from './paging.ts';
import { readObjects } from './reading.ts';
import type { Rules } from './rules.ts';
import type { State } from './state.ts';

/** What tells external interviews from external background checks: names, body, and how one is shown. */
interface Resource<B extends { readonly external_application_id: string }> {
  readonly name: ResourceName;
  readonly schema: z.ZodType<B>;
  readonly collection: (state: State) => Collection<B>;
  /** The object as the documents print it: no `external_id`, absent fields absent. */
  readonly show: (object: StoredObject<B>, state: State) => object;
  /** The body with its long texts cut, or the field that is too long. */
  readonly limit: (body: B, limit: NonNullable<Rules['contentLimit']>) => B | { readonly tooLong: string };
  /** A reference the body makes to something that does not exist. */
  readonly dangling: (body: B, state: State) => { readonly field: string; readonly id: string } | null;
}

const INTERVIEW: Resource<InterviewBody> = {
  name: 'external_interview',
  schema: interviewBody,
  collection: (state) => state.interviews,
  show({ id, body, assessmentIds }) {
    const { external_application_id, interview_assessments, ...rest } = body;
    const assessments = interview_assessments?.map((assessment, index) => ({
      id: assessmentIds[index],
      ...assessment,
    }));
    return {
      external_application_id,
      id,
      ...rest,
      ...(assessments && { interview_assessments: assessments }),
    };
  },
  limit(body, { characters, over }) {
    const assessments = body.interview_assessments ?? [];
    const isLong = ({ content = '' }: (typeof assessments)[number]) => [...content].length > characters;
    const long = assessments.findIndex(isLong);
    if (long === -1) return body;
    if (over === 'refuses') return { tooLong: `interview_assessments[${long}].content` };
    const cut = assessments.map((assessment) =>
      isLong(assessment)
        ? { ...assessment, content: [...(assessment.content ?? '')].slice(0, characters).join('') }
        : assessment,
    );
    return { ...body, interview_assessments: cut };
  },
  dangling: () => null,
};

const BACKGROUND_CHECK: Resource<BackgroundCheckBody> = {
  name: 'external_background_check',
  schema: backgroundCheckBody,
  collection: (state) => state.backgroundChecks,
  show({ id, body }, state) {
    const { attachment_id_list, ...rest } = body;
    const attachments = attachment_id_list?.flatMap((attachment) => state.attachments.get(attachment) ?? []);
    return { id, ...rest, ...(attachments && { attachment_list: attachments }) };
  },
  limit: (body) => body,
  dangling(body, state) {
    const unknown = body.attachment_id_list?.find((id) => !state.attachments.has(id));
    return unknown === undefined ? null : { field: 'attachment_id_list', id: unknown };
  },
};

export const externalInterviews = operationsOf(INTERVIEW);
export const externalBackgroundChecks = operationsOf(BACKGROUND_CHECK);

/** Create, replace, query and delete: the same for both resources. */
function operationsOf<B extends { readonly external_application_id: string }>(resource: Resource<B>) {
  const { name, collection } = resource;

  function show(object: StoredObject<B>, { state, quirks }: Operation): object {
    return quirks.show(name, resource.show(object, state), object);
  }

  /** @param before the object as it was; null for a create */
  function answer(written: StoredObject<B>, before: StoredObject<B> | null, operation: Operation): Answer {
    const { state, quirks } = operation;
    const { answers } = quirks;
    const object = answeredObject(written, { before, collection: collection(state), answers });
    const idOnly = answers.find(({ quirk }) => quirk.with === 'id-only');
    if (idOnly === undefined) return success({ [name]: show(object, operation) });
    idOnly.use();
    return success({ [name]: { id: object.id } });
  }

  function readBody({ body, state, rules, quirks }: Operation): B | Answer {
    const checked = checkBody(resource.schema, body);
    if (!checked.ok) return badParameter(checked.violations);
    const application = checked.value.external_application_id;
    const isKnown = rules.applications === null || rules.applications.includes(application);
    const exists = isKnown && !state.removedApplications.has(application);
    if (!exists) {
      const description = 'no such external application';
      return badField('external_application_id', application, description, rules.unknownApplicationCode);
    }
    const missing = resource.dangling(checked.value, state);
    if (missing !== null) return badField(missing.field, missing.id, 'no such attachment');
    const { contentLimit } = rules;
    const limited = contentLimit === null ? checked.value : resource.limit(checked.value, contentLimit);
    if ('tooLong' in limited) return badField(limited.tooLong, '', 'is too long');
    return quirks.keep(name, limited);
  }

  function unknownId({ id, rules }: Operation): Answer {
    return badField(`${name}_id`, id, 'does not exist', rules.unknownIdCode);
  }

  return {
    create(operation: Operation): Answer {
      const body = readBody(operation);
      if (isAnswer(body)) return body;
      const key = checkBody(idempotencyBody, operation.body);
      if (!key.ok) return badParameter(key.violations);
      const { appId, nowMs, rules, state } = operation;
      const given = key.value.external_id || null;
      const externalId = rules.repeat === 'creates' ? null : given;
      const freesDeleted = rules.repeatDeleted === 'creates';
      const creation = collection(state).create({ appId, externalId, body, nowMs, freesDeleted });
      const { object } = creation;
      if (creation.kind === 'created') {
        operation.wrote();
        return answer(object, null, operation);
      }
      const refused = () => refusal(400, rules.repeatCode, 'external_id was already used within 24 hours');
      if (creation.isDeleted)
        return rules.repeatDeleted === 'returns' ? answer(object, null, operation) : refused();
      const isOther = !isDeepStrictEqual(object.body, body);
      if (isOther && rules.repeatOtherBody === 'replaces') {
        operation.wrote();
        const replaced = collection(state).replace(object.id, body, nowMs, rules.assessmentIds);
        return answer(replaced ?? object, object, operation);
      }
      const refuses = rules.repeat === 'refuses' || (isOther && rules.repeatOtherBody === 'refuses');
      return refuses ? refused() : answer(object, null, operation);
    },

    update(operation: Operation): Answer {
      const body = readBody(operation);
      if (isAnswer(body)) return body;
      const { id, nowMs, rules, state } = operation;
      const before = collection(state).get(id);
      const object = collection(state).replace(id, body, nowMs, rules.assessmentIds);
      if (object === null) return unknownId(operation);
      operation.wrote();
      return answer(object, before, operation);
    },

    remove(operation: Operation): Answer {
      if (!collection(operation.state).remove(operation.id, operation.nowMs)) return unknownId(operation);
      operation.wrote();
      return success({});
    },

    /** The id list wins over the application. Unknown ids are simply missing from the items. */
    batchQuery(operation: Operation): Answer {
      const { query, state, rules } = operation;
      const listName = `${name}_id_list`;
      const checked = checkBody(
        z.object({ [listName]: z.array(z.string()).max(20).exactOptional() }),
        operation.body,
      );
      if (!checked.ok) return badParameter(checked.violations);
      const ids = checked.value[listName] ?? [];
      const application = query.get('external_application_id') ?? '';
      if (ids.length === 0 && application === '' && rules.unfilteredQuery === 'refuses')
        return badField(listName, '', 'either this or external_application_id must be given');

      const filter = filterOf(ids, application);
      const page = readPage(query, { max: 20, fallback: 10 }, JSON.stringify(filter));
      if (!page.ok) return badField(page.field, query.get(page.field) ?? '', page.description);
      const visible = (what: typeof filter) =>
        collection(state).query(what, operation.nowMs - rules.readLagMs);
      const { reads } = operation.quirks;
      const { items, ...rest } = readObjects(visible(filter), page, { all: () => visible('all'), reads });
      return success({ items: items.map((object) => show(object, operation)), ...rest });
    },
  };
}

function filterOf(ids: readonly string[], application: string) {
  if (ids.length > 0) return { ids };
  return application === '' ? 'all' : { applicationId: application };
}

function isAnswer(value: object): value is Answer {
  return 'status' in value && 'headers' in value;
}
