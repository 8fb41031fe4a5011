import { readFileSync } from 'node:fs';
import { build } from 'rolldown';

/**
 * The build of `dist`: a few files instead of six hundred, because a command would spend a third of its start on opening
 * and resolving them. Only our own code is put together; packages stay packages. The compiler writes the types.
 */

const ENTRIES = [
  'index',
  'sandbox/index',
  'cli/bin',
  'cli/publish-schema',
  'report/publish-schema',
  'demo/demo',
  // Threads, which are started by file.
  'incremental/thread',
  // What tests reach for by name.
  'cli/main',
  'cli/process-end',
  'report/html',
  'writer/read-back',
];

/** The page's own scripts, which are read as text. */
const TEXTS = ['report/page/entries.js', 'report/page/client.js'];

const fileOf = (name: string): URL => new URL(name, import.meta.url);

await build({
  input: Object.fromEntries(ENTRIES.map((name) => [name, fileOf(`${name}.ts`).pathname])),
  platform: 'node',
  logLevel: 'warn',
  external: /^[^./]/,
  plugins: [
    {
      name: 'texts',
      buildStart() {
        for (const name of TEXTS)
          this.emitFile({ type: 'asset', fileName: name, source: readFileSync(fileOf(name), 'utf8') });
      },
    },
  ],
  output: {
    dir: fileOf('../dist').pathname,
    cleanDir: true,
    // One folder below `dist`, as the files of `src` are that ask where they lie.
    chunkFileNames: 'chunks/[name].js',
  },
});
