import { HireSyncError } from '../errors.ts';
import { type Flag, text } from './flag.ts';
import type { Settings } from './settings.ts';
import { SETTINGS_FILE } from './settings-file.ts';

/** Who signed the plan. It goes into one line of reports, so that it may not break it. */
export const approvedBy: Flag<string | undefined> = {
  ...text(
    '<name>',
    'who signed the saved plan, noted in ledger and report',
    /^(?=.*\S)[^\p{Cc}\u2028\u2029]{1,200}$/u,
    'it must be the name of whoever signed the plan: one line, not empty, at most 200 characters',
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
      `--approved-by is for a saved plan, which somebody has read: ${signed}. \`hire-sync plan ${pipeline} --out FILE\` saves one.`,
    );
  if (!requireApproval || flags.approvedBy !== undefined) return;
  const rule = `requireApproval in ${SETTINGS_FILE}: a sync carries out only a saved plan that somebody has signed.`;
  if (plan !== undefined) throw invalid(`${rule} Say who signed this one: ${signed}`);
  const each = pipelines.length > 1 ? 'For each pipeline: ' : '';
  const rejects =
    onlyRejects === undefined
      ? ''
      : ' A reject file cannot be signed, because it is no plan: make the corrections in the export.';
  throw invalid(
    `${rule}${rejects} ${each}\`hire-sync plan ${pipeline} --out FILE --report plan.html\`; when it has been read and signed: ${signed}`,
  );
}

/** How a saved plan is carried out, for somebody to type. */
export function carryingOut(file: string, approval: string | undefined): string {
  return `hire-sync sync <pipeline> --plan ${quoted(file)}${approval === undefined ? '' : ` --approved-by ${quoted(approval)}`}`;
}

/** A word of a shell's command line. */
function quoted(word: string): string {
  return /^[\p{L}\p{N}._/-]+$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function invalid(message: string): HireSyncError {
  return new HireSyncError('CONFIG_INVALID', message);
}
