import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One instruction of a Dockerfile: `RUN` and what stands behind it, on one line. */
export interface Step {
  readonly instruction: string;
  readonly text: string;
}

/** What begins with a FROM. */
export interface Stage {
  readonly image: string;
  /** As other stages call it. */
  readonly name: string;
  readonly steps: readonly Step[];
}

/** The stages of the Dockerfile in a folder. */
export function stagesIn(folder: string): readonly Stage[] {
  const text = readFileSync(join(folder, 'Dockerfile'), 'utf8');
  const lines = text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '');
  const stages: (Stage & { steps: Step[] })[] = [];
  for (const line of lines) {
    const [, instruction = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (instruction === '') throw new Error(`No instruction: ${line}`);
    if (instruction === 'FROM') {
      const [image = '', , name = ''] = rest.split(/\s+/);
      stages.push({ image, name, steps: [] });
    } else stages.at(-1)?.steps.push({ instruction, text: rest });
  }
  return stages;
}
