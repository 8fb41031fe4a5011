import { z } from 'zod';

/** Request bodies as the API documents print them. Names that are not documented are dropped, as a tolerant server does. */

const text = z.string().exactOptional();
/** A whole number that JSON carries exactly (int64 in the documents). */
const whole = z.int().exactOptional();
const oneOf = <const T extends readonly number[]>(values: T) => z.literal(values).exactOptional();

const assessment = z.object({
  username: text,
  conclusion: oneOf([1, 2, 3]),
  assessment_dimension_list: z
    .array(
      z.object({
        score: whole,
        option: text,
        options: z.array(z.string()).exactOptional(),
        content: text,
        assessment_type: oneOf([1, 2, 3, 4]),
        title: text,
        description: text,
      }),
    )
    .exactOptional(),
  content: text,
});

/** Body of PUT external_interviews/:id. */
export const interviewBody = z.object({
  external_application_id: z.string().min(1),
  participate_status: oneOf([1, 2, 3]),
  begin_time: whole,
  end_time: whole,
  interview_assessments: z.array(assessment).exactOptional(),
});

/** Body of PUT external_background_checks/:id. */
export const backgroundCheckBody = z.object({
  external_application_id: z.string().min(1),
  date: whole,
  name: text,
  result: text,
  attachment_id_list: z.array(z.string()).exactOptional(),
});

/** What POST takes beside the body of PUT. Empty counts as not given, as it does for the platform's string fields. */
export const idempotencyBody = z.object({ external_id: text });

/** Body of POST tenant_access_token/internal. */
export const tokenBody = z.object({ app_id: z.string().min(1), app_secret: z.string().min(1) });

export const attachmentBody = z.strictObject({ id: z.string().min(1), name: z.string(), size: z.int() });

/** A native interview as it is seeded: its application, and whatever documented fields the answers shall show. */
export const nativeInterviewBody = z.looseObject({
  id: z.string().min(1).exactOptional(),
  application_id: z.string().min(1),
  begin_time: whole,
  interview_record_list: z.array(z.looseObject({})).exactOptional(),
});

export type InterviewBody = z.infer<typeof interviewBody>;
export type BackgroundCheckBody = z.infer<typeof backgroundCheckBody>;
export type Attachment = z.infer<typeof attachmentBody>;
export type NativeInterview = z.infer<typeof nativeInterviewBody>;

export interface FieldViolation {
  /** Path of the field: `interview_assessments[0].conclusion`; `body` for the whole. */
  readonly field: string;
  /** The offending value as JSON, as Feishu echoes it; `''` when absent. */
  readonly value: string;
  readonly description: string;
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly violations: readonly FieldViolation[] };

/** Holds a parsed body against its schema; one violation for each wrong field. */
export function checkBody<T>(schema: z.ZodType<T>, body: unknown): Checked<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return { ok: true, value: parsed.data };
  const violations = parsed.error.issues.map((issue) => ({
    field: fieldName(issue.path),
    value: valueAt(body, issue.path),
    description: issue.message,
  }));
  return { ok: false, violations };
}

function fieldName(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'body';
  return path.reduce<string>((name, step) => {
    if (typeof step === 'number') return `${name}[${step}]`;
    return name === '' ? String(step) : `${name}.${String(step)}`;
  }, '');
}

function valueAt(body: unknown, path: readonly PropertyKey[]): string {
  let value = body;
  for (const step of path) value = Object(value)[step];
  return JSON.stringify(value) ?? '';
}

/**
 * Reads a request body as strict JSON: valid UTF-8 without BOM, sent as application/json with charset UTF-8 or
 * none. No body at all reads as `{}`.
 */
export function readJson(contentType: string | null, bytes: Uint8Array): Checked<unknown> {
  if (bytes.length === 0) return { ok: true, value: {} };
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(contentType ?? ''))
    return refusedBody('Content-Type must be application/json; charset=utf-8');
  try {
    const json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { ok: true, value: JSON.parse(json) };
  } catch {
    return refusedBody('the body is not valid JSON in UTF-8');
  }
}

function refusedBody(description: string): Checked<never> {
  return { ok: false, violations: [{ field: 'body', value: '', description }] };
}
