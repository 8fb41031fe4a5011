import { readFileSync } from 'node:fs';
import { HireSyncError } from '../errors.ts';
import { w } from '../report/sentences.ts';
import { SECRET_FILE_OF } from './profiles.ts';

/** A Feishu tenant and the app to sign in with, as the environment gives them. */
export interface TenantSettings {
  readonly baseUrl: string | undefined;
  readonly appId: string | undefined;
  readonly appSecret: string | undefined;
  readonly appSecretFile: string | undefined;
  /** The profile of the settings file that names `appSecretFile`. */
  readonly profile?: string | undefined;
}

/** Where to tell how a run ended. All of it is secret: whoever knows one can write there. */
export interface NotifyAddresses {
  readonly botUrl: string | undefined;
  readonly botSecret: string | undefined;
  readonly webhookUrl: string | undefined;
  readonly pingUrl: string | undefined;
}

/** What hire-sync takes from the environment, as plain data; flags take theirs in `command.ts`. Nothing else reads `process.env`. */
export interface Environment extends TenantSettings, NotifyAddresses {
  /** `SOURCE_FEISHU_…`: the tenant that some pipelines read from. */
  readonly source: TenantSettings;
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
  const tenant = (prefix: string): TenantSettings => ({
    baseUrl: first(`${prefix}BASE_URL`),
    appId: first(`${prefix}APP_ID`),
    appSecret: first(`${prefix}APP_SECRET`),
    appSecretFile: first(`${prefix}APP_SECRET_FILE`),
  });
  return {
    ...tenant('FEISHU_'),
    profile: first(SECRET_FILE_OF),
    source: tenant('SOURCE_FEISHU_'),
    botUrl: first('HIRE_SYNC_BOT_URL'),
    botSecret: first('HIRE_SYNC_BOT_SECRET'),
    webhookUrl: first('HIRE_SYNC_WEBHOOK_URL'),
    pingUrl: first('HIRE_SYNC_PING_URL'),
    httpProxy: first('http_proxy', 'HTTP_PROXY'),
    httpsProxy: first('https_proxy', 'HTTPS_PROXY'),
    noProxy: first('no_proxy', 'NO_PROXY'),
    locale: first('LC_ALL', 'LC_MESSAGES', 'LANG'),
  };
}

/** @throws HireSyncError CREDENTIALS_MISSING naming every variable that is missing, and how to set it */
export function credentialsOf(
  environment: TenantSettings,
  prefix: 'FEISHU_' | 'SOURCE_FEISHU_' = 'FEISHU_',
): { readonly appId: string; readonly appSecret: string } {
  const { appId, appSecret, appSecretFile, profile } = environment;
  const missing = [
    ...(appId === undefined ? [`${prefix}APP_ID`] : []),
    ...(appSecret === undefined && appSecretFile === undefined
      ? [`${prefix}APP_SECRET 或 ${prefix}APP_SECRET_FILE`]
      : []),
  ];
  if (appId === undefined || missing.length > 0) {
    const isOurs = prefix === 'FEISHU_';
    const [zh, en] = [missing.join('、'), missing.join(', ').replaceAll(' 或 ', ' or ')];
    throw new HireSyncError(
      'CREDENTIALS_MISSING',
      w(
        `环境变量中缺少：${zh}（请技术人员设置）。它们是飞书自建应用的 App ID 和 App Secret（开发者后台 → 凭证与基础信息），` +
          (isOurs
            ? '该应用需要权限 hire:external_application。`hire-sync plan` 不需要凭证。'
            : '属于读取数据的租户，需要权限 hire:interview:readonly。前者也可用 `--source-app-id` 给出。'),
        `Missing in the environment: ${en}. They are the App ID and App Secret of a self-built Feishu app ` +
          (isOurs
            ? '(developer console → Credentials) with the scope hire:external_application. `hire-sync plan` needs none.'
            : '(developer console → Credentials) of the tenant that is read from, with the scope hire:interview:readonly. `--source-app-id` gives the first, too.'),
      ),
    );
  }
  const setting =
    profile === undefined
      ? `${prefix}APP_SECRET_FILE`
      : `"appSecretFile" of profile "${profile}" (hire-sync.config.json)`;
  return { appId, appSecret: appSecret ?? secretFrom(setting, appSecretFile ?? '') };
}

function secretFrom(setting: string, file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new HireSyncError(
      'CREDENTIALS_MISSING',
      w(
        `${setting} 所指的文件 ${file} 无法读取（${code}）：请把应用的密钥写入该文件并只让您自己能读，或改写另一个文件名。`,
        `${setting} names ${file}, which cannot be read (${code}): write the secret of the app into that file, where only you can read it, or name another.`,
      ),
    );
  }
  if (text === '')
    throw new HireSyncError(
      'CREDENTIALS_MISSING',
      w(
        `${setting} 所指的文件 ${file} 是空的：请写入应用的密钥。`,
        `${setting} names ${file}, which is empty: write the secret of the app into it.`,
      ),
    );
  return text;
}
