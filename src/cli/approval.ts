import { HireSyncError } from '../errors.ts';
import type { Bilingual } from '../plan/shape.ts';
import { w } from '../report/sentences.ts';
import { quoted } from '../report/telling.ts';
import { type Flag, text } from './flag.ts';
import type { Settings } from './settings.ts';
import { SETTINGS_FILE } from './settings-file.ts';

/** Who signed the plan. It goes into one line of reports, so that it may not break it. */
export const approvedBy: Flag<string | undefined> = {
  ...text(
    '<name>',
    w('保存的计划由谁签字；记入台账和报告', 'who signed the saved plan, noted in ledger and report'),
    /^(?=.*\S)[^\p{Cc}\u2028\u2029]{1,200}$/u,
    w(
      '必须是签字人的姓名：一行，非空，最多 200 个字符',
      'it must be the name of whoever signed the plan: one line, not empty, at most 200 characters',
    ),
  ),
  read: (value) => String(value).trim(),
};

/**
 * Refuses a sync that nobody has signed, where the settings file wants a signature, and a signature under no plan.
 * @param pipelines files, as they are named on the command line
 * @throws HireSyncError CONFIG_INVALID that says what to type
 */
export function mustBeApproved(
  flags: Pick<Settings, 'requireApproval'> & {
    readonly plan?: string | undefined;
    readonly approvedBy?: string | undefined;
    readonly onlyRejects?: string | undefined;
  },
  pipelines: readonly string[],
): void {
  const { plan, onlyRejects, requireApproval } = flags;
  const [pipeline = ''] = pipelines;
  const signed = `hire-sync sync ${pipeline} --plan ${plan ?? 'FILE'} --approved-by NAME`;
  if (flags.approvedBy !== undefined && plan === undefined)
    throw invalid(
      w(
        `--approved-by 只用于有人读过的保存的计划：\`${signed}\`。\`hire-sync plan ${pipeline} --out FILE\` 保存计划。`,
        `--approved-by is for a saved plan, which somebody has read: ${signed}. \`hire-sync plan ${pipeline} --out FILE\` saves one.`,
      ),
    );
  if (!requireApproval || flags.approvedBy !== undefined) return;
  const rule = w(
    `${SETTINGS_FILE} 中的 requireApproval：同步只执行有人签字的保存的计划。`,
    `requireApproval in ${SETTINGS_FILE}: a sync carries out only a saved plan that somebody has signed.`,
  );
  if (plan !== undefined)
    throw invalid(
      w(`${rule.zh}请写明这个计划由谁签字：\`${signed}\``, `${rule.en} Say who signed this one: ${signed}`),
    );
  const each = pipelines.length > 1 ? w('逐套进行：', 'For each pipeline: ') : w('', '');
  const rejects =
    onlyRejects === undefined
      ? w('', '')
      : w(
          '拒绝文件不是计划，不能签字：请在导出中改正。',
          ' A reject file cannot be signed, because it is no plan: make the corrections in the export.',
        );
  const saving = `hire-sync plan ${pipeline} --out FILE --report plan.html`;
  throw invalid(
    w(
      `${rule.zh}${rejects.zh}${each.zh}\`${saving}\`；读过并签字之后：\`${signed}\``,
      `${rule.en}${rejects.en} ${each.en}\`${saving}\`; when it has been read and signed: ${signed}`,
    ),
  );
}

/** How a saved plan is carried out, for somebody to type. @param pipeline its file */
export function carryingOut(pipeline: string, file: string, approval: string | undefined): string {
  return `hire-sync sync ${quoted(pipeline)} --plan ${quoted(file)}${approval === undefined ? '' : ` --approved-by ${quoted(approval)}`}`;
}

function invalid(message: Bilingual): HireSyncError {
  return new HireSyncError('CONFIG_INVALID', message);
}
