import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLedger } from '../../src/ledger/ledger.ts';
import type { Pipeline } from '../../src/pipeline/define.ts';
import { type Validated, validateJob } from '../../src/pipeline/validating.ts';
import { openPlanStore } from '../../src/plan/plan-store.ts';
import type { VerdictTable } from '../../src/plan/verdicts.ts';
import { aFolder } from '../builders.ts';

/** What validating an export comes to: as the command does it, in this process. */
export async function validated(
  pipeline: Pipeline,
  files: Readonly<Record<string, string>> | string,
): Promise<Validated> {
  const folder = typeof files === 'string' ? files : join(aFolder(), 'export');
  if (typeof files !== 'string') {
    mkdirSync(folder);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  }
  const ledger = openLedger({ file: '', mode: 'read', now: Date.now });
  const store = openPlanStore({ lean: true });
  try {
    const job = { run: 'r', pipeline, folder, allowed: [] };
    return await validateJob(job, { ledger, store, writer: null, rate: 9, now: Date.now });
  } finally {
    store.close();
    ledger.close();
  }
}

/** `result → conclusion: 通过 2 ×3, 不通过 1 ×1` for each table; ⇢ where it is not direct. */
export function told(tables: readonly VerdictTable[] | undefined): readonly string[] {
  return (tables ?? []).map(({ path, column, direct, words }) => {
    const list = words.map(({ word, value, count, is }) =>
      [word, value ?? '-', `×${count}`, ...(is === 'plain' ? [] : [is])].join(' '),
    );
    return `${column} ${direct ? '→' : '⇢'} ${path.replace('interview_assessments.', '')}: ${list.join(', ')}`;
  });
}
