import { resolve } from 'node:path';
import { HireSyncError } from '../errors.ts';
import type { Decision } from '../ledger/decisions.ts';
import type { SourceRecord } from '../model.ts';
import type { Bilingual } from '../plan/shape.ts';
import { csv } from '../readers/csv.ts';
import { unguarded } from '../readers/reject-columns.ts';
import { openStaging } from '../readers/staging.ts';
import type { ReasonCode } from '../reason.ts';
import { problemNote } from '../report/problems.ts';
import { decisionsOn, decisionWords, isReasonCode, REASON_WORDS } from '../report/reason-words.ts';
import { joined, w } from '../report/sentences.ts';
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
  const wrong: Bilingual[] = [];
  const lines = new Map<string, number>();
  const open: Bilingual[] = [];
  try {
    const context = { folder: process.cwd(), staging, onFile: () => {}, onOrphan: () => {} };
    for await (const record of csv(path, { fieldLimit: Number.MAX_SAFE_INTEGER }).read(context)) {
      if (record.problems !== undefined) {
        const notes = record.problems.map((problem) => problemNote(problem, false));
        wrong.push(...notes.map((note) => atLine(record.origin.line, note)));
        continue;
      }
      const read = lineOf(record, pipeline);
      if (read === null) {
        open.push(...openIn(record));
        continue;
      }
      if ('zh' in read) {
        wrong.push(atLine(record.origin.line, read));
        continue;
      }
      const before = lines.get(read.key);
      lines.set(read.key, read.line);
      if (before === undefined) decided.push(read);
      else
        wrong.push(
          atLine(
            read.line,
            w(
              `“决定”列：第 ${before} 行也对“${read.key}”作了决定`,
              `column "decision": line ${before} decides about "${read.key}", too`,
            ),
          ),
        );
    }
  } finally {
    staging.close();
  }
  if (wrong.length > 0) throw refused(file, wrong);
  if (decided.length === 0) throw undecided(file, open);
  return decided;
}

/** An error about a file of decisions, none of which was carried out. */
export function refused(file: string, wrong: readonly Bilingual[]): HireSyncError {
  const left = wrong.length - SHOWN;
  const more = left > 0 ? [w(`另有 ${left} 处`, `and ${left} more`)] : [];
  const list = joined([...wrong.slice(0, SHOWN), ...more], '\n  - ', '\n  - ');
  const message = w(
    `${file}：没有作任何决定，因为\n  - ${list.zh}`,
    `${file}: nothing was decided, because of\n  - ${list.en}`,
  );
  return new HireSyncError('CONFIG_INVALID', message);
}

/** What is wrong in a line of it. */
export function atLine(line: number, { zh, en }: Bilingual): Bilingual {
  return w(`第 ${line} 行，${zh}`, `line ${line}, ${en}`);
}

/** Somebody gave the file as it was made. */
function undecided(file: string, open: readonly Bilingual[]): HireSyncError {
  const left = open.length - EXAMPLES;
  const more = left > 0 ? [w(`另有 ${left} 行`, `and ${left} more`)] : [];
  const list = joined([...open.slice(0, EXAMPLES), ...more], '\n  - ', '\n  - ');
  const what =
    open.length === 0
      ? w('没有一行需要决定。', 'none of its lines is one about which something can be decided.')
      : w(
          `请在要决定的行中填写这一列，再用 --from 提交：\n  - ${list.zh}`,
          `fill in the column "decision" of the lines that are to be decided, and give the file to --from again:\n  - ${list.en}`,
        );
  return new HireSyncError(
    'CONFIG_INVALID',
    w(
      `${file}：没有作任何决定：“决定”（decision）列全部为空；${what.zh}`,
      `${file}: nothing was decided: its column "decision" is empty in every line; ${what.en}`,
    ),
  );
}

/** What may be filled in where nobody has decided. */
function openIn({ origin, values }: SourceRecord): readonly Bilingual[] {
  const cell = (name: Column) => unguarded(String(values[name] ?? values[CSV_HEADS[name].zh] ?? ''));
  const reason = cell('reason');
  if (!isReasonCode(reason) || decisionsOn(reason).length === 0) return [];
  const [key, words] = [cell('key'), decisionWords(reason)];
  return [atLine(origin.line, w(`${key}（${reason}）：${words}`, `${key} (${reason}): ${words}`))];
}

const COLUMNS = ['pipeline', 'key', 'reason', 'decision'] as const;
type Column = (typeof COLUMNS)[number];

/** Null: nobody decided about it. A sentence: what is wrong with it. */
function lineOf({ origin, values }: SourceRecord, pipeline: string): DecidedLine | null | Bilingual {
  // A Chinese report has Chinese heads.
  const filledIn = (name: Column): unknown => values[name] ?? values[CSV_HEADS[name].zh];
  const cell = (name: Column): string => unguarded(String(filledIn(name) ?? ''));
  for (const name of COLUMNS)
    if (filledIn(name) === undefined)
      return w(
        `没有“${CSV_HEADS[name].zh}”（${name}）列；CSV 报告中有（\`hire-sync plan ${pipeline} --report holds.csv\`，${pipeline} 处写同步规则的文件）`,
        `column "${name}": there is none; a CSV report has it (\`hire-sync plan PIPELINE --report holds.csv\`, with the file of "${pipeline}")`,
      );
  const word = cell('decision').trim();
  if (word === '') return null;
  const at = (column: Column, { zh, en }: Bilingual) =>
    w(
      `“${CSV_HEADS[column].zh}”列的“${cell(column)}”不对：${zh}`,
      `column "${column}" is "${cell(column)}": ${en}`,
    );
  if (cell('pipeline') !== pipeline) return at('pipeline', w(`应为 ${pipeline}`, `allowed: ${pipeline}`));
  if (cell('key') === '')
    return w(
      '“记录编号”列为空，无法知道是哪条记录',
      'column "key": it is empty, so nobody can tell which record is meant',
    );
  const reason = cell('reason');
  if (!isReasonCode(reason))
    return at(
      'reason',
      w(
        '决定要填在写有待处理原因的那一行',
        'a decision belongs in the line that has the reason why the record is held',
      ),
    );
  const allowed = decisionsOn(reason);
  const decision = decisionOf(word);
  if (decision !== null && allowed.includes(decision.kind))
    return { line: origin.line, key: cell('key'), reason, decision };
  if (allowed.length === 0) {
    const { zh, en } = endsOf(reason);
    return at(
      'decision',
      w(
        `没有需要决定的。${REASON_WORDS[reason].name.zh}（${reason}）这样结束：${zh}`,
        `there is nothing to decide. ${reason} ends so: ${en}`,
      ),
    );
  }
  const [words, hasId] = [decisionWords(reason), allowed.includes('adopt')];
  return at(
    'decision',
    w(
      `可填：${words}${hasId ? '（ID 为 1 到 20 位数字）' : ''}`,
      `allowed: ${words}${hasId ? ' (ID: 1 to 20 digits)' : ''}`,
    ),
  );
}

function endsOf(code: ReasonCode): Bilingual {
  const events = REASON_WORDS[code].ends.flatMap((end) => (end.by === 'event' ? [end.event] : []));
  return joined(events, '；', '; ');
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
