// Raised before a connection existed, so before any byte of the request could leave.
const BEFORE_CONNECTED: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_NODATA',
  'EAI_NONAME',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_PRX_TLS',
  'UND_ERR_PRX_CONN',
  // The server's certificate was not accepted; Node's and OpenSSL's names.
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const MAX_LENGTH = 200;

/**
 * Whether an error proves that no byte of the request left. An error with several causes (one per address tried)
 * proves it only if each of them does.
 */
export function provesUnsent(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(provesUnsent);
  if (!(error instanceof Error)) return false;
  // ECONNREFUSED, EHOSTUNREACH … of `connect`; the same code of `write` comes too late to prove anything.
  if ('syscall' in error && error.syscall === 'connect') return true;
  return BEFORE_CONNECTED.has(codeOf(error)) || (error.cause !== undefined && provesUnsent(error.cause));
}

/** An error of the transport in one line, `ECONNRESET: read ECONNRESET`. Holds addresses, never payloads. */
export function describeNetworkError(error: unknown): string {
  const root = rootOf(error);
  if (!(root instanceof Error)) return 'unknown error';
  const code = codeOf(root) || root.name;
  const message = root.message.replaceAll(/\s+/g, ' ').slice(0, MAX_LENGTH);
  return message === '' || message === code ? code : `${code}: ${message}`;
}

// `fetch failed` and an AggregateError say nothing themselves; what happened is in the innermost error.
function rootOf(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return rootOf(error.errors[0]);
  if (error instanceof Error && error.cause instanceof Error) return rootOf(error.cause);
  return error;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
