import { readFileSync } from 'node:fs';
import { build } from 'rolldown';

/**
 * The build of `dist`: a few files instead of six hundred, because a command would spend a third of its start on opening
 * and resolving them. Packages stay packages, but for zod: of its 95 files we need a fifth, which load in a fourth of the
 * time. The compiler writes the types.
 */

const ENTRIES = [
  'index',
  'sandbox/index',
  'cli/bin',
  'cli/publish-schema',
  'demo/demo',
  // Threads, which are started by file.
  'incremental/thread',
  // What tests reach for by name.
  'cli/main',
  'cli/process-end',
  'report/html',
  'writer/read-back',
];

/** Copied: the page's own scripts, which are read as text, and the licence of what is put together with our code. */
const COPIES = {
  'report/page/entries.js': './report/page/entries.js',
  'report/page/client.js': './report/page/client.js',
  'chunks/zod.LICENSE': '../node_modules/zod/LICENSE',
};

const fileOf = (name: string): URL => new URL(name, import.meta.url);

await build({
  input: Object.fromEntries(ENTRIES.map((name) => [name, fileOf(`${name}.ts`).pathname])),
  platform: 'node',
  logLevel: 'warn',
  external: /^(?!zod$)[^./]/,
  plugins: [
    {
      name: 'copies',
      buildStart() {
        for (const [fileName, from] of Object.entries(COPIES))
          this.emitFile({ type: 'asset', fileName, source: readFileSync(fileOf(from), 'utf8') });
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
