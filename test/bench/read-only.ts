/** Reads a source to its end and counts: `node read-only.ts PIPELINE SOURCE`. */
import * as self from '../../src/index.ts';
import { openStaging } from '../../src/readers/staging.ts';

const [file = '', folder = ''] = process.argv.slice(2);
const { pipeline } = await self.loadPipeline(file, self);
const staging = openStaging();
let rows = 0;
for await (const _record of pipeline.source.read({ folder, staging, onFile: () => {}, onOrphan: () => {} }))
  rows++;
staging.close();
process.stdout.write(`${JSON.stringify({ rows })}\n`);
