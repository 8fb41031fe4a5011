import { z } from 'zod';
import type { Rebuilt } from '../pipeline/rebuild.ts';
import type { Rekeying } from '../pipeline/rekeying.ts';
import { findingsSchema } from '../probe/findings.ts';
import type { Manifest } from '../pull/manifest.ts';
import { forgetSchema } from '../report/forget-schema.ts';
import { idSchema, runsSchema } from '../report/ledger-schema.ts';
import { pruneSchema } from '../report/prune-schema.ts';
import { everySchema } from '../report/schema.ts';
import { count, counts, file, path } from '../report/schema-parts.ts';
import { statusSchema } from '../report/status-schema.ts';

const rebuilt = {
  read: count,
  known: count.describe('rows that the ledger knew already'),
  matched: count,
  near: count.describe('rows without an equal object that have one that is near: the next sync holds them'),
  unmatched: count.describe('rows without an equal or near object: the next sync creates them'),
  ambiguous: count.describe('rows with more equal objects than rows; nothing was adopted for them'),
  others: count.describe('rows that are rejected, skipped, held or forgotten'),
  unknownObjects: count,
  applications: count,
  files: z.array(file),
} satisfies Record<keyof Rebuilt, z.ZodType>;

const rekeying = {
  was: z.string(),
  key: z.string(),
  by: z.enum(['content', 'key', 'near', 'file']).describe('how it was found'),
  fields: z.array(path).describe('in which the export differs from what was last written'),
  replaces: z.boolean().describe('a record of the new key, whose object is gone, gives way').optional(),
} satisfies Record<keyof Rekeying, z.ZodType>;

const manifest = {
  kind: z.string(),
  format: z.string(),
  baseUrl: z.string(),
  appId: z.string(),
  file: z.string().describe('name of the file beside the manifest'),
  bytes: count,
  sha256: z.string(),
  objects: count,
  pages: count,
  applications: counts('read', 'refused', 'duplicates', 'unusable', 'empty').extend({
    from: z.string(),
    sha256: z.string().describe('of the ids, one per line'),
  }),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  sessions: count.describe('processes that worked on it: 1 unless it was interrupted'),
} satisfies Record<keyof Manifest, z.ZodType>;

/**
 * What commands print as JSON, and for a newcomer what that is. Each is published as `hire-sync/NAME.schema.json`; a command
 * names those that it prints in its declaration. Names may be added to an object in later versions; none changes its
 * meaning or goes within a major version.
 */
export const SCHEMAS = {
  report: everySchema.describe(
    'the report of a plan, sync, validation, verify or undo; of several pipelines',
  ),
  status: statusSchema.describe('how every pipeline stands'),
  forget: forgetSchema.describe('what was erased of records, and what was not: certificates'),
  prune: pruneSchema.describe('what was erased because its time was over, and what stays'),
  runs: runsSchema.describe('past runs, or one of them, as the ledger noted them'),
  'ledger-export': idSchema.describe('a line of the map from source keys to Feishu ids'),
  'ledger-rebuild': z
    .object({ run: z.string(), pipeline: z.string(), ...rebuilt })
    .describe('what a rebuild of the ledger found; rows and objects'),
  rekey: z
    .object({
      pipeline: z.string(),
      vanished: count.describe('records that the export no longer has'),
      created: count.describe('keys that the ledger does not know'),
      pairs: z.array(z.object(rekeying)),
    })
    .describe('records that the export has under other keys'),
  pull: z.object(manifest).describe('what a pull came to'),
  probe: findingsSchema.describe('what a probe found, as in probe.json'),
} as const satisfies Readonly<Record<string, z.ZodType>>;

export type SchemaName = keyof typeof SCHEMAS;

/** What is printed under a schema. */
export type Printed<Name extends SchemaName> = Frozen<z.input<(typeof SCHEMAS)[Name]>>;

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

/** A schema as JSON Schema (draft 2020-12). It says nothing of names that it does not have: a later version may have more. */
export function jsonSchemaOf(name: SchemaName): object {
  return z.toJSONSchema(SCHEMAS[name], {
    io: 'input',
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
}
