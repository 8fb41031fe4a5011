import { fileURLToPath } from 'node:url';
import { SANDBOX_APP } from '../src/sandbox/index.ts';

/**
 * What a child process of a test sees of this one's environment. Node keeps the compiled form of modules in the folder
 * named: hundreds of the children load the same ones.
 */
export const CHILD_ENV = {
  PATH: process.env.PATH,
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../node_modules/.cache/node-compile', import.meta.url)),
};

/** Address and credentials of a sandbox. */
export function sandboxEnv(url: string): Readonly<Record<string, string>> {
  return {
    FEISHU_BASE_URL: url,
    FEISHU_APP_ID: SANDBOX_APP.appId,
    FEISHU_APP_SECRET: SANDBOX_APP.appSecret,
  };
}
