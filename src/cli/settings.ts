import { ENDINGS, FORMATS } from '../report/formats.ts';
import { LANGUAGES } from '../report/language.ts';
import { w } from '../report/sentences.ts';
import { FAIL_ON } from '../result/report.ts';
import {
  type Flags,
  fileOnly,
  number,
  oneOf,
  or,
  path,
  several,
  span,
  text,
  toggle,
  type Values,
} from './flag.ts';
import { limiter } from './limiter-address.ts';
import { addressFile, notify } from './notify-settings.ts';
import { retention } from './retention-settings.ts';

const PER_SECOND = {
  min: 0.1,
  max: 1000,
  whole: false,
  allowed: w('必须是每秒请求数，0.1 到 1000', 'it must be a number of requests per second from 0.1 to 1000'),
} as const;

/**
 * Every setting, once: what `hire-sync.config.json` can hold. A command offers some of them as flags (`settings('rate')`);
 * what is said for one run only (`--allow`, `--yes`) is declared where it is used, and is no setting.
 */
const DECLARED = {
  ledger: or('.hire-sync/ledger.db', path('<file>', w('同步台账', 'the ledger'))),
  source: path(
    '<dir>',
    w(
      '导出所在的文件夹（默认：同步规则的 sourceDir）',
      "folder of the export (default: the pipeline's sourceDir)",
    ),
  ),
  sourceAppId: {
    ...text('<id>', 'app of the tenant that the pipeline reads from'),
    environment: 'SOURCE_FEISHU_APP_ID',
  },
  sourceRate: number(
    '<n>',
    'reads per second from that tenant (default: 9, or 45 of the 50 of v1-interviews)',
    PER_SECOND,
  ),
  pipelines: {
    ...several(path('<file>', 'what plan, validate and sync take where none is named')),
    isOffLine: true,
  },
  // Just under the documented 10 requests/s per endpoint: the window's kind is not documented, and another program may
  // use the same app.
  rate: or(
    9,
    number(
      '<n>',
      w('每秒写入次数；读取另有同样多', 'writes per second; reads have as many of their own'),
      PER_SECOND,
    ),
  ),
  limiter: limiter('share the rate with other processes through a Redis: redis://host:port[/db]'),
  probe: path('<file>', 'what a probe of this tenant found (default: probe.json beside the ledger)'),
  onDrift: oneOf(
    '<policy>',
    w(
      '飞书中被修改的：overwrite 以原系统为准，keep 保留，hold 待处理（默认按同步规则，否则 overwrite）',
      'what Feishu was changed to: overwrite, keep or hold (default: as the pipeline says, else overwrite)',
    ),
    ['overwrite', 'keep', 'hold'],
  ),
  repairDrift: toggle(w('原系统没有变化的也改回', 'also where the source did not change')),
  recreateMissing: toggle(w('重新创建在飞书中被删除的', 'create again what was deleted in Feishu')),
  full: toggle(
    w(
      '重新解析所有记录，包括没有变化的',
      'parse every record, also those whose bytes have not changed since they were settled',
    ),
  ),
  remote: toggle(
    w(
      '与飞书中的现状比较（需要凭证，不发出写入）',
      'compare with what Feishu holds now (needs credentials, sends nothing)',
    ),
  ),
  detailedExitcode: toggle(
    w('有变化时退出码为 10，没有时为 0', 'exit 10 when there are changes, 0 when there are none'),
  ),
  keepGoing: toggle(
    w(
      '几套同步规则时，其中一套被停止后继续其余的',
      'of several pipelines, go on after one that a guard or a faulty export stops',
    ),
  ),
  failOn: or(
    'any',
    oneOf(
      '<rows>',
      w(
        '哪些未处理的行使退出码为 3：any 任何，new 新出现的，stopped 都不',
        'open rows that make the exit code 3: any, new (not open last time for the same reason), or with stopped none',
      ),
      FAIL_ON,
    ),
  ),
  knownOnly: toggle(
    w('不查找同一投递之下的其他对象', 'do not look for other objects under the same applications'),
  ),
  deadline: text(
    '<time>',
    w(
      '到这个当地时间还不能完成时提醒，如 06:00',
      'warn if it would not be done by this local time, such as 06:00',
    ),
    /^([01]\d|2[0-3]):[0-5]\d$/,
    w('必须是当地时间 00:00 到 23:59，如 06:00', 'a local time from 00:00 to 23:59, such as 06:00'),
  ),
  notify,
  pingUrlFile: addressFile('pingUrlFile', 'file with the address of a dead-man switch', 'HIRE_SYNC_PING_URL'),
  metrics: path(
    '<file>',
    'write how the run ended to this file as OpenMetrics text',
    /\.prom$/i,
    w('必须是以 .prom 结尾的文件名', 'it must be the name of a file that ends with .prom'),
  ),
  keepBackups: or(
    3,
    number(
      '<n>',
      w(
        '写入前保留的同步台账副本数；0 表示不保留',
        'copies of the ledger that runs make before they write, so many are kept; 0 makes none',
      ),
      {
        min: 0,
        max: 999,
        whole: true,
        allowed: w('必须是 0 到 999 的副本数', 'it must be a number of copies from 0 to 999'),
      },
    ),
  ),
  maxAge: span(
    w('最近一次完成的运行最多可以多久以前', 'how long ago the last finished run of a pipeline may be'),
    '26h',
  ),
  maxOpen: span(w('一行最多可以多久未处理', 'how long a row may be open'), '7d'),
  retention,
  format: oneOf(
    '<format>',
    w(
      '输出到 stdout 的报告：text、json、csv 或 html（默认 text）',
      'report on stdout: text, json, csv or html (default: text)',
    ),
    FORMATS,
  ),
  report: several(
    path(
      '<file>',
      w(
        '同时写到文件，格式由扩展名决定；可重复',
        'write it to a file as well, format by its ending; may be repeated',
      ),
      new RegExp(`\\.(${ENDINGS.join('|')})$`, 'i'),
      w(
        `扩展名决定格式，可选 ${ENDINGS.map((ending) => `.${ending}`).join('、')}`,
        `its ending names the format, one of ${ENDINGS.map((ending) => `.${ending}`).join(', ')}`,
      ),
    ),
  ),
  lang: oneOf(
    '<language>',
    w('zh 或 en（默认取自 LC_ALL、LC_MESSAGES、LANG）', 'zh or en (default: from LC_ALL, LC_MESSAGES, LANG)'),
    LANGUAGES,
  ),
  redact: toggle(w('报告中隐去姓名和评语', 'leave names and notes out of the reports')),
  limit: or(
    20,
    number('<n>', w('每类列出前几条；0 列出全部', 'rows listed of each kind; 0 = all'), {
      min: 0,
      max: 999_999_999,
      whole: true,
      allowed: w('必须是整数；0 列出全部', 'it must be a whole number; 0 lists all'),
    }),
  ),
  logLevel: or(
    'warn',
    oneOf('<level>', 'debug, info, warn, error or silent', ['debug', 'info', 'warn', 'error', 'silent']),
  ),
  logFormat: or('json', oneOf('<format>', 'json or pretty', ['json', 'pretty'])),
  // What a command line could switch off would bind nobody.
  ...fileOnly({ requireApproval: toggle('sync carries out only a saved plan that somebody has signed') }),
} as const satisfies Flags;

type Declared = typeof DECLARED;
export type SettingName = keyof Declared;

/** The settings by their names, with the values that commands get. */
export type Settings = Values<Declared>;

/** All settings, marked as such. */
export const SETTINGS = Object.fromEntries(
  Object.entries(DECLARED).map(([name, flag]) => [name, { ...flag, isSetting: true }]),
) as unknown as Declared;

/** Settings that a command offers as flags. */
export function settings<const N extends SettingName>(...names: readonly N[]): Pick<Declared, N> {
  return Object.fromEntries(names.map((name) => [name, SETTINGS[name]])) as unknown as Pick<Declared, N>;
}
