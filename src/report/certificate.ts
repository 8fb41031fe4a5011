import type { Bilingual, Language } from '../plan/shape.ts';
import type { Certificate, ForgetReport, InFiles, Unreached, Whereabouts } from '../result/certificate.ts';
import { KEPT_WORDS } from './prune.ts';
import { joined, w } from './sentences.ts';
import { zonedTime } from './times.ts';

/** What lies where, in words: see `docs/operations.md`. */
const FILES: Readonly<Record<Exclude<keyof Whereabouts, 'ledger' | 'feishuId'>, Bilingual>> = {
  runData: KEPT_WORDS.runData,
  rejects: KEPT_WORDS.rejects,
  savedPlans: KEPT_WORDS.savedPlans,
  spools: KEPT_WORDS.spools,
  backups: KEPT_WORDS.backups,
};

const TABLES: Readonly<Record<string, Bilingual>> = {
  entry: w('记录', 'record'),
  version: KEPT_WORDS.replacedVersions,
  replaced: w('被代替的旧记录', 'records that were created anew'),
  waiting: w('等待对照表的行', 'waiting row'),
  attempt: w('请求日志', 'requests noted'),
  run_issue: w('未处理行的登记', 'open rows noted'),
  raw_mark: w('字节标记', 'known by its bytes'),
  generation: w('新建次数', 'creates counted'),
  decided: w('待执行的决定', 'decision'),
  refused: w('被拒绝的登记', 'refusal noted'),
};

const UNREACHED_WORDS: Readonly<Record<Unreached, Bilingual>> = {
  'source-export': w('原系统及其导出文件', 'the source system and its exports'),
  'feishu-bin': w(
    '飞书自己保留的内容（回收站、日志、备份）',
    'what Feishu itself keeps: its recycle bin, logs and backups',
  ),
  'copies-elsewhere': w(
    '存放在别处的副本：备份、保存的计划、改过的拒绝文件',
    'copies that lie elsewhere: backups, saved plans, corrected reject files',
  ),
  reports: w('已导出、打印或发送的报告', 'reports that were exported, printed or sent'),
  logs: w('日志中的记录编号', 'record keys in logs'),
  'freed-blocks': w(
    '文件系统已释放的磁盘块（由卷加密负责）',
    'blocks that the file system has freed (the encryption of the volume is for that)',
  ),
};

/** Where records are, for the person who is asked. */
export function* whereaboutsText(
  found: readonly { readonly record: { readonly key: string }; readonly at: Whereabouts }[],
  language: Language,
): Generator<string> {
  for (const { record, at } of found) {
    yield `${record.key}:`;
    const parts = partsOf(at);
    if (parts.length === 0)
      yield `  ${w('没有找到任何内容：请核对编号；此后任何运行都不会新建它', 'nothing is known of it: mind the spelling. From now on no run creates it')[language]}`;
    for (const part of parts) yield `  ${part[language]}`;
  }
}

function partsOf({ ledger, feishuId, ...files }: Whereabouts): readonly Bilingual[] {
  const rows = Object.entries(ledger)
    .filter(([, n]) => n > 0)
    .map(([table, n]) => {
      const { zh, en } = TABLES[table] ?? w(table, table);
      return w(`${zh} ${n}`, `${en} ${n}`);
    });
  const tables = joined(rows);
  const inFiles = Object.entries(files as Readonly<Record<keyof typeof FILES, InFiles>>)
    .filter(([, one]) => one.files > 0)
    .map(([name, one]) => {
      const { zh, en } = FILES[name as keyof typeof FILES];
      return w(`${zh}：${one.files} 个文件，${one.rows} 处`, `${en}: ${one.files} files, ${one.rows} rows`);
    });
  return [
    ...(feishuId === null ? [] : [w(`飞书：${feishuId}`, `Feishu: ${feishuId}`)]),
    ...(rows.length === 0 ? [] : [w(`台账：${tables.zh}`, `ledger: ${tables.en}`)]),
    ...inFiles,
  ];
}

/** The certificates of a forgetting, for whoever signs that it was done. */
export function* certificateText(report: ForgetReport, language: Language, zone: string): Generator<string> {
  for (const certificate of report.certificates)
    for (const line of linesOf(certificate, zone)) yield line[language];
  const requests = Object.entries(report.requests).map(([endpoint, { sent }]) =>
    w(`${endpoint} ${sent}`, `${endpoint} ${sent}`),
  );
  const sent = joined(requests);
  if (requests.length > 0) yield w(`请求：${sent.zh}。`, `Requests: ${sent.en}.`)[language];
}

function* linesOf(certificate: Certificate, zone: string): Generator<Bilingual> {
  const { pipeline, key, begunAt, endedAt, app, ledger, erased, feishu, plans, looked, left, unreached } =
    certificate;
  yield w(`遗忘证明：${pipeline} ${key}`, `Certificate of erasure: ${pipeline} ${key}`);
  const [from, to] = [begunAt, endedAt].map((at) => zonedTime(Date.parse(at), zone));
  const whose =
    app === null
      ? w('尚未绑定应用', 'nobody’s')
      : w(`应用 ${app.appId}，${app.baseUrl}`, `app ${app.appId} at ${app.baseUrl}`);
  yield w(`  开始 ${from}，结束 ${to}`, `  begun ${from}, ended ${to}`);
  yield w(`  台账 ${ledger}（${whose.zh}）`, `  ledger ${ledger} (${whose.en})`);
  const parts = partsOf({ ...erased, feishuId: null });
  yield parts.length === 0
    ? w('  本机没有找到其内容', '  nothing of it was found here')
    : w('  本机已抹除：', '  erased here:');
  for (const part of parts) yield w(`    ${part.zh}`, `    ${part.en}`);
  const deleted = feishu.deleted.join(', ');
  if (feishu.deleted.length > 0) yield w(`  飞书中已删除：${deleted}`, `  deleted in Feishu: ${deleted}`);
  else if (feishu.notDeleted.length === 0) yield w('  飞书中没有它的对象', '  Feishu has no object of it');
  for (const { ids, code } of feishu.notDeleted) {
    const why =
      code === null ? w('', '') : w(`（飞书拒绝，代码 ${code}）`, ` (Feishu refused, code ${code})`);
    const which =
      ids.length > 1
        ? w(`${ids.join('、')} 之一`, `one of ${ids.join(', ')}`)
        : w(
            ids[0] ?? '编号未知，其新建请求没有收到结果',
            ids[0] ?? 'under an id that nobody knows: its create got no answer',
          );
    yield w(
      `  飞书中未删除，请人工处理：${which.zh}${why.zh}`,
      `  NOT deleted in Feishu, to be deleted there by hand: ${which.en}${why.en}`,
    );
  }
  for (const { was, is } of plans)
    yield w(`  保存的计划已重写：sha256 ${was} → ${is}`, `  saved plan written anew: sha256 ${was} → ${is}`);
  yield w(`  事后另检查了 ${looked} 个文件`, `  ${looked} other files looked through afterwards`);
  for (const file of left)
    yield w(`  仍含该编号或无法检查：${file}`, `  still names it, or could not be looked into: ${file}`);
  const never = joined(
    unreached.map((one) => UNREACHED_WORDS[one]),
    '；',
    '; ',
  );
  yield w(`  无法触及：${never.zh}。`, `  Not reached: ${never.en}.`);
  yield w(
    '  留下的只有带密钥的散列：任何运行、任何恢复的台账都不会再导入它（`forget --revoke` 可撤销）。',
    '  What is left is a keyed hash, so that no run and no restored ledger brings it back (`forget --revoke` ends that).',
  );
}
