import { writeFileSync } from 'node:fs';
import { reportJsonSchema } from './schema.ts';
import { statusJsonSchema } from './status-schema.ts';

// The last step of the build: `hire-sync/report.schema.json` and its like lie beside the compiled schemas.
const SCHEMAS = { report: reportJsonSchema(), status: statusJsonSchema() };
for (const [name, schema] of Object.entries(SCHEMAS))
  writeFileSync(
    new URL(`../report/${name}.schema.json`, import.meta.url),
    `${JSON.stringify(schema, null, 2)}\n`,
  );
