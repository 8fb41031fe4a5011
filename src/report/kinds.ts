import type { ChangeKind } from '../model.ts';
import type { Bilingual } from '../plan/shape.ts';
import type { UndoKind } from '../result/undo.ts';
import type { VerifyKind } from '../result/verify.ts';
import type { Described, Mode } from './report-model.ts';
import { w } from './sentences.ts';

/** `gone`: the ledger knows it, the source has it no longer. `orphan`: a child row whose parent the export does not have. */
export type EntryKind = ChangeKind | VerifyKind | UndoKind | 'gone' | 'orphan';

/** What an entry is called. `{one}` stands for what one object of the target is called. */
interface KindWords {
  /** Before the name, in a list. */
  readonly sign: string;
  readonly name: Bilingual;
  /** For somebody who meets it for the first time. */
  readonly means: Bilingual;
}

const kind = (sign: string, name: Bilingual, means: Bilingual): KindWords => ({ sign, name, means });

/** In the order in which their numbers are told: from what changes Feishu most to what does not. */
export const KINDS: Readonly<Record<EntryKind, KindWords>> = {
  update: kind('~', w('更新', 'update'), w('整条覆盖飞书中的{one}', 'the whole {one} in Feishu is replaced')),
  create: kind('+', w('新建', 'create'), w('飞书中还没有，新建一条{one}', 'not in Feishu yet: a new {one}')),
  record: kind(
    '=',
    w('登记', 'record'),
    w('飞书已与原系统一致，只更新同步台账，不写入', 'Feishu equals the source already: noted, nothing sent'),
  ),
  adopt: kind(
    '=',
    w('关联', 'adopt'),
    w(
      '飞书中已有相同内容，只记下对应关系，不写入',
      'Feishu holds the same content already: linked, nothing sent',
    ),
  ),
  drifted: kind(
    '.',
    w('飞书中被修改', 'drifted'),
    w(
      '有人在飞书中修改过，原系统未变，保持原样',
      'somebody edited it in Feishu, the source did not change: left as it is',
    ),
  ),
  rejected: kind(
    '!',
    w('数据有误', 'rejected'),
    w('数据有误，未导入，改正后可送回', 'something is wrong with the row: not imported'),
  ),
  held: kind(
    '?',
    w('待处理', 'held'),
    w('暂不写入，等人决定或等数据到齐', 'waits for a decision or for data; untouched until then'),
  ),
  'in-doubt': kind(
    '?',
    w('结果未知', 'in doubt'),
    w(
      '请求已发出但没有收到结果，下次运行会核实',
      'was sent, the answer is not known; the next run finds out',
    ),
  ),
  skipped: kind('-', w('跳过', 'skipped'), w('按同步规则不导入', 'left out by a rule of the pipeline')),
  forgotten: kind(
    '-',
    w('已遗忘', 'forgotten'),
    w('按要求抹除，不再导入，只记位置', 'erased on request: never imported again, only its place is told'),
  ),
  unchanged: kind('=', w('未变', 'unchanged'), w('与上次写入相同，不写入', 'as last written: nothing sent')),
  gone: kind(
    '.',
    w('原系统中已不存在', 'missing'),
    w('同步台账中有，原系统中已不存在，保持原样', 'in the ledger, no longer in the source; left as it is'),
  ),
  orphan: kind(
    '!',
    w('找不到所属{one}的明细行', 'orphan'),
    w('未导入', 'a child row without a parent: not imported'),
  ),
  changed: kind(
    '~',
    w('飞书中被修改', 'changed'),
    w('上次写入之后有人在飞书中修改过', 'edited in Feishu since it was last written'),
  ),
  missing: kind(
    '-',
    w('飞书中不存在', 'missing'),
    w('同步台账中有，飞书中已不存在', 'in the ledger, no longer in Feishu'),
  ),
  unknown: kind(
    '+',
    w('飞书中多出的{one}', 'unknown'),
    w('同一投递下有，同步台账中没有', 'under the same applications, and no record’s'),
  ),
  open: kind(
    '?',
    w('未能比较', 'open'),
    w('结果未知、待处理或正在写入，无法比较', 'in doubt, held or being written: nothing to compare'),
  ),
  equal: kind('=', w('一致', 'equal'), w('飞书中与上次写入的相同', 'Feishu holds what was last written')),
  restore: kind('~', w('改回', 'restore'), w('写回该次运行之前的内容', 'gets its old version back')),
  restored: kind('~', w('已改回', 'restored'), w('已写回该次运行之前的内容', 'has its old version back')),
  delete: kind(
    '-',
    w('删除', 'delete'),
    w('从飞书中删除该次运行新建的{one}', 'the run created it: it is deleted in Feishu'),
  ),
  deleted: kind('-', w('已删除', 'deleted'), w('已从飞书中删除', 'deleted in Feishu')),
  ledger: kind(
    '=',
    w('只改台账', 'ledger'),
    w('只恢复同步台账，不写入飞书', 'only the ledger is brought back, nothing is sent'),
  ),
  relinked: kind(
    '=',
    w('只改了台账', 'relinked'),
    w('只恢复了同步台账，没有写入飞书', 'only the ledger was brought back, nothing was sent'),
  ),
  left: kind('?', w('保持原样', 'leave'), w('不撤销，原因见各条', 'not taken back, for the reason given')),
  failed: kind('!', w('失败', 'failed'), w('没有写入', 'nothing was written')),
};

export const ALL_KINDS = Object.keys(KINDS) as readonly EntryKind[];

/** What is said otherwise of a kind by what the command has done: past is past, and a check writes nothing. */
const OTHERWISE: Readonly<Partial<Record<Mode, Partial<Record<EntryKind, Partial<KindWords>>>>>> = {
  sync: {
    create: { means: w('飞书中原来没有，按新{one}写入', 'was not in Feishu: a new {one}') },
    update: { means: w('整条覆盖了飞书中的{one}', 'the whole {one} in Feishu was replaced') },
  },
  validate: {
    create: {
      name: w('可以导入', 'valid'),
      means: w(
        '内容没有问题；是新建还是更新由计划判断',
        'nothing is wrong with it; the plan says whether it is new or changed',
      ),
    },
  },
};

/** How a kind is called, and what it means, in the report of a command. */
export function kindWords(kind: EntryKind, mode: Mode): KindWords {
  return { ...KINDS[kind], ...OTHERWISE[mode]?.[kind] };
}

/** What one object of the target is called; of runs of earlier versions, which did not say, a record. */
export const oneOf = ({ label }: Described): Bilingual => label ?? w('记录', 'record');

/** Words with the target's own in the place of `{one}`. */
export function ofTarget(words: Bilingual, target: Described): Bilingual {
  const one = oneOf(target);
  return w(words.zh.replaceAll('{one}', one.zh), words.en.replaceAll('{one}', one.en));
}

/** The name of a kind. */
export function kindName(kind: EntryKind, target: Described): Bilingual {
  return ofTarget(KINDS[kind].name, target);
}

/** The order in a list: what would be overwritten first, then what needs a person, then the rest. */
export const LISTED: readonly EntryKind[] = [
  'changed',
  'missing',
  'unknown',
  'open',
  'left',
  'failed',
  'restore',
  'delete',
  'ledger',
  'restored',
  'deleted',
  'relinked',
  'update',
  'drifted',
  'rejected',
  'held',
  'in-doubt',
  'record',
  'adopt',
  'create',
  'skipped',
  'forgotten',
  'gone',
  'orphan',
];
