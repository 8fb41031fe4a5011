import { z } from 'zod';
import { type Certificate, type ForgetReport, UNREACHED, type Whereabouts } from '../result/certificate.ts';
import { app, count, counts, requests } from './schema-parts.ts';

/** What `hire-sync forget --json` prints. Published as `hire-sync/forget.schema.json`; the promises are those of `schema.ts`. */

const time = z.iso.datetime();
const inFiles = counts('files', 'rows');
const sha256 = z.string().describe('hex');

const erased = z.object({
  ledger: z.record(z.string(), count).describe('rows by table'),
  runData: inFiles,
  rejects: inFiles,
  savedPlans: inFiles,
  spools: inFiles,
  backups: inFiles,
  feishuId: z.string().nullable(),
} satisfies Record<keyof Whereabouts, z.ZodType>);

const certificate = z.object({
  pipeline: z.string(),
  key: z.string().describe('as it was given; nothing here keeps it'),
  begunAt: time,
  endedAt: time,
  app,
  ledger: z.string(),
  erased,
  feishu: z.object({
    deleted: z.array(z.string()).describe('ids'),
    notDeleted: z
      .array(z.object({ ids: z.array(z.string()), code: z.int().nullable().describe("Feishu's code") }))
      .describe(
        'to be deleted there by hand; code null: Feishu was not asked to, or these are equal objects of which one is meant; no id: its create got no answer',
      ),
  }),
  plans: z.array(z.object({ was: sha256, is: sha256 })).describe('saved plans that were written anew'),
  looked: count.describe(
    'files of the folder of the ledger that are not its own, and were looked through afterwards',
  ),
  left: z.array(z.string()).describe('files that still have the key, or could not be looked into'),
  unreached: z.array(z.enum(UNREACHED)),
} satisfies Record<keyof Certificate, z.ZodType>);

export const forgetSchema = z.object({
  run: z.string(),
  pipeline: z.string(),
  exitCode: z.int(),
  certificates: z.array(certificate),
  requests,
} satisfies Record<keyof ForgetReport, z.ZodType>);
