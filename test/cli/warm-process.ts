// Types are checked before there is a build.
const built = <M>(file: string): Promise<M> =>
  import(new URL(`../../dist/${file}`, import.meta.url).href) as Promise<M>;
const { main } = await built<typeof import('../../src/cli/main.ts')>('cli/main.js');
const { pipelineFailure } = await built<typeof import('../../src/cli/process-end.ts')>('cli/process-end.js');
const { READ_BACK_WAITS_MS } =
  await built<typeof import('../../src/writer/read-back.ts')>('writer/read-back.js');

/**
 * The built CLI in a process that runs one command line after another: a process of its own spends half a second on
 * loading modules before it begins. See `warm.ts`.
 */

export interface Order {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether the sandbox shows a write later than at once: else a tenth of the usual waits for the read-back is enough. */
  readonly lags: boolean;
  /** Written to stdout and stderr when the command has ended: what comes before it is of this command. */
  readonly end: string;
}

/** What the process answers to each order. */
export interface Done {
  readonly code: number;
  /** False: it must not be given another one. */
  readonly isReusable: boolean;
}

// Where pipelines are loaded, hire-sync takes `process.stdout.write` from them, which --help writes by.
const { write } = process.stdout;
const usualMs = [...READ_BACK_WAITS_MS];
let runs = 0;

process.on('message', async ({ args, cwd, env, lags, end }: Order) => {
  Object.assign(READ_BACK_WAITS_MS, lags ? usualMs : usualMs.map((ms) => ms / 10));
  process.chdir(cwd);
  for (const name of Object.keys(process.env)) delete process.env[name];
  for (const [name, value] of Object.entries(env)) if (value !== undefined) process.env[name] = value;
  process.stdout.write = write;
  const code = await main(args);
  process.stdout.write = write;
  for (const stream of [process.stdout, process.stderr]) {
    // Each command adds its own, and Node would warn of the eleventh.
    stream.removeAllListeners('error');
    stream.write(end);
  }
  runs++;
  const isReusable = !pipelineFailure.aborted && runs < 100 && process.memoryUsage.rss() < 600 * 1024 ** 2;
  process.send?.({ code, isReusable } satisfies Done);
});
process.on('disconnect', () => process.exit());
