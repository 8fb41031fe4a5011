import { z } from 'zod';
import { digits, epochMs, text } from './payloads.ts';
import { defineTarget } from './target.ts';

const schema: z.ZodType<ExternalBackgroundCheck> = z.strictObject({
  external_application_id: digits,
  date: epochMs.optional(),
  name: text.optional(),
  result: text.optional(),
  attachment_id_list: z.array(digits).optional(),
});

/** A background check as Feishu Hire stores it: the body of an update, and of a create without its `external_id`. */
export interface ExternalBackgroundCheck {
  /** Id of the application (外部投递) in Feishu: a string of 1 to 20 digits, looked up by the id in the old system. */
  readonly external_application_id: string;
  /** When the check was made: milliseconds since 1970 (UTC), between 1990 and 2100. */
  readonly date?: number | undefined;
  /** What the check is called: plain text, such as the vendor and its number. */
  readonly name?: string | undefined;
  /** What came of it: plain text. Feishu has no closed list of results. */
  readonly result?: string | undefined;
  /** Ids of files that were uploaded to Feishu before: strings of digits. */
  readonly attachment_id_list?: readonly string[] | undefined;
}

/** external-background-check-batch-query.md; create, update and delete as in platform.md §1. */
export const externalBackgroundCheck = defineTarget({
  name: 'external_background_check',
  label: { zh: '背调', en: 'background check' },
  schema,
  shapeIsExact: true,
  dateField: 'date',
  near: { who: 'name', texts: ['result'] },
  verdicts: ['result'],
  // A body names its attachments by id; an answer shows each with name and size.
  readBack: ({ attachment_list, ...found }) => ({ ...found, attachment_id_list: idsOf(attachment_list) }),
  shape: {
    kind: 'object',
    fields: [
      {
        name: 'external_application_id',
        shape: { kind: 'id' },
        label: { zh: '外部投递', en: 'application' },
        required: true,
      },
      { name: 'date', shape: { kind: 'instant' }, label: { zh: '背调日期', en: 'date' } },
      { name: 'name', shape: { kind: 'text' }, label: { zh: '背调名称', en: 'name' } },
      { name: 'result', shape: { kind: 'text' }, label: { zh: '背调结果', en: 'result' } },
      {
        name: 'attachment_id_list',
        // No document says that Feishu keeps their order.
        shape: { kind: 'list', of: { kind: 'id' }, unordered: true },
        label: { zh: '附件', en: 'attachment' },
      },
    ],
  },
});

function idsOf(attachments: unknown): readonly unknown[] {
  return Array.isArray(attachments) ? attachments.map((one: { readonly id?: unknown }) => one?.id) : [];
}
