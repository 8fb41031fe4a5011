import { expect, test } from 'vitest';
import { DEFAULT_BASE_URL, parseBaseUrl } from '../../src/feishu/base-url.ts';

test.each([
  [undefined, DEFAULT_BASE_URL],
  ['https://open.larksuite.com', 'https://open.larksuite.com'],
  ['https://OPEN.feishu.cn/', 'https://open.feishu.cn'],
  ['https://feishu.intra.example:8443', 'https://feishu.intra.example:8443'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['http://127.9.9.9:8080', 'http://127.9.9.9:8080'],
  ['http://localhost:8080', 'http://localhost:8080'],
  ['http://[::1]:8080', 'http://[::1]:8080'],
])('%s is taken as %s', (text, origin) => {
  expect(parseBaseUrl(text)).toBe(origin);
});

test.each([
  ['open.feishu.cn', 'not a URL'],
  ['', 'not a URL'],
  ['ftp://open.feishu.cn', 'https://'],
  ['http://open.feishu.cn', 'this machine only'],
  ['http://127.0.0.1.example.com', 'this machine only'],
  ['http://localhost.example.com', 'this machine only'],
  ['https://open.feishu.cn/open-apis', 'leave out everything after the host: https://open.feishu.cn'],
  ['https://open.feishu.cn/?a=1', 'leave out everything after the host'],
  ['https://open.feishu.cn/#a', 'leave out everything after the host'],
])('%s is refused: %s', (text, why) => {
  expect(() => parseBaseUrl(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  expect(() => parseBaseUrl(text)).toThrow(why);
});

test('credentials in the address are refused and not repeated', () => {
  let message = '';
  try {
    parseBaseUrl('https://user:hunter2@open.feishu.cn');
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).toContain('user name or a password');
  expect(message).not.toContain('hunter2');
});
