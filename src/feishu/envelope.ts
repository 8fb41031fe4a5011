/** Feishu's envelope `{ code, msg, data?, error? }`, read leniently (platform.md §5). */
export interface Envelope {
  readonly code: number;
  /** `msg`, or `message` as the attachment endpoints spell it; `''` when absent. */
  readonly msg: string;
  /** `error.log_id` or `error.logid`, `''` when absent. */
  readonly logId: string;
  readonly scopes: readonly string[];
  readonly helps: readonly string[];
  readonly fields: readonly { readonly field: string; readonly description: string }[];
  /** The whole parsed body. */
  readonly body: Readonly<Record<string, unknown>>;
}

const MAX_TEXT = 1_000;

/** Reads a response body as an envelope; otherwise says what it is instead (never quoting it: it may hold candidate data). */
export function readEnvelope(bytes: Uint8Array): Envelope | { readonly problem: string } {
  if (bytes.length === 0) return { problem: 'an empty body' };
  const body = parse(bytes);
  if (body === undefined) return { problem: `a body of ${bytes.length} bytes that is not JSON` };
  if (!isRecord(body)) return { problem: 'JSON that is not an object' };
  const { code } = body;
  if (typeof code !== 'number' || !Number.isSafeInteger(code))
    return { problem: 'JSON without a numeric "code"' };
  const error = isRecord(body.error) ? body.error : {};
  return {
    code,
    msg: text(body.msg) || text(body.message),
    logId: text(error.log_id) || text(error.logid),
    scopes: records(error.permission_violations)
      .map((one) => text(one.subject) || text(one.scope))
      .filter(Boolean),
    helps: records(error.helps)
      .map((one) => text(one.url))
      .filter(Boolean),
    // Without `value`: it echoes the request.
    fields: records(error.field_violations).map((one) => ({
      field: text(one.field),
      description: text(one.description),
    })),
    body,
  };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes), keepBigIntegers);
  } catch {
    return undefined;
  }
}

// Feishu's ids have 19 digits, beyond 2^53. They are documented as strings; should one come as a number, its digits
// are kept as text.
function keepBigIntegers(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  return context?.source ?? value;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function records(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_TEXT) : '';
}
