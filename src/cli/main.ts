import { CommanderError, Command as Program } from 'commander';
import { HireSyncError } from '../errors.ts';
import type { Language } from '../plan/shape.ts';
import { errorTold } from '../report/stops.ts';
import { EXIT } from '../result/exit.ts';
import { offer } from './command.ts';
import { commandsFor } from './commands/index.ts';
import { exitCodeFor, isReliable } from './exit-code.ts';
import { languageOfLine } from './line-language.ts';
import { flushed, say, sayWhy, speak } from './output.ts';
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
    say(`hire-sync: the output could not be written (${unwritable.message}).`);
    return EXIT.error;
  } catch (error) {
    return explain(error);
  }
}

/** Commands of two words: `ledger check`. */
const GROUPS: Readonly<Record<string, string>> = { ledger: 'look after the ledger' };

async function createProgram(
  argv: readonly string[],
  language: Language,
  done: (exitCode: number) => void,
): Promise<Program> {
  const program = new Program('hire-sync')
    .description('Brings interviews out of a legacy ATS export into Feishu Hire, and keeps them in step.')
    .version(version())
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(hinted(text)) })
    .showHelpAfterError('(hire-sync --help lists the commands, hire-sync <command> --help their options)')
    .addHelpText('after', AFTERWORD);
  if (argv[0] === '--version') return program;
  const groups = new Map<string, Program>();
  for (const command of await commandsFor(argv)) {
    const [group = ''] = command.name.split(' ', 1);
    if (group === command.name) offer(program, command, language, done);
    else {
      const parent = groups.get(group) ?? program.command(group).description(GROUPS[group] ?? '');
      groups.set(group, parent);
      offer(parent, command, language, done);
    }
  }
  return program;
}

/** Other tools have a dry run as a flag; here it is a command, and a guess must not become a live import. */
function hinted(text: string): string {
  return /'--dry/.test(text) ? `${text.trimEnd()}\n(\`hire-sync plan\` shows what a sync would do.)\n` : text;
}

const AFTERWORD = `
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
Of several pipelines the worst: 130, 143, 1, 2, 5, 4, 3, 10, 0.`;

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (HireSyncError.is(error)) {
    sayWhy(errorTold(error));
    return exitCodeFor(error);
  }
  // Not one of ours: a defect. The stack helps whoever mends it, and holds no candidate text.
  say(`hire-sync: internal error, please report it: ${error instanceof Error ? error.stack : String(error)}`);
  return EXIT.error;
}
