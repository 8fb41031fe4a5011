import { writeFileSync } from 'node:fs';
import { forgetJsonSchema } from './forget-schema.ts';
import { pruneJsonSchema } from './prune-schema.ts';
import { reportJsonSchema } from './schema.ts';
import { statusJsonSchema } from './status-schema.ts';

// The last step of the build: `hire-sync/report.schema.json` and its like lie beside the compiled schemas.
const SCHEMAS = {
  report: reportJsonSchema(),
  status: statusJsonSchema(),
  forget: forgetJsonSchema(),
  prune: pruneJsonSchema(),
};
for (const [name, schema] of Object.entries(SCHEMAS))
  writeFileSync(new URL(`./${name}.schema.json`, import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);
