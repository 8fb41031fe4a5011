import { existsSync } from 'node:fs';
import { HireSyncError } from '../../errors.ts';
import type { Decided, Decision } from '../../ledger/decisions.ts';
import type { Entry } from '../../ledger/entries.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Pipeline } from '../../pipeline/define.ts';
import type { Bilingual } from '../../plan/shape.ts';
import { REASON_WORDS } from '../../report/reason-words.ts';
import { joined, w } from '../../report/sentences.ts';
import { command } from '../command.ts';
import { loadContained } from '../containment.ts';
import { effectOf, objectionTo, type Undecided } from '../deciding.ts';
import { atLine, type DecidedLine, decisionsIn, refused } from '../decision-file.ts';
import { text, toggle, type Values } from '../flag.ts';
import { openExisting } from '../open-ledger.ts';
import { told as inWords, lines, print } from '../output.ts';
import { settings } from '../settings.ts';

const FLAGS = {
  from: text(
    '<file>',
    w(
      '填好“决定”一列的 CSV 报告：全部生效或全部不生效',
      'a CSV report with its column `decision` filled in: all of its lines, or none',
    ),
  ),
  ...settings('ledger'),
  adopt: text(
    '<id>',
    w(
      '该飞书 ID 的对象就是它；下次同步使其与原系统一致',
      'the object with this Feishu id is the record; the next sync brings it up to date',
    ),
    /^[0-9]{1,20}$/,
    'it must be a Feishu id, 1 to 20 digits.',
  ),
  create: toggle(
    w('飞书中没有它的对象；下次同步新建', 'no object in Feishu is the record; the next sync creates it'),
  ),
  skip: toggle(w('不写入', 'it is not to be written')),
  overwrite: toggle(
    w('下次写入以原系统为准', 'at its next write the source wins over what was edited in Feishu'),
  ),
  keep: toggle(w('下次写入保留飞书中的改动', 'at its next write what was edited in Feishu stays')),
  again: toggle(w('收回决定', 'take back what was decided')),
};
type ResolveFlags = Values<typeof FLAGS>;

export const commands = [
  command({
    name: 'resolve',
    summary: w(
      '对待处理的记录作决定，可一次多条',
      'decide about a record that is held, or about many at once',
    ),
    arguments: [
      ['<pipeline>', w('同步规则的文件或名称', 'pipeline file or name')],
      ['[key]', w('记录编号', 'source key of the record')],
    ],
    flags: FLAGS,
    run: resolveHeld,
  }),
];

const SWITCHES = ['create', 'skip', 'overwrite', 'keep', 'again'] as const;
const CHOICES = '--adopt ID, --create, --skip, --overwrite, --keep, --again';

/** The pipeline as it was given: by its file, or by its name alone. */
interface Named {
  readonly name: string;
  /** As somebody typed it, for a command to type next. */
  readonly typed: string;
  readonly pipeline: Pipeline | null;
}

/** Needs exactly one of the decisions and a key, or a file of them. */
async function resolveHeld(flags: ResolveFlags, given: string, key: string | undefined): Promise<number> {
  const decisions = decisionsOf(flags);
  checkForm(given, key, decisions, flags);
  const pipeline = existsSync(given) ? (await loadContained(given)).pipeline : null;
  const named: Named = { name: pipeline?.name ?? given, typed: given, pipeline };
  const file = flags.from === undefined ? null : await decisionsIn(flags.from, named.name);
  const ledger = openExisting(flags.ledger, 'write');
  const owner = `resolve-${process.pid}`;
  try {
    ledger.leases.acquire(owner);
    refuseForgotten(file === null ? [key ?? ''] : file.map((line) => line.key), named, ledger);
    const told: Bilingual[] = [];
    if (file !== null) told.push(decideAll(flags.from ?? '', file, named, ledger));
    for (const decision of decisions) told.push(decideOne(key ?? '', decision, named, ledger));
    await print(lines(told.map((one) => inWords(one))));
    return 0;
  } finally {
    ledger.leases.release(owner);
    ledger.close();
  }
}

/** Whoever was forgotten is not decided about, nor named in the ledger again. @throws HireSyncError CONFIG_INVALID */
function refuseForgotten(keys: readonly string[], { name }: Named, ledger: Ledger): void {
  const some = keys.filter((key) => ledger.forgotten.has(name, key));
  if (some.length === 0) return;
  const message = w(
    `已按要求遗忘，不能再作决定：${some.join('、')}。若允许重新导入：\`hire-sync forget ${name} ${some[0]} --revoke\`。`,
    `Forgotten on request, so that nothing is decided about it: ${some.join(', ')}. If it may come back: \`hire-sync forget ${name} ${some[0]} --revoke\`.`,
  );
  throw new HireSyncError('CONFIG_INVALID', message);
}

function decideOne(key: string, decision: Decision, named: Named, ledger: Ledger): Bilingual {
  const about = undecided(key, named, ledger);
  const objection = objectionTo(decision, about, named.typed);
  if (objection !== null) throw new HireSyncError('CONFIG_INVALID', objection);
  const record = recordOf(about, named, ledger);
  if (record === null)
    throw new HireSyncError(
      'CONFIG_INVALID',
      w(
        `同步台账中没有同步规则“${named.name}”的记录“${key}”。要对台账还不知道的记录作决定，请写同步规则的文件而不是名称。`,
        `The ledger knows no record "${key}" of pipeline "${named.name}". To decide about one that it does not know yet, name the pipeline by its file.`,
      ),
    );
  ledger.decisions.decide(named.name, [{ record, decision }]);
  const { zh, en } = effectOf(decision, about);
  const isNew =
    about.entry === undefined
      ? w('（台账还不知道它：请核对编号的写法。）', ' (The ledger does not know it yet: mind the spelling.)')
      : w('', '');
  return w(`${key}：${zh}${isNew.zh}`, `${key}: ${en}${isNew.en}`);
}

/** All lines of the file, or none. @throws HireSyncError CONFIG_INVALID */
function decideAll(file: string, given: readonly DecidedLine[], named: Named, ledger: Ledger): Bilingual {
  const decided: Decided[] = [];
  const wrong: Bilingual[] = [];
  for (const { line, key, reason, decision } of given) {
    const about = undecided(key, named, ledger);
    const held = about.entry?.held ?? null;
    const record = recordOf(about, named, ledger);
    const isUnknown = about.entry === undefined && decision.kind !== 'again';
    const objection =
      held !== null && held.code !== reason && about.entry?.decision !== 'skip'
        ? w(
            `它现在因别的原因待处理（${held.code}）：请重新生成报告`,
            `it is held for another reason now (${held.code}): make the report anew`,
          )
        : record === null || (isUnknown && REASON_WORDS[reason].beforeEntry !== true)
          ? w(
              `同步台账中没有同步规则“${named.name}”的记录“${key}”：可能被电子表格改过`,
              `the ledger knows no record "${key}" of pipeline "${named.name}": a spreadsheet may have changed it`,
            )
          : objectionTo(decision, about, named.typed);
    if (objection !== null) {
      const { zh, en } = objection;
      const word = w(
        `“决定”列的“${decision.kind}”不对：${zh}`,
        `column "decision" is "${decision.kind}": ${en}`,
      );
      wrong.push(atLine(line, word));
    } else if (record !== null) decided.push({ record, decision });
  }
  if (wrong.length > 0) throw refused(file, wrong);
  try {
    ledger.decisions.decide(named.name, decided);
  } catch (error) {
    if (!HireSyncError.is(error) || error.code !== 'CONFIG_INVALID') throw error;
    throw refused(file, [w(error.zh ?? error.message, error.message)]);
  }
  const kinds = Map.groupBy(decided, ({ decision }) => decision.kind);
  const counts = [...kinds].map(([kind, some]) => w(`${kind} ${some.length}`, `${some.length} ${kind}`));
  const { zh, en } = joined(counts, '，', ', ');
  return w(
    `已决定 ${decided.length} 条${zh === '' ? '' : `：${zh}`}。下一次同步执行。`,
    `${decided.length} decided${en === '' ? '' : `: ${en}`}. The next sync carries them out.`,
  );
}

function undecided(key: string, { name }: Named, ledger: Ledger): Undecided {
  return {
    key,
    entry: ledger.find(name, key),
    waits: ledger.waiting.since(name, key) !== null,
    earlier: ledger.decisions.of(name, key),
  };
}

/** What the ledger has to know of the record; null when it does not, and the pipeline that could tell was not given. */
function recordOf(
  { key, entry, earlier }: Undecided,
  { name, pipeline }: Named,
  ledger: Ledger,
): Pick<Entry, 'key' | 'target' | 'externalId'> | null {
  if (entry !== undefined) return entry;
  if (pipeline !== null) return { key, target: pipeline.target.name, externalId: pipeline.externalId(key) };
  const target = ledger.upkeep.targets(name)[0];
  return earlier === null || target === undefined ? null : { key, target, externalId: '' };
}

function decisionsOf({ adopt, ...flags }: ResolveFlags): readonly Decision[] {
  return [
    ...(adopt === undefined ? [] : [{ kind: 'adopt', remoteId: adopt } as const]),
    ...SWITCHES.filter((kind) => flags[kind]).map((kind): Decision => ({ kind })),
  ];
}

function checkForm(
  given: string,
  key: string | undefined,
  decisions: readonly Decision[],
  { from }: ResolveFlags,
): void {
  const wrong = (zh: string, en: string) => new HireSyncError('CONFIG_INVALID', w(zh, en));
  if (from !== undefined) {
    if (key !== undefined || decisions.length > 0)
      throw wrong(
        '--from FILE 中已有记录编号和决定：不要再写记录编号或其他决定。',
        '--from FILE holds the keys and the decisions: no KEY and no other decision beside it.',
      );
    return;
  }
  if (key === undefined)
    throw wrong(
      `哪条记录？\`hire-sync resolve ${given} KEY --create\`，或用 \`--from FILE\` 一次决定多条。`,
      `Which record? \`hire-sync resolve ${given} KEY --create\`, or \`--from FILE\` for many at once.`,
    );
  const [decision] = decisions;
  if (decision === undefined || decisions.length > 1)
    throw wrong(
      `请写明如何处理这条记录，下列之一：${CHOICES}。`,
      `Say what to do with the record: one of ${CHOICES}.`,
    );
}
