/**
 * The steps of a run at which a test may kill it. `client` steps are hit inside the process (see `kill-at.ts`),
 * `server` steps when the request has reached the sandbox (see `world.ts`).
 */
export const CLIENT_STEPS = [
  /** The intent is on disk; no request exists yet. */
  'create:intent',
  'update:intent',
  /** The request exists; no byte of it has left. */
  'create:request',
  'update:request',
  'query:request',
  /** All of it is in the kernel's hands; whether the server sees it before or after the kill is open. */
  'create:sent',
  'update:sent',
  /** The whole answer is there; nobody has looked at it. */
  'create:answer',
  'update:answer',
  'query:answer',
  /** The answer's id is about to be written; afterwards it is on disk. */
  'create:settling',
  'update:settling',
  'create:settled',
  'update:settled',
  /** Recovery gives an object to a record. */
  'adopting',
  'adopted',
  /** Recovery sends an old create anew: its time is on disk, its request is not sent. */
  'renewed',
] as const;

export const SERVER_STEPS = [
  /** The server has the request and never works on it. */
  'create:arrived',
  'update:arrived',
  /** The server has done its work; its answer never leaves. */
  'create:committed',
  'update:committed',
] as const;

export type ClientStep = (typeof CLIENT_STEPS)[number];
export type ServerStep = (typeof SERVER_STEPS)[number];
export type Step = ClientStep | ServerStep;

export function isServerStep(step: Step): step is ServerStep {
  return (SERVER_STEPS as readonly string[]).includes(step);
}

/** What a request is about, as the steps name it; undefined for a token request. */
export function effectOf(method: string, path: string): 'create' | 'update' | 'query' | undefined {
  if (method === 'PUT') return 'update';
  if (path.includes('/batch_query')) return 'query';
  return path.includes('/hire/v1/') ? 'create' : undefined;
}
