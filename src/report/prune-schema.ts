import { z } from 'zod';
import { KEPT_KINDS, type Named, NEEDS, type Pruned } from '../result/retention.ts';
import { count } from './schema-parts.ts';

/** What `hire-sync prune --json` prints. Published as `hire-sync/prune.schema.json`; the promises are those of `schema.ts`. */

const named = {
  kind: z.enum(KEPT_KINDS),
  name: z.string().describe('a run, or a file'),
  at: z.iso.datetime(),
  size: count.describe('bytes of files, rows of replaced versions'),
} satisfies Record<keyof Named, z.ZodType>;

export const pruneSchema = z.object({
  dryRun: z.boolean(),
  gone: z.array(z.object(named)),
  stays: z.array(z.object({ ...named, why: z.enum(NEEDS) })).describe('beyond their limit, and needed'),
} satisfies Record<keyof Pruned, z.ZodType>);
