import { readFile } from 'node:fs/promises';
import type { NewFile } from './write-new.ts';

/** The pipelines that are ready for a system, with what they import. */
const FILES = {
  greenhouse: ['greenhouse.ts', 'greenhouse-unscheduled.ts'],
  lever: ['lever.ts', 'lever-unscheduled.ts', 'rules/lever.ts'],
  ashby: ['ashby.ts', 'ashby-unscheduled.ts', 'rules/ashby.ts'],
  beisen: ['beisen-like.ts', 'beisen-like-unscheduled.ts'],
  moka: ['moka-like.ts'],
} as const satisfies Record<string, readonly string[]>;

export type System = keyof typeof FILES;
export const SYSTEMS = Object.keys(FILES) as readonly System[];

const TARGET = "  target: 'external_interview',\n";

/** The ready pipelines of a system, reading from `sourceDir`, which is relative to them. */
export async function readyFiles(system: System, sourceDir: string): Promise<readonly NewFile[]> {
  const folder = JSON.stringify(sourceDir).slice(1, -1).replaceAll("'", "\\'");
  return Promise.all(
    FILES[system].map(async (name) => {
      // The code that runs lies one folder below the package in both: src/init, dist/chunks.
      const text = await readFile(new URL(`../../pipelines/${name}`, import.meta.url), 'utf8');
      const placed = text.includes('sourceDir')
        ? text.replace(/'\.\.\/fixtures\/[a-z-]+'/, () => `'${folder}'`)
        : text.replace(TARGET, () => `${TARGET}  sourceDir: '${folder}',\n`);
      return { name, text: placed, isPrivate: false };
    }),
  );
}
