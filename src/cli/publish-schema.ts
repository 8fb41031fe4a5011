import { writeFileSync } from 'node:fs';
import { settingsJsonSchema } from './settings-file.ts';

// A step of the build: `hire-sync/settings.schema.json` is what an editor checks hire-sync.config.json with.
const file = new URL('../cli/settings.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(settingsJsonSchema(), null, 2)}\n`);
