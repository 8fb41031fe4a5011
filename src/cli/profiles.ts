import { HireSyncError } from '../errors.ts';
import { shownAddress } from '../feishu/base-url.ts';
import type { Bilingual } from '../plan/shape.ts';
import { nearest } from '../readers/nearest.ts';
import { w } from '../report/sentences.ts';
import { fileOnly, path, text } from './flag.ts';
import type { SettingsFile } from './settings-file.ts';

/** Whom a profile is about: what the environment says otherwise. They stand in profiles only. */
export const TENANT_SETTINGS = fileOnly({
  // It may have a password in it by mistake.
  baseUrl: { ...text('<url>', 'the tenant, as FEISHU_BASE_URL'), isUnquoted: true },
  appId: text('<id>', 'its app, as FEISHU_APP_ID'),
  appSecretFile: path('<file>', 'file with the secret of the app, as FEISHU_APP_SECRET_FILE'),
});

/** `--profile`, offered by all commands that know settings. */
export const PROFILE_FLAG = text(
  '<name>',
  w('使用 hire-sync.config.json 中的这组设置', 'the settings of this profile of hire-sync.config.json'),
  /^[a-z0-9][a-z0-9-]{0,63}$/,
  w('必须是一组设置的名称：小写字母、数字和 -', 'it must be the name of a profile: a-z, 0-9 and "-"'),
);

const VARIABLES = {
  baseUrl: 'FEISHU_BASE_URL',
  appId: 'FEISHU_APP_ID',
  sourceAppId: 'SOURCE_FEISHU_APP_ID',
} as const;

/** Tells `credentialsOf` whose file FEISHU_APP_SECRET_FILE is, where that is a profile's. */
export const SECRET_FILE_OF = 'HIRE_SYNC_SECRET_FILE_OF';

/**
 * The settings of one profile, over those that the file has for all; without a name those for all. The profile's tenant
 * becomes that of `environment`, so that nothing else need know of profiles.
 * @throws HireSyncError CONFIG_INVALID when there is no such profile, none is named where there are some, or the environment
 * names another tenant: rows of one must never go to the other
 */
export function inProfile(
  file: SettingsFile | null,
  name: string | undefined,
  environment: NodeJS.ProcessEnv,
): SettingsFile | null {
  delete environment[SECRET_FILE_OF];
  const profiles = file?.profiles ?? {};
  const names = Object.keys(profiles);
  if (name === undefined) {
    if (names.length === 0) return file;
    throw invalid(
      w(
        `hire-sync.config.json 中有几组设置，各组可能是不同的租户：请用 --profile 指明一组（${names.join('、')}）。`,
        `hire-sync.config.json has profiles, and each may be another tenant: name one with --profile (${names.join(', ')}).`,
      ),
    );
  }
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (file === null || profile === undefined) {
    const [near] = nearest(name, names);
    const hint =
      near === undefined
        ? w(`已有：${names.join('、') || '无'}。`, `There is: ${names.join(', ') || 'none'}.`)
        : w(`是否为“${near}”？`, `Did you mean "${near}"?`);
    throw invalid(
      w(
        `hire-sync.config.json 中没有名为“${name}”的一组设置。${hint.zh}`,
        `hire-sync.config.json has no profile "${name}". ${hint.en}`,
      ),
    );
  }
  const { baseUrl, appId, appSecretFile, ...values } = profile;
  for (const [setting, variable] of Object.entries(VARIABLES)) {
    const [here, there] = [profile[setting], environment[variable]];
    if (here === undefined) continue;
    if (there !== undefined && there !== '' && there !== here) {
      const shown = (value: unknown) => (setting === 'baseUrl' ? shownAddress(String(value)) : String(value));
      throw invalid(
        w(
          `环境变量 ${variable} 是 ${shown(there)}，而这组设置“${name}”用的是 ${shown(here)}（${setting}）。请从环境中去掉 ${variable}，或指明另一组设置。`,
          `${variable} is ${shown(there)} in the environment, and profile "${name}" is about ${shown(here)} (${setting}). Take ${variable} out of the environment, or name another profile.`,
        ),
      );
    }
    environment[variable] = String(here);
  }
  if (appSecretFile !== undefined) {
    delete environment.FEISHU_APP_SECRET;
    environment.FEISHU_APP_SECRET_FILE = TENANT_SETTINGS.appSecretFile.read(appSecretFile, file.folder);
    environment[SECRET_FILE_OF] = name;
  }
  return { ...file, values: { ...file.values, ...values } };
}

function invalid(message: Bilingual): HireSyncError {
  return new HireSyncError('CONFIG_INVALID', message);
}
