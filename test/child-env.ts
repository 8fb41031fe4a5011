import { fileURLToPath } from 'node:url';

/**
 * What a child process of a test sees of this one's environment. Node keeps the compiled form of modules in the folder
 * named: hundreds of the children load the same ones.
 */
export const CHILD_ENV = {
  PATH: process.env.PATH,
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../node_modules/.cache/node-compile', import.meta.url)),
};
