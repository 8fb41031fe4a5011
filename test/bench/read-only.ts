/** Reads a source to its end and counts: `node read-only.ts PIPELINE SOURCE`. */
import * as self from '../../src/index.ts';
import { batchesOf } from '../../src/readers/batches.ts';
import { openStaging } from '../../src/readers/staging.ts';

const [file = '', folder = ''] = process.argv.slice(2);
const { pipeline } = await self.loadPipeline(file, self);
const staging = openStaging();
let rows = 0;
// Children merged with their parents, as a plan reads them.
const context = { folder, staging, merge: true, onFile: () => {}, onOrphan: () => {} };
for await (const records of batchesOf(pipeline.source.read(context))) rows += records.length;
staging.close();
process.stdout.write(`${JSON.stringify({ rows })}\n`);
