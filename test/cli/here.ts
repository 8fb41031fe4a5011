import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Ended, hireSync } from './child.ts';
import type { JsonReport } from './place.ts';

/** A folder with the user's pipeline and export, and the commands that need no Feishu. */
export interface Here {
  write(files: Readonly<Record<string, string>>): void;
  /** `hire-sync plan pipeline.ts --json`; `report` is undefined where it stopped before it had one. */
  plan(): Promise<Ended & { readonly report: JsonReport | undefined }>;
  run(...args: readonly string[]): Promise<Ended>;
}

export function here(files: Readonly<Record<string, string>>): Here {
  const folder = mkdtempSync(join(tmpdir(), 'hire-sync-here-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write: Here['write'] = (texts) => {
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
  };
  write(files);
  const run: Here['run'] = (...args) => hireSync(args, { cwd: folder });
  return {
    write,
    run,
    async plan() {
      const ended = await run('plan', 'pipeline.ts', '--json');
      const report = ended.stdout.startsWith('{') ? (JSON.parse(ended.stdout) as JsonReport) : undefined;
      return { ...ended, report };
    },
  };
}
