import type { InterviewBody } from '../../src/sandbox/bodies.ts';
import { SANDBOX_APP, type Sandbox } from '../../src/sandbox/index.ts';

interface Envelope {
  readonly code: number;
  readonly tenant_access_token?: string;
  readonly data?: { readonly external_interview?: { readonly id: string } };
}

/** Somebody deletes an interview in Feishu. */
export async function deleteInFeishu(sandbox: Sandbox, id: string): Promise<void> {
  await call(sandbox, 'DELETE', `/hire/v1/external_interviews/${id}`, {});
}

/** Somebody changes an interview in Feishu. */
export async function editInFeishu(sandbox: Sandbox, id: string, body: InterviewBody): Promise<void> {
  await call(sandbox, 'PUT', `/hire/v1/external_interviews/${id}`, body);
}

/** Somebody enters an interview in Feishu. Returns its id. */
export async function createInFeishu(sandbox: Sandbox, body: InterviewBody): Promise<string> {
  const created = await call(sandbox, 'POST', '/hire/v1/external_interviews', body);
  return created.data!.external_interview!.id;
}

async function call(sandbox: Sandbox, method: string, path: string, body: object): Promise<Envelope> {
  const { appId, appSecret } = SANDBOX_APP;
  const signedIn = await send(sandbox, 'POST', '/auth/v3/tenant_access_token/internal', {
    app_id: appId,
    app_secret: appSecret,
  });
  return send(sandbox, method, path, body, signedIn.tenant_access_token);
}

async function send(
  { fetch }: Sandbox,
  method: string,
  path: string,
  body: object,
  token = '',
): Promise<Envelope> {
  const headers = { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${token}` };
  const url = `http://sandbox/open-apis${path}`;
  const response = await fetch(new Request(url, { method, headers, body: JSON.stringify(body) }));
  const envelope = (await response.json()) as Envelope;
  if (envelope.code !== 0) throw new Error(`${method} ${path} was refused: ${JSON.stringify(envelope)}`);
  return envelope;
}
