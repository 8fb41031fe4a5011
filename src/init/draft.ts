import type { Language } from '../plan/shape.ts';
import { type Builder, createBuilder } from './builder.ts';
import { arrow, type Code, call, importOrder, inlineObject, object, print } from './code.ts';
import type { Design } from './design.ts';
import { keyCode, labelCode, mapCode, personOf, skipCode } from './draft-map.ts';
import { roundsCode, roundsMapCode } from './draft-rounds.ts';
import { csvOptionCode, sourceCode } from './draft-sources.ts';
import { quoted } from './identifier.ts';
import { notesOf } from './notes.ts';

/** What a draft needs besides the design. */
export interface DraftOptions {
  /** Of the pipeline: the ledger goes by it. */
  readonly name: string;
  /** The folder of the export, relative to the pipeline file. */
  readonly sourceDir: string;
  readonly zone: string | undefined;
  readonly language: Language;
  /** The file with Feishu's ids of the applications, where none is in the export. */
  readonly applications: string;
}

export interface Draft {
  readonly code: string;
  /** Words whose meaning is open. */
  readonly todos: number;
}

/** A pipeline file, by the decisions of a design. */
export function draftOf(design: Design, options: DraftOptions): Draft {
  const builder = createBuilder(options.language);
  builder.use('definePipeline');
  const isWide = design.rounds !== undefined;
  const { zone = readsDates(design) ? 'UTC' : undefined } = options;
  const lookup = lookupCode(builder, design, options);
  const key = keyCode(builder, design);
  const skip = skipCode(builder, design);
  const map = isWide ? roundsMapCode(builder, design) : mapCode(builder, design);
  const label = labelCode(builder, design);
  const members: (readonly [string, Code | null])[] = [
    ['name', quoted(options.name)],
    ['target', quoted('external_interview')],
    ['sourceDir', quoted(options.sourceDir)],
    ...(zone === undefined ? [] : [['zone', quoted(zone)] as const]),
    ['source', null],
    ['lookups', inlineObject([['applications', lookup]])],
    ['key', arrow('(row)', key)],
    ...(skip === undefined ? [] : [['skip', skip] as const]),
    ['map', map],
    ...(label === undefined ? [] : [['label', label] as const]),
  ];
  const sources = isWide ? roundsCode(builder, design) : sourceCode(builder, design);
  const imports = [...builder.imports].sort((a, b) => importOrder(bare(a), bare(b)));
  const parts = [
    print(['import ', braces(imports), " from 'hire-sync';"]),
    notesOf(design, builder, options),
    sources.join('\n'),
    ...definitionsOf(builder),
    print(['export default ', call('definePipeline', object(members)), ';']),
  ];
  return { code: `${parts.filter((part) => part !== '').join('\n\n')}\n`, todos: builder.todos() };
}

/** Whether it has a helper that wants a zone, even where every cell names its offset. */
const readsDates = ({ begin, end }: Design): boolean =>
  [begin, end].some((one) => one !== undefined && !one.reading.by.startsWith('epoch'));

const bare = (name: string): string => name.replace(/^type /, '');

const braces = (names: readonly string[]): Code => ({
  ...{ open: '{ ', close: ' }', isBroken: false },
  items: names.map((code) => ({ code })),
});

/** Short definitions stand together, those with a comment or a body apart. */
function definitionsOf({ definitions }: Builder): readonly string[] {
  const all = [...definitions.values()];
  const isShort = (code: string): boolean => !code.includes('\n');
  return [all.filter(isShort).join('\n'), ...all.filter((code) => !isShort(code))];
}

function lookupCode(builder: Builder, design: Design, { applications }: DraftOptions): Code {
  builder.use('csvLookup');
  const { lookup, application } = design;
  if (lookup === undefined) {
    const key =
      application?.name ??
      personOf(design)
        .map(({ name }) => name)
        .join(':');
    return call('csvLookup', quoted(applications), quoted(key), quoted('external_application_id'));
  }
  const { table, key, value } = lookup;
  const given = table.reading.kind === 'csv' ? csvOptionCode(table.reading, [key, value]) : [];
  const tail = given.length === 0 ? [] : [inlineObject(given)];
  return call('csvLookup', quoted(table.file), quoted(key), quoted(value), ...tail);
}
