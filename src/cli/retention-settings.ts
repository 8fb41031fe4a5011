import { z } from 'zod';
import { w } from '../report/sentences.ts';
import type { Retention } from '../result/retention.ts';
import { type Flag, nested } from './flag.ts';

const most = z.int().min(1).max(36_500);
const DAYS = { days: most.optional().describe('what is older goes') };
const LIMIT = z
  .strictObject({ ...DAYS, runs: most.optional().describe('only so many of the newest stay') })
  .optional();

const SHAPE = z.strictObject({
  rejects: LIMIT.describe('reject files of runs'),
  runData: LIMIT.describe('what the reports of earlier runs are made from; 30 runs without a limit'),
  replacedVersions: LIMIT.describe('in the ledger: what updates have replaced, for an undo'),
  backups: LIMIT.describe('copies of the ledger beside it, and in backups/ there; `runs` counts copies'),
  savedPlans: LIMIT.describe(
    'plans in the folder of the ledger, plans/ there, and the working folder; `runs` counts plans',
  ),
  spools: z.strictObject(DAYS).optional().describe('what an interrupted run has read from another tenant'),
} satisfies Record<keyof Retention, z.ZodType>);

/** How long what holds candidate data is kept; nothing goes without a limit. */
export const retention: Flag<Retention | undefined> = nested(
  w(
    '含候选人数据的文件保留多久，见 docs/operations.md',
    'how long what holds candidate data is kept: see docs/operations.md',
  ),
  SHAPE,
);
