import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The code a pipeline consists of. */
export interface CodeFiles {
  /** Absolute paths: the pipeline file first, then every file it imports by a relative path, directly or not. */
  readonly files: readonly string[];
  /** Hex SHA-256 over these files' names (relative to the pipeline file) and bytes. */
  readonly sha256: string;
}

// Too much is harmless here (a specifier in a comment only adds a file to the hash), too little is not.
const SPECIFIER = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*['"](\.{1,2}\/[^'"\n]+)['"]/g;

/**
 * Finds the code of a pipeline by reading its import statements. Packages, and imports whose path is computed, are
 * not part of it. `resolve` gives the file behind a relative specifier, `undefined` if there is none.
 */
export async function codeFiles(
  file: string,
  resolve: (specifier: string, importer: string) => string | undefined,
): Promise<CodeFiles> {
  const texts = new Map<string, Buffer>();
  const waiting = [file];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (texts.has(next)) continue;
    const bytes = await readFile(next);
    texts.set(next, bytes);
    for (const [, specifier = ''] of bytes.toString('utf8').matchAll(SPECIFIER)) {
      const imported = resolve(specifier, next);
      if (imported !== undefined) waiting.push(imported);
    }
  }
  const hash = createHash('sha256');
  const folder = path.dirname(file);
  const named = [...texts].map(([name, bytes]) => ({
    name: path.relative(folder, name).replaceAll('\\', '/'),
    bytes,
  }));
  for (const { name, bytes } of named.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  return { files: [...texts.keys()], sha256: hash.digest('hex') };
}
