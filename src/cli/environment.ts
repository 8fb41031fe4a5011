import { readFileSync } from 'node:fs';
import { HireSyncError } from '../errors.ts';

/** What hire-sync takes from the environment, as plain data. Nothing else reads `process.env`. */
export interface Environment {
  readonly baseUrl: string | undefined;
  readonly appId: string | undefined;
  readonly appSecret: string | undefined;
  readonly appSecretFile: string | undefined;
  readonly httpProxy: string | undefined;
  readonly httpsProxy: string | undefined;
  readonly noProxy: string | undefined;
  /** The locale of messages: `zh_CN.UTF-8`. */
  readonly locale: string | undefined;
}

/** An empty variable counts as absent: `FEISHU_BASE_URL=` in a crontab means "the default". */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  const first = (...names: readonly string[]): string | undefined =>
    names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
  return {
    baseUrl: first('FEISHU_BASE_URL'),
    appId: first('FEISHU_APP_ID'),
    appSecret: first('FEISHU_APP_SECRET'),
    appSecretFile: first('FEISHU_APP_SECRET_FILE'),
    httpProxy: first('http_proxy', 'HTTP_PROXY'),
    httpsProxy: first('https_proxy', 'HTTPS_PROXY'),
    noProxy: first('no_proxy', 'NO_PROXY'),
    locale: first('LC_ALL', 'LC_MESSAGES', 'LANG'),
  };
}

/** @throws HireSyncError CREDENTIALS_MISSING naming every variable that is missing, and how to set it */
export function credentialsOf(environment: Environment): {
  readonly appId: string;
  readonly appSecret: string;
} {
  const { appId, appSecret, appSecretFile } = environment;
  const missing = [
    ...(appId === undefined ? ['FEISHU_APP_ID'] : []),
    ...(appSecret === undefined && appSecretFile === undefined
      ? ['FEISHU_APP_SECRET or FEISHU_APP_SECRET_FILE']
      : []),
  ];
  if (appId === undefined || missing.length > 0) {
    throw new HireSyncError(
      'CREDENTIALS_MISSING',
      `Missing in the environment: ${missing.join(', ')}. They are the App ID and App Secret of a self-built Feishu app ` +
        '(developer console → Credentials) with the scope hire:external_application. `hire-sync plan` needs none.',
    );
  }
  return { appId, appSecret: appSecret ?? secretFrom(appSecretFile ?? '') };
}

function secretFrom(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new HireSyncError(
      'CREDENTIALS_MISSING',
      `FEISHU_APP_SECRET_FILE names ${file}, which cannot be read (${code}).`,
    );
  }
  if (text === '')
    throw new HireSyncError('CREDENTIALS_MISSING', `FEISHU_APP_SECRET_FILE names ${file}, which is empty.`);
  return text;
}
