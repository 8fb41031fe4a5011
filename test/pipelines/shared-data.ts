import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SHARED = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

/** Files of the data beside the repository; undefined, with a line saying so, where one is absent. */
export function sharedData(...names: readonly string[]): readonly string[] | undefined {
  const files = names.map((name) => join(SHARED, name));
  const absent = files.find((file) => !existsSync(file));
  if (absent === undefined) return files;
  process.stderr.write(`skipped: ${absent} is not there (the data lies beside the repository)\n`);
  return undefined;
}

/** A source folder in `folder`: copies of files, and texts of its own. */
export function aSource(
  folder: string,
  copies: readonly string[],
  texts: Readonly<Record<string, string>>,
): string {
  const source = join(folder, 'export');
  mkdirSync(source, { recursive: true });
  for (const file of copies) copyFileSync(file, join(source, basename(file)));
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(source, name), text);
  return source;
}
