/**
 * The one door to what is known of records that did not change since a night on which Feishu came to hold them: they are
 * told by their raw bytes, and need not be parsed. See ARCHITECTURE.md.
 */
export { markOf } from './compare.ts';
export { type Scan, scanSource } from './scan.ts';
export type { FileFacts } from './scan-file.ts';
export { createUnmatchedKeys } from './unmatched-keys.ts';
