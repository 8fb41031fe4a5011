import { mkdirSync, writeFileSync } from 'node:fs';
import { jsonSchemaOf, SCHEMAS, type SchemaName } from './schemas.ts';
import { settingsJsonSchema } from './settings-file.ts';

// The last step of the build. `settings.schema.json` is what an editor checks hire-sync.config.json with; the others are
// what commands print.
const publish = (file: string, schema: object): void =>
  writeFileSync(new URL(file, import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);

publish('../cli/settings.schema.json', settingsJsonSchema());
mkdirSync(new URL('../cli/schemas/', import.meta.url), { recursive: true });
for (const name of Object.keys(SCHEMAS) as SchemaName[])
  publish(`../cli/schemas/${name}.schema.json`, jsonSchemaOf(name));
