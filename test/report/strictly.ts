import { Ajv2020 } from 'ajv/dist/2020.js';
import { jsonSchemaOf, type SchemaName } from '../../src/cli/schemas.ts';

/** The schema with no room for names it does not tell: what it leaves out would be undocumented. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, strict(value)]));
  // Where it says itself what else there may be (the data of a reason's code), that stands.
  return 'properties' in inner ? { additionalProperties: false, ...inner } : inner;
}

const validators = new Map<SchemaName, ReturnType<Ajv2020['compile']>>();

/** What a published schema, taken strictly, says against a JSON text. */
export function errorsIn(text: string, name: SchemaName = 'report'): readonly object[] {
  const ajv = new Ajv2020({ allErrors: true, strict: false, formats: { 'date-time': true } });
  const validate = validators.get(name) ?? ajv.compile(strict(jsonSchemaOf(name)) as object);
  validators.set(name, validate);
  validate(JSON.parse(text));
  return validate.errors ?? [];
}
