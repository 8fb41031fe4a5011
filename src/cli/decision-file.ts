import { resolve } from 'node:path';
import { HireSyncError } from '../errors.ts';
import type { Decision } from '../ledger/decisions.ts';
import type { SourceRecord } from '../model.ts';
import { csv } from '../readers/csv.ts';
import { unguarded } from '../readers/reject-columns.ts';
import { openStaging } from '../readers/staging.ts';
import type { ReasonCode } from '../reason.ts';
import { decisionsOn, decisionWords, isReasonCode, REASON_WORDS } from '../report/reason-words.ts';
import { CSV_HEADS } from '../report/words.ts';

/** One line of a CSV report in which somebody filled in `decision`. */
export interface DecidedLine {
  /** Physical line, counted from 1. */
  readonly line: number;
  readonly key: string;
  readonly reason: ReasonCode;
  readonly decision: Decision;
}

/** Lines that are named when they are wrong. */
const SHOWN = 20;
const EXAMPLES = 5;

/**
 * The decisions in a CSV report of `pipeline`: its lines with something in `decision`, in file order.
 * @throws HireSyncError SOURCE_MISSING, SOURCE_INVALID, CONFIG_INVALID naming every line that is wrong
 */
export async function decisionsIn(file: string, pipeline: string): Promise<readonly DecidedLine[]> {
  const path = resolve(process.cwd(), file);
  const staging = openStaging();
  const decided: DecidedLine[] = [];
  const wrong: string[] = [];
  const lines = new Map<string, number>();
  const open: string[] = [];
  try {
    const context = { folder: process.cwd(), staging, onFile: () => {}, onOrphan: () => {} };
    for await (const record of csv(path, { fieldLimit: Number.MAX_SAFE_INTEGER }).read(context)) {
      if (record.problems !== undefined) {
        wrong.push(...record.problems.map(({ message }) => `line ${record.origin.line}: ${message}`));
        continue;
      }
      const read = lineOf(record, pipeline);
      if (typeof read === 'string') wrong.push(`line ${record.origin.line}, ${read}`);
      if (read === null) open.push(...openIn(record));
      if (read === null || typeof read === 'string') continue;
      const before = lines.get(read.key);
      lines.set(read.key, read.line);
      if (before === undefined) decided.push(read);
      else
        wrong.push(`line ${read.line}, column "decision": line ${before} decides about "${read.key}", too`);
    }
  } finally {
    staging.close();
  }
  if (wrong.length > 0) throw refused(file, wrong);
  if (decided.length === 0) throw undecided(file, open);
  return decided;
}

/** An error about a file of decisions, none of which was carried out. */
export function refused(file: string, wrong: readonly string[]): HireSyncError {
  const more = wrong.length > SHOWN ? [`and ${wrong.length - SHOWN} more`] : [];
  const list = [...wrong.slice(0, SHOWN), ...more].map((one) => `\n  - ${one}`).join('');
  return new HireSyncError('CONFIG_INVALID', `${file}: nothing was decided, because of${list}`);
}

/** Somebody gave the file as it was made. */
function undecided(file: string, open: readonly string[]): HireSyncError {
  const more = open.length > EXAMPLES ? [`and ${open.length - EXAMPLES} more`] : [];
  const list = [...open.slice(0, EXAMPLES), ...more].map((one) => `\n  - ${one}`).join('');
  const what =
    open.length === 0
      ? 'none of its lines is one about which something can be decided.'
      : `fill in the column "decision" of the lines that are to be decided, and give the file to --from again:${list}`;
  return new HireSyncError(
    'CONFIG_INVALID',
    `${file}: nothing was decided: its column "decision" is empty in every line; ${what}`,
  );
}

/** What may be filled in where nobody has decided. */
function openIn({ origin, values }: SourceRecord): readonly string[] {
  const cell = (name: Column) => unguarded(String(values[name] ?? values[CSV_HEADS[name].zh] ?? ''));
  const reason = cell('reason');
  if (!isReasonCode(reason) || decisionsOn(reason).length === 0) return [];
  return [`line ${origin.line}, ${cell('key')} (${reason}): ${decisionWords(reason)}`];
}

const COLUMNS = ['pipeline', 'key', 'reason', 'decision'] as const;
type Column = (typeof COLUMNS)[number];

/** Null: nobody decided about it. A text: what is wrong with it. */
function lineOf({ origin, values }: SourceRecord, pipeline: string): DecidedLine | null | string {
  // A Chinese report has Chinese heads.
  const filledIn = (name: Column): unknown => values[name] ?? values[CSV_HEADS[name].zh];
  const cell = (name: Column): string => unguarded(String(filledIn(name) ?? ''));
  for (const name of COLUMNS)
    if (filledIn(name) === undefined)
      return `column "${name}": there is none; a CSV report has it (\`hire-sync plan PIPELINE --report holds.csv\`)`;
  const word = cell('decision').trim();
  if (word === '') return null;
  const at = (column: Column, what: string) => `column "${column}" is "${cell(column)}": ${what}`;
  if (cell('pipeline') !== pipeline) return at('pipeline', `allowed: ${pipeline}`);
  if (cell('key') === '') return 'column "key": it is empty, so nobody can tell which record is meant';
  const reason = cell('reason');
  if (!isReasonCode(reason))
    return at('reason', 'a decision belongs in the line that has the reason why the record is held');
  const allowed = decisionsOn(reason);
  const decision = decisionOf(word);
  if (decision !== null && allowed.includes(decision.kind))
    return { line: origin.line, key: cell('key'), reason, decision };
  if (allowed.length === 0)
    return at('decision', `there is nothing to decide. ${reason} ends so: ${endsOf(reason)}`);
  return at(
    'decision',
    `allowed: ${decisionWords(reason)}${allowed.includes('adopt') ? ' (ID: 1 to 20 digits)' : ''}`,
  );
}

function endsOf(code: ReasonCode): string {
  return REASON_WORDS[code].ends.flatMap((end) => (end.by === 'event' ? [end.event.en] : [])).join('; ');
}

/** `adopt 6960663240925956437`, `create`, `skip`, `overwrite`, `keep` or `again`; null for anything else. */
function decisionOf(word: string): Decision | null {
  const id = /^adopt\s+([0-9]{1,20})$/.exec(word)?.[1];
  if (id !== undefined) return { kind: 'adopt', remoteId: id };
  switch (word) {
    case 'create':
    case 'skip':
    case 'overwrite':
    case 'keep':
    case 'again':
      return { kind: word };
    default:
      return null;
  }
}
