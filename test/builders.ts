import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { TARGETS } from '../src/feishu/targets.ts';
import type { Intent } from '../src/ledger/entries.ts';
import type { Payload } from '../src/model.ts';
import { createCheck } from '../src/plan/canonical.ts';

/** A folder of its own for one test, gone afterwards. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hire-sync-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const check = createCheck(TARGETS.external_interview);

/** A valid canonical payload; `over` replaces fields. */
export function aPayload(over: object = {}): Payload {
  const checked = check({
    external_application_id: '6960663240925956437',
    participate_status: 2,
    begin_time: 1_709_600_700_000,
    end_time: 1_709_604_300_000,
    interview_assessments: [{ username: '王强', conclusion: 2, content: '扎实' }],
    ...over,
  });
  if (!checked.ok) throw new Error(checked.problems.map(({ message }) => message).join('; '));
  return checked.payload;
}

export function anIntent(over: Partial<Intent> = {}): Intent {
  const key = over.key ?? 'IV-1';
  return {
    run: 'run-1',
    pipeline: 'legacy-ats',
    target: 'external_interview',
    key,
    action: 'create',
    externalId: `legacy-ats:${key}`,
    payload: aPayload(),
    ...over,
  };
}
