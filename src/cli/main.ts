import { CommanderError, Command as Program } from 'commander';
import { HireSyncError } from '../errors.ts';
import type { Bilingual, Language } from '../plan/shape.ts';
import { w } from '../report/sentences.ts';
import { errorTold } from '../report/stops.ts';
import { EXIT } from '../result/exit.ts';
import { offer } from './command.ts';
import { commandsFor } from './commands/index.ts';
import { exitCodeFor, isReliable } from './exit-code.ts';
import { languageOfLine } from './line-language.ts';
import { complaintInChinese, HELP_TITLES } from './line-words.ts';
import { flushed, sayWhy, speak } from './output.ts';
import { pipelineFailure } from './process-end.ts';
import { version } from './version.ts';

/** Runs one command line (without node and script). Returns the exit code; never throws, never exits by itself. */
export async function main(argv: readonly string[]): Promise<number> {
  // A reader that goes away (`hire-sync plan … | head`) must not end in a stack trace, nor a sync (`2>&1 | head`)
  // in the middle of its writes.
  let unwritable: Error | undefined;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') unwritable ??= error;
  });
  process.stderr.on('error', () => {});
  let exitCode: number = EXIT.done;
  const language = languageOfLine(argv);
  speak(language);
  try {
    const program = await createProgram(argv, language, (code) => {
      exitCode = code;
    });
    await program.parseAsync(argv, { from: 'user' });
    await flushed();
    if (unwritable === undefined) return isReliable(exitCode) ? exitCode : explain(pipelineFailure.reason);
    const { message } = unwritable;
    sayWhy(w(`输出无法写出（${message}）。`, `the output could not be written (${message}).`));
    return EXIT.error;
  } catch (error) {
    return explain(error);
  }
}

/** Commands of two words: `ledger check`. */
const GROUPS: Readonly<Record<string, Bilingual>> = { ledger: w('维护同步台账', 'look after the ledger') };

async function createProgram(
  argv: readonly string[],
  language: Language,
  done: (exitCode: number) => void,
): Promise<Program> {
  const program = new Program('hire-sync')
    .description(
      w(
        '把原招聘系统导出的面试记录导入飞书招聘，并保持一致。',
        'Brings interviews out of a legacy ATS export into Feishu Hire, and keeps them in step.',
      )[language],
    )
    .version(version(), '-V, --version', w('显示版本', 'output the version number')[language])
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(complaint(text, language)) })
    .showHelpAfterError(
      w(
        '（hire-sync --help 列出命令，hire-sync <command> --help 列出其选项）',
        '(hire-sync --help lists the commands, hire-sync <command> --help their options)',
      )[language],
    )
    .addHelpText('after', AFTERWORD[language]);
  if (language === 'zh')
    program
      .helpOption('-h, --help', '显示帮助')
      .helpCommand('help [command]', '显示命令的帮助')
      .configureHelp({ styleTitle: (title) => HELP_TITLES[title] ?? title });
  if (argv[0] === '--version') return program;
  const groups = new Map<string, Program>();
  for (const command of await commandsFor(argv)) {
    const [group = ''] = command.name.split(' ', 1);
    if (group === command.name) offer(program, command, language, done);
    else {
      const parent =
        groups.get(group) ??
        program
          .command(group)
          .description(GROUPS[group]?.[language] ?? '')
          .helpCommand(false);
      groups.set(group, parent);
      offer(parent, command, language, done);
    }
  }
  return program;
}

/** What is wrong with a command line, in the language of the user. */
function complaint(text: string, language: Language): string {
  const told = language === 'zh' ? complaintInChinese(text) : text;
  // Other tools have a dry run as a flag; here it is a command, and a guess must not become a live import.
  if (!/'--dry/.test(text)) return told;
  const plan = w(
    '（`hire-sync plan` 显示同步将要做什么。）',
    '(`hire-sync plan` shows what a sync would do.)',
  );
  return `${told.trimEnd()}\n${plan[language]}\n`;
}

const AFTERWORD: Bilingual = w(
  `
设置：工作文件夹中的 hire-sync.config.json；先看选项，再看环境变量，最后看这个文件。
  其中打开的开关，可用 --no-… 在一次运行中关闭，如 --no-redact。

环境变量：
  FEISHU_APP_ID, FEISHU_APP_SECRET 或 FEISHU_APP_SECRET_FILE   自建应用（sync, verify, undo, ledger rebuild）
  FEISHU_BASE_URL        默认 https://open.feishu.cn；http 只用于本机
  SOURCE_FEISHU_APP_ID, SOURCE_FEISHU_APP_SECRET 或 …_SECRET_FILE, SOURCE_FEISHU_BASE_URL
                         同上，用于同步规则读取的租户（feishuInterviewRecords）
  HIRE_SYNC_LIMITER      同 --limiter；可含密码：redis://user:password@host:port
  HIRE_SYNC_BOT_URL, …_BOT_SECRET, …_WEBHOOK_URL, …_PING_URL   同步结束后通知谁（docs/operations.md）
  HTTPS_PROXY, NO_PROXY  照常

退出码：
  0 完成，没有未处理的       1 出错             2 用法或设置有误
  3 完成，但有数据有误、待处理、失败或结果未知的（sync --fail-on 可使其为 0）
  4 第一次写入之前被检查停止                     5 另一次运行正在使用同步台账
  10 有变化（plan --detailed-exitcode, verify）、过期（status）          130/143 被中断
几套同步规则时取最严重的：130, 143, 1, 2, 5, 4, 3, 10, 0。`,
  `
Settings: hire-sync.config.json in the working folder; flags come first, then the environment, then this file.
  A switch that it sets is off for one run with --no-…, such as --no-redact.

Environment:
  FEISHU_APP_ID, FEISHU_APP_SECRET or FEISHU_APP_SECRET_FILE   the self-built app (sync, verify, undo, ledger rebuild)
  FEISHU_BASE_URL        default https://open.feishu.cn; http only for loopback
  SOURCE_FEISHU_APP_ID, SOURCE_FEISHU_APP_SECRET or …_SECRET_FILE, SOURCE_FEISHU_BASE_URL
                         the same of the tenant that a pipeline reads from (feishuInterviewRecords)
  HIRE_SYNC_LIMITER      as --limiter; may hold a password: redis://user:password@host:port
  HIRE_SYNC_BOT_URL, …_BOT_SECRET, …_WEBHOOK_URL, …_PING_URL   whom to tell how a sync ended (docs/operations.md)
  HTTPS_PROXY, NO_PROXY  as usual

Exit codes:
  0 done, nothing left open          1 error             2 wrong usage or configuration
  3 finished, but rows are rejected, held, failed or in doubt (sync --fail-on can make it 0)
  4 stopped by a guard before the first write            5 another run holds the ledger
  10 changes (plan --detailed-exitcode, verify), late (status)          130/143 interrupted
Of several pipelines the worst: 130, 143, 1, 2, 5, 4, 3, 10, 0.`,
);

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (HireSyncError.is(error)) {
    sayWhy(errorTold(error));
    return exitCodeFor(error);
  }
  // Not one of ours: a defect. The stack helps whoever mends it, and holds no candidate text.
  const what = error instanceof Error ? error.stack : String(error);
  sayWhy(w(`程序内部错误，请报告（请技术人员处理）：${what}`, `internal error, please report it: ${what}`));
  return EXIT.error;
}
