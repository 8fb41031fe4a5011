import { SANDBOX_APP, type Sandbox } from '../../src/sandbox/index.ts';
import { PATH, TARGET } from '../target.ts';

interface Envelope {
  readonly code: number;
  readonly tenant_access_token?: string;
  readonly data?: Readonly<Partial<Record<typeof TARGET, { readonly id: string }>>>;
}

/** Somebody deletes an object in Feishu. */
export async function deleteInFeishu(sandbox: Sandbox, id: string): Promise<void> {
  await call(sandbox, 'DELETE', `${PATH}/${id}`, {});
}

/** Somebody changes an object in Feishu. */
export async function editInFeishu(sandbox: Sandbox, id: string, body: object): Promise<void> {
  await call(sandbox, 'PUT', `${PATH}/${id}`, body);
}

/** Somebody enters an object in Feishu. Returns its id. */
export async function createInFeishu(sandbox: Sandbox, body: object): Promise<string> {
  const created = await call(sandbox, 'POST', PATH, body);
  return created.data![TARGET]!.id;
}

async function call(sandbox: Sandbox, method: string, path: string, body: object): Promise<Envelope> {
  const { appId, appSecret } = SANDBOX_APP;
  const signedIn = await send(sandbox, 'POST', '/open-apis/auth/v3/tenant_access_token/internal', {
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
  const url = `http://sandbox${path}`;
  const response = await fetch(new Request(url, { method, headers, body: JSON.stringify(body) }));
  const envelope = (await response.json()) as Envelope;
  if (envelope.code !== 0) throw new Error(`${method} ${path} was refused: ${JSON.stringify(envelope)}`);
  return envelope;
}
