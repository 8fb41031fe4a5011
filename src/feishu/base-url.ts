import { HireSyncError } from '../errors.ts';

/** Feishu (China). Lark's apps live on https://open.larksuite.com and are not interchangeable with Feishu's. */
export const DEFAULT_BASE_URL = 'https://open.feishu.cn';

/**
 * Checks the address of the Feishu API and returns it as an origin: `https://open.feishu.cn`, no trailing slash.
 * Plain http is for a sandbox on this machine only: the token would otherwise cross the network readable.
 * @throws HireSyncError CONFIG_INVALID
 */
export function parseBaseUrl(text: string = DEFAULT_BASE_URL): string {
  const url = parse(text);
  if (url.username !== '' || url.password !== '') {
    throw invalid(
      'contains a user name or a password',
      'leave both out; the app signs in with FEISHU_APP_ID and FEISHU_APP_SECRET',
    );
  }
  const origin = `${url.protocol}//${url.host}`;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw invalid(`is "${shownAddress(text)}"`, `write it with https://, for example ${DEFAULT_BASE_URL}`);
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw invalid(
      `is "${shownAddress(text)}"`,
      'plain http is allowed for this machine only (127.0.0.1, ::1, localhost); use https',
    );
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw invalid(`is "${shownAddress(text)}"`, `leave out everything after the host: ${origin}`);
  }
  return origin;
}

/** An address as messages show it: what may be secret (a user name, a password, what follows a `?`) is not repeated. */
export function shownAddress(text: string): string {
  try {
    const { protocol, host, pathname } = new URL(text.trim());
    return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
  } catch {
    return 'something that is no address';
  }
}

function parse(text: string): URL {
  try {
    return new URL(text.trim());
  } catch (cause) {
    throw invalid('is not a URL', `write it like ${DEFAULT_BASE_URL}`, cause);
  }
}

/** Whether it is this machine. @param hostname as `URL` gives it, which has brought 127.1, 0x7f000001 and the like into dotted form */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function invalid(what: string, advice: string, cause?: unknown): HireSyncError {
  return new HireSyncError('CONFIG_INVALID', `The address of the Feishu API ${what}: ${advice}.`, { cause });
}
