import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENDPOINT_NAMES } from '../../src/sandbox/index.ts';
import { type Row, someRows } from '../faults/rows.ts';
import { aStage, type Cleanup, type Stage, type StageOptions } from '../faults/stage.ts';
import { command } from '../ledger/command.ts';

const UNLIMITED = Object.fromEntries(ENDPOINT_NAMES.map((name) => [name, null]));
/** Six rows; the third is a person's who wants to be forgotten, of an application of her own. */
export const ROWS = someRows(6).map(
  (row): Row =>
    row.id === 'R-003'
      ? { ...row, interviewer: '赵忘忘', comment: '机密评语XYZZY', application: '6960663240911112222' }
      : row,
);
export const edited = (rows: readonly Row[], id: string): Row[] =>
  rows.map((row) => (row.id === id ? { ...row, comment: `${row.comment}改` } : row));

/** All that must be nowhere afterwards. */
export const HERS = ['R-003', '赵忘忘', 'XYZZY', '6960663240911112222'];

export interface Home {
  readonly stage: Stage;
  readonly home: string;
  cli(...args: string[]): ReturnType<typeof command>;
}

/** A stage whose ledger lies in a folder of its own, apart from the export. */
export async function aHome(
  context: Cleanup,
  rows: readonly Row[] = ROWS,
  onRequest: StageOptions['onRequest'] = undefined,
): Promise<Home> {
  const home = mkdtempSync(join(tmpdir(), 'hire-sync-keeping-'));
  context.onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const stage = await aStage(context, {
    rows,
    ledgerFolder: home,
    sandbox: { limits: UNLIMITED },
    ...(onRequest !== undefined && { onRequest }),
  });
  return { stage, home, cli: (...args) => command(stage, ...args) };
}

/** The files of a folder that hold one of these texts. */
export function filesWith(folder: string, texts: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const bytes = readFileSync(file);
      return texts.some((text) => bytes.includes(Buffer.from(text)));
    });
}
