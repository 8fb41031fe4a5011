import { Command, CommanderError } from 'commander';
import { HireSyncError } from '../errors.ts';
import { EXIT } from '../result/exit.ts';
import type { UndoFlags } from './commands/undo.ts';
import { exitCodeFor } from './exit-code.ts';
import {
  collect,
  common,
  EXIT_CODES,
  LIMITER,
  PIPELINES,
  reporting,
  SOURCE_APP_ID,
  SOURCE_RATE,
  shared,
} from './options.ts';
import { flushed, say } from './output.ts';
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
  const program = createProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    await flushed();
    if (unwritable === undefined) return unlessFailed(exitCode);
    say(`hire-sync: the output could not be written (${unwritable.message}).`);
    return EXIT.error;
  } catch (error) {
    return explain(error);
  }
}

function createProgram(done: (exitCode: number) => void): Command {
  const program = new Command('hire-sync')
    .description('Brings interviews out of a legacy ATS export into Feishu Hire, and keeps them in step.')
    .version(version())
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(hinted(text)) })
    .showHelpAfterError('(hire-sync --help lists the commands, hire-sync <command> --help their options)')
    .addHelpText('after', EXIT_CODES);

  // Each command's modules are loaded when it is called: --help stays quick.
  shared(program.command('plan'))
    .description('show what a sync would do; needs no credentials and sends nothing')
    .argument('<pipeline...>', PIPELINES)
    .option('--remote', 'compare with what Feishu holds now (needs credentials, sends nothing)')
    .option('--out <file>', 'write the plan to a file that `sync --plan` carries out as it is')
    .option('--detailed-exitcode', 'exit 10 when there are changes, 0 when there are none')
    .action(async (pipelines: string[], options: object) => {
      const { plan } = await import('./commands/plan.ts');
      done(await plan(pipelines, options));
    });
  program
    .command('validate')
    .description('every problem of every row in one pass; needs neither ledger nor credentials')
    .argument('<pipeline...>', PIPELINES)
    .option('--source <dir>', "folder of the export (default: the pipeline's sourceDir)")
    .option(...SOURCE_APP_ID)
    .option(...SOURCE_RATE)
    .option('--limit <n>', 'problems and rows listed; 0 = all (default: 20)')
    .option('--allow <guard>', 'do not tell of this guard; may be repeated', collect)
    .option('--json', 'one JSON object on stdout')
    .action(async (pipelines: string[], options: object) => {
      const { validate } = await import('./commands/validate.ts');
      done(await validate(pipelines, options));
    });
  shared(program.command('sync'))
    .description('carry it out: create what is new, update what changed, nothing else')
    .argument('<pipeline...>', PIPELINES)
    .option('--plan <file>', 'carry out exactly this saved plan, and nothing else')
    .option('--canary <n>', 'carry out so many changes, half of each kind, read them back, compare, and stop')
    .option('--probe <file>', 'what a probe of this tenant found (default: probe.json beside the ledger)')
    .option('--keep-going', 'of several pipelines, go on after one that a guard or a faulty export stops')
    .action(async (pipelines: string[], options: object) => {
      const { sync } = await import('./commands/sync.ts');
      done(await sync(pipelines, options));
    });
  program
    .command('pull')
    .description('what is in Feishu under a list of applications, as one file with a manifest; resumable')
    .argument('<what>', 'interviews, background-checks or interview-records')
    .option('--applications <file>', 'one application id per line; - for stdin')
    .option('--column <name>', 'the list is a CSV file, and this its column of ids')
    .option('--pipeline <file>', 'with --lookup: all applications of a lookup of this pipeline')
    .option('--lookup <name>', "the pipeline's lookup whose values are application ids")
    .option('--source <dir>', "with --pipeline: folder of the export (default: the pipeline's sourceDir)")
    .option('--out <file>', 'the file; beside it FILE.manifest.json, and while unfinished .part and .journal')
    .option('--format <format>', 'jsonl or csv (default: by the name of the file, else jsonl)')
    .option('--skip-refused', 'go on after applications that Feishu refuses to list; exit 3')
    .option('--rate <n>', 'requests per second (default: 9; interview-records 5)')
    .option('--json', 'the manifest without its list as one JSON object on stdout')
    .option('--log-level <level>', 'debug, info, warn, error or silent (default: warn)')
    .option('--log-format <format>', 'json or pretty (default: json)')
    .action(async (what: string, options: object) => {
      const { pull } = await import('./commands/pull.ts');
      done(await pull(what, options));
    });
  program
    .command('probe')
    .description('find out by experiment, under a test application, what the documents of Feishu leave open')
    .option('--application <id>', 'the external application (Feishu id) under which it may write and delete')
    .option('--yes', 'write without asking')
    .option('--burst', 'also send 12 reads at once, to see how Feishu limits')
    .option('--out <file>', 'what it found (default: probe.json beside the ledger, where sync looks for it)')
    .option('--ledger <file>', 'the ledger (default: .hire-sync/ledger.db)')
    .option('--rate <n>', 'requests per second (default: 9)')
    .option('--json', 'what it found as one JSON object on stdout')
    .option('--log-level <level>', 'debug, info, warn, error or silent (default: warn)')
    .option('--log-format <format>', 'json or pretty (default: json)')
    .action(async (options: object) => {
      const { probe } = await import('./commands/probe.ts');
      done(await probe(options));
    });
  addAfterwards(program, done);
  reporting(program.command('runs'))
    .description('past runs, their totals and what did not go through')
    .argument('[run]', 'a run id; without it, the latest runs')
    .option('--ledger <file>', 'the ledger (default: .hire-sync/ledger.db)')
    .option('--limit <n>', 'how many to list; 0 = all')
    .option('--json', 'what the ledger noted, as one JSON object on stdout')
    .action(async (run: string | undefined, options: object) => {
      const { runs } = await import('./commands/runs.ts');
      done(await runs(run, options));
    });
  program
    .command('resolve')
    .description('decide about a record that is held, or about many at once')
    .argument('<pipeline>', 'pipeline file or name')
    .argument('[key]', 'source key of the record')
    .option('--from <file>', 'a CSV report with its column `decision` filled in: all of its lines, or none')
    .option('--ledger <file>', 'the ledger (default: .hire-sync/ledger.db)')
    .option(
      '--adopt <id>',
      'the object with this Feishu id is the record; the next sync brings it up to date',
    )
    .option('--create', 'no object in Feishu is the record; the next sync creates it')
    .option('--skip', 'it is not to be written')
    .option('--overwrite', 'at its next write the source wins over what was edited in Feishu')
    .option('--keep', 'at its next write what was edited in Feishu stays')
    .option('--again', 'take back what was decided')
    .action(async (pipeline: string, key: string | undefined, options: object) => {
      const { resolveHeld } = await import('./commands/resolve.ts');
      done(await resolveHeld(pipeline, key, options));
    });
  program
    .command('rekey')
    .description('take over keys that the export spells otherwise than the ledger; sends nothing')
    .argument('<pipeline>', 'pipeline file')
    .option(
      '--from <file>',
      'the pairs, as a CSV file with the columns old and new (default: looks for them)',
    )
    .option('--yes', 'do not ask')
    .option('--source <dir>', "folder of the export (default: the pipeline's sourceDir)")
    .option('--ledger <file>', 'the ledger (default: .hire-sync/ledger.db)')
    .option(...SOURCE_APP_ID)
    .option(...SOURCE_RATE)
    .option('--limit <n>', 'pairs listed; 0 = all (default: 20)')
    .option('--json', 'one JSON object on stdout')
    .action(async (pipeline: string, options: object) => {
      const { rekey } = await import('./commands/rekey.ts');
      done(await rekey(pipeline, options));
    });
  addLedgerCommands(program.command('ledger').description('look after the ledger'), done);
  program
    .command('sandbox')
    .description('a server that behaves as Feishu Hire, on this machine only, for trials and tests')
    .option('--port <n>', 'port; 0 = any free one', '0')
    .option('--state <file>', 'keep its objects in this file over restarts')
    .option('--seed <file>', 'JSON: objects that are there from the beginning')
    .action(async (options: object) => {
      const { sandbox } = await import('./commands/sandbox.ts');
      done(await sandbox(options));
    });
  return program;
}

/** Other tools have a dry run as a flag; here it is a command, and a guess must not become a live import. */
function hinted(text: string): string {
  return /'--dry/.test(text) ? `${text.trimEnd()}\n(\`hire-sync plan\` shows what a sync would do.)\n` : text;
}

/** What is for after a sync: is it still so, and take it back. */
function addAfterwards(program: Command, done: (exitCode: number) => void): void {
  reporting(common(program.command('verify'), 'short for --format json'))
    .description('read every record back and compare it with what was last applied; exit 10 when it differs')
    .argument('<pipeline>', 'pipeline file or name')
    .option('--rate <n>', 'reads per second, of up to 20 records each (default: 9)')
    .option('--known-only', 'do not look for other objects under the same applications')
    .action(async (pipeline: string, options: object) => {
      const { verify } = await import('./commands/verify.ts');
      done(await verify(pipeline, options));
    });
  common(program.command('undo'))
    .description('take one run back: what it changed gets its old version, what it created is deleted')
    .requiredOption('--run <run>', 'the run, see `hire-sync runs`')
    .option('--rate <n>', 'writes per second (default: 9)')
    .option('--plan', 'show what it would do, and send nothing')
    .option('--allow <guard>', 'restored: also with a ledger that is older than what was written', collect)
    .option('--yes', 'do not ask')
    .action(async (options: UndoFlags) => {
      const { undo } = await import('./commands/undo.ts');
      done(await undo(options));
    });
}

function addLedgerCommands(ledger: Command, done: (exitCode: number) => void): void {
  const sub = (name: string, description: string): Command =>
    ledger
      .command(name)
      .description(description)
      .option('--ledger <file>', 'the ledger (default: .hire-sync/ledger.db)');
  sub('check', 'is the file sound, and does every intent have its entry').action(async (options: object) => {
    const { check } = await import('./commands/ledger.ts');
    done(await check(options));
  });
  sub('backup', 'a consistent copy, also while a sync runs')
    .argument('<file>', 'a new file')
    .action(async (file: string, options: object) => {
      const { backup } = await import('./commands/ledger.ts');
      done(await backup(file, options));
    });
  sub('export', 'the map from source keys to Feishu ids, on stdout')
    .option('--format <format>', 'csv or jsonl', 'csv')
    .action(async (options: object) => {
      const { exportIds } = await import('./commands/ledger.ts');
      done(await exportIds(options));
    });
  sub('rename-pipeline', 'the records of one pipeline are those of another from now on; sends nothing')
    .argument('<old>', 'name of the pipeline as it was')
    .argument('<new>', 'name as it is in the pipeline file now')
    .action(async (from: string, to: string, options: object) => {
      const { renamePipeline } = await import('./commands/ledger.ts');
      done(await renamePipeline(from, to, options));
    });
  sub('rebuild', 'fill an empty ledger from what Feishu already holds, by content')
    .argument('<pipeline>', 'pipeline file')
    .option('--source <dir>', "folder of the export (default: the pipeline's sourceDir)")
    .option(...SOURCE_APP_ID)
    .option(...SOURCE_RATE)
    .option('--rate <n>', 'reads per second (default: 9)')
    .option('--limiter <url>', LIMITER)
    .option('--limit <n>', 'rows listed; 0 = all (default: 20)')
    .option('--json', 'one JSON object on stdout')
    .action(async (pipeline: string, options: object) => {
      const { rebuild } = await import('./commands/rebuild.ts');
      done(await rebuild(pipeline, options));
    });
}

/** What a command came to without knowing that a pipeline's code failed beside it is not to be relied on. */
function unlessFailed(exitCode: number): number {
  const harmless: readonly number[] = [EXIT.done, EXIT.leftOpen, EXIT.changes];
  return pipelineFailure.aborted && harmless.includes(exitCode) ? explain(pipelineFailure.reason) : exitCode;
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (HireSyncError.is(error)) {
    say(`hire-sync: ${error.message}`);
    return exitCodeFor(error);
  }
  // Not one of ours: a defect. The stack helps whoever mends it, and holds no candidate text.
  say(`hire-sync: internal error, please report it: ${error instanceof Error ? error.stack : String(error)}`);
  return EXIT.error;
}
