import { writeFileSync } from 'node:fs';
import { reportJsonSchema } from './schema.ts';

// The last step of the build: `hire-sync/report.schema.json` lies beside the compiled schema.
const file = new URL('./report.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(reportJsonSchema(), null, 2)}\n`);
