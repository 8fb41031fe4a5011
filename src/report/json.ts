import type { FieldChange } from '../model.ts';
import { shapeAt } from '../plan/labels.ts';
import type { Shape } from '../plan/shape.ts';
import { UNDO_DONE, UNDO_PLANNED } from '../result/undo.ts';
import { sumProblems } from './entries.ts';
import type { EntryKind } from './kinds.ts';
import { problemNote } from './problems.ts';
import { reasonText, redacted } from './reason-words.ts';
import { type Entry, type RenderOptions, type ReportModel, toldIn } from './report-model.ts';
import { complaintJson, stoppedJson } from './stops.ts';
import { OTHER_PROBLEMS } from './words.ts';

type Items = Iterable<unknown>;

/**
 * The documented JSON object of a command (`schema.ts`), in pieces that together are one JSON text: its result, then lists.
 * These are streamed from disk. Free text of the payloads is never in it: a JSON report goes into logs and other programs.
 */
export function* jsonReport(model: ReportModel, options: RenderOptions): Generator<string> {
  yield JSON.stringify(resultOf(model, options)).slice(0, -1);
  for (const [name, items] of listsOf(model, options)) {
    yield `,${JSON.stringify(name)}:[`;
    let first = true;
    for (const item of items) {
      yield `${first ? '' : ','}${JSON.stringify(item)}`;
      first = false;
    }
    yield ']';
  }
  yield '}\n';
}

function resultOf(model: ReportModel, { language }: RenderOptions): object {
  const { result } = model;
  const told = toldIn(model);
  if (result.mode === 'validate')
    return { ...result, complaints: result.complaints.map((one) => complaintJson(one, told, language)) };
  if (result.mode === 'verify') return result;
  const { stopped, ...rest } = result;
  return stopped === null ? rest : { ...rest, stopped: stoppedJson(stopped, told, language) };
}

/** The lists that end the object, by their names. */
function* listsOf(model: ReportModel, options: RenderOptions): Generator<readonly [string, Items]> {
  const { shape } = model.target;
  const of = (kinds: readonly EntryKind[], item: (entry: Entry) => unknown): Items =>
    model.entries(kinds).map(item);
  const why = ({ reason }: Entry): object => {
    if (reason === undefined) return {};
    const told = reasonText(reason, { ...options, ...toldIn(model) });
    return { reason: options.redact ? redacted(reason) : reason, why: told };
  };
  const paths = (fields: readonly FieldChange[] = []) => fields.map(({ path }) => path);
  const id = ({ remoteId }: Entry) => remoteId ?? null;
  switch (model.result.mode) {
    case 'plan':
    case 'sync':
      yield ['missingKeys', of(['gone'], ({ key }) => key)];
      break;
    case 'validate':
      yield ['problems', problems(model, options)];
      break;
    case 'verify':
      yield [
        'changed',
        of(['changed'], (entry) => ({ key: entry.key, id: id(entry), fields: paths(entry.edits?.fields) })),
      ];
      yield ['missing', of(['missing'], (entry) => ({ key: entry.key, id: id(entry) }))];
      yield [
        'unknownObjects',
        of(['unknown'], (entry) => ({ id: id(entry), application: entry.application, ...why(entry) })),
      ];
      yield ['open', of(['open'], (entry) => ({ key: entry.key, id: id(entry), ...why(entry) }))];
      return;
    case 'undo':
    case 'undo-plan':
      yield [
        'changes',
        of([...UNDO_PLANNED, ...UNDO_DONE], (entry) => {
          const fields = paths(entry.fields ?? entry.edits?.fields);
          const { kind, key } = entry;
          return { kind, key, id: id(entry), ...why(entry), ...(fields.length > 0 && { fields }) };
        }),
      ];
      return;
  }
  yield [
    'rejects',
    of(['rejected'], (entry) => ({ key: entry.key, ...entry.origin, problems: rejectsOf(entry, options) })),
  ];
  yield [
    'heldRows',
    of(['held', 'in-doubt'], (entry) => {
      const { kind, key, origin } = entry;
      return { kind, key, ...origin, ...why(entry), ...driftOf(entry, shape) };
    }),
  ];
  yield [
    'orphanRows',
    of(['orphan'], ({ origin, says }) => ({ ...origin, message: says?.[options.language] })),
  ];
  if (model.count('forgotten') > 0) yield ['forgottenRows', of(['forgotten'], ({ origin }) => origin)];
  if (model.result.mode !== 'validate')
    yield [
      'changes',
      of(['create', 'update', 'adopt', 'record', 'drifted'], (entry) => changeOf(entry, shape)),
    ];
}

function rejectsOf({ problems = [] }: Entry, { redact, language }: RenderOptions): readonly object[] {
  // What is for the reject file alone (`unread`, `absent`) may hold whole rows.
  return problems.map((problem) => {
    const { origin, unread: _, absent: __, zh: ___, ...rest } = problem;
    const message = problemNote(problem, redact)[language];
    // What a value looks like is the value.
    return { ...rest, message, ...(redact ? { value: '', detail: undefined } : {}), ...origin };
  });
}

function* problems(model: ReportModel, { redact, language }: RenderOptions): Generator<object> {
  for (const { problem, field, rows, first } of sumProblems(model)) {
    const { [language]: message } = problem === null ? OTHER_PROBLEMS : problemNote(problem, redact);
    yield { code: problem?.code ?? 'OTHER', field, message, rows, first };
  }
}

function changeOf(entry: Entry, shape: Shape): object {
  const { kind, key, origin, remoteId, payload, fields, recreates, fate } = entry;
  return {
    kind,
    key,
    ...origin,
    ...(kind !== 'create' && { id: remoteId }),
    ...(payload !== undefined && { fingerprint: payload.fingerprint }),
    ...(recreates !== undefined && { recreates }),
    ...(fields !== undefined && { fields: fields.map(({ path }) => path), values: valuesOf(fields, shape) }),
    ...driftOf(entry, shape),
    ...(fate !== undefined && { outcome: fate }),
  };
}

function driftOf({ edits }: Entry, shape: Shape): object {
  if (edits === undefined) return {};
  const { fields, conflicts, policy } = edits;
  return {
    drift: { fields: fields.map(({ path }) => path), values: valuesOf(fields, shape), conflicts, policy },
  };
}

/** The values of enums, numbers, instants and ids; free text, and whole lists and objects, have none here. */
function valuesOf(fields: readonly FieldChange[], shape: Shape): readonly FieldChange[] {
  return fields.filter(({ path }) => {
    const kind = shapeAt(shape, path)?.kind;
    return kind === 'integer' || kind === 'instant' || kind === 'id';
  });
}
