import type { ChangeKind } from '../model.ts';
import type { Bilingual, Language } from '../plan/shape.ts';
import type { UndoKind } from '../result/undo.ts';
import type { VerifyKind } from '../result/verify.ts';
import type { Described, Mode } from './report-model.ts';

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

export const KINDS: Readonly<Record<EntryKind, KindWords>> = {
  create: {
    sign: '+',
    name: { zh: '新建', en: 'create' },
    means: { zh: '飞书中还没有，新建一条{one}', en: 'not in Feishu yet: a new {one}' },
  },
  adopt: {
    sign: '=',
    name: { zh: '关联', en: 'adopt' },
    means: {
      zh: '飞书中已有相同内容，只记下对应关系，不写入',
      en: 'Feishu holds the same content already: linked, nothing sent',
    },
  },
  update: {
    sign: '~',
    name: { zh: '更新', en: 'update' },
    means: { zh: '整条覆盖飞书中的{one}', en: 'the whole {one} in Feishu is replaced' },
  },
  record: {
    sign: '=',
    name: { zh: '登记', en: 'record' },
    means: {
      zh: '飞书已与原系统一致，只更新同步台账，不写入',
      en: 'Feishu equals the source already: noted, nothing sent',
    },
  },
  drifted: {
    sign: '.',
    name: { zh: '飞书中被修改', en: 'drifted' },
    means: {
      zh: '有人在飞书中修改过，原系统未变，保持原样',
      en: 'somebody edited it in Feishu, the source did not change: left as it is',
    },
  },
  unchanged: {
    sign: '=',
    name: { zh: '未变', en: 'unchanged' },
    means: { zh: '与上次写入相同，不写入', en: 'as last written: nothing sent' },
  },
  skipped: {
    sign: '-',
    name: { zh: '跳过', en: 'skipped' },
    means: { zh: '按同步规则不导入', en: 'left out by a rule of the pipeline' },
  },
  held: {
    sign: '?',
    name: { zh: '待处理', en: 'held' },
    means: {
      zh: '暂不写入，等人决定或等数据到齐',
      en: 'waits for a decision or for data; untouched until then',
    },
  },
  'in-doubt': {
    sign: '?',
    name: { zh: '结果未知', en: 'in doubt' },
    means: {
      zh: '请求已发出但没有收到结果，下次运行会核实',
      en: 'was sent, the answer is not known; the next run finds out',
    },
  },
  rejected: {
    sign: '!',
    name: { zh: '数据有误', en: 'rejected' },
    means: { zh: '数据有误，未导入，改正后可送回', en: 'something is wrong with the row: not imported' },
  },
  gone: {
    sign: '.',
    name: { zh: '原系统中已不存在', en: 'missing' },
    means: {
      zh: '同步台账中有，原系统中已不存在，保持原样',
      en: 'in the ledger, no longer in the source; left as it is',
    },
  },
  orphan: {
    sign: '!',
    name: { zh: '找不到所属{one}的明细行', en: 'orphan' },
    means: { zh: '未导入', en: 'a child row without a parent: not imported' },
  },
  equal: {
    sign: '=',
    name: { zh: '一致', en: 'equal' },
    means: { zh: '飞书中与上次写入的相同', en: 'Feishu holds what was last written' },
  },
  changed: {
    sign: '~',
    name: { zh: '飞书中被修改', en: 'changed' },
    means: { zh: '上次写入之后有人在飞书中修改过', en: 'edited in Feishu since it was last written' },
  },
  missing: {
    sign: '-',
    name: { zh: '飞书中不存在', en: 'missing' },
    means: { zh: '同步台账中有，飞书中已不存在', en: 'in the ledger, no longer in Feishu' },
  },
  open: {
    sign: '?',
    name: { zh: '未能比较', en: 'open' },
    means: {
      zh: '结果未知、待处理或正在写入，无法比较',
      en: 'in doubt, held or being written: nothing to compare',
    },
  },
  unknown: {
    sign: '+',
    name: { zh: '飞书中多出的{one}', en: 'unknown' },
    means: { zh: '同一投递下有，同步台账中没有', en: 'under the same applications, and no record’s' },
  },
  restore: {
    sign: '~',
    name: { zh: '改回', en: 'restore' },
    means: { zh: '写回该次运行之前的内容', en: 'gets its old version back' },
  },
  delete: {
    sign: '-',
    name: { zh: '删除', en: 'delete' },
    means: { zh: '从飞书中删除该次运行新建的{one}', en: 'the run created it: it is deleted in Feishu' },
  },
  ledger: {
    sign: '=',
    name: { zh: '只改台账', en: 'ledger' },
    means: { zh: '只恢复同步台账，不写入飞书', en: 'only the ledger is brought back, nothing is sent' },
  },
  left: {
    sign: '?',
    name: { zh: '保持原样', en: 'leave' },
    means: { zh: '不撤销，原因见各条', en: 'not taken back, for the reason given' },
  },
  restored: {
    sign: '~',
    name: { zh: '已改回', en: 'restored' },
    means: { zh: '已写回该次运行之前的内容', en: 'has its old version back' },
  },
  deleted: {
    sign: '-',
    name: { zh: '已删除', en: 'deleted' },
    means: { zh: '已从飞书中删除', en: 'deleted in Feishu' },
  },
  relinked: {
    sign: '=',
    name: { zh: '只改了台账', en: 'relinked' },
    means: { zh: '只恢复了同步台账，没有写入飞书', en: 'only the ledger was brought back, nothing was sent' },
  },
  failed: {
    sign: '!',
    name: { zh: '失败', en: 'failed' },
    means: { zh: '没有写入', en: 'nothing was written' },
  },
};

/** What is said otherwise of a kind by what the command has done: past is past, and a check writes nothing. */
const OTHERWISE: Readonly<Partial<Record<Mode, Partial<Record<EntryKind, Partial<KindWords>>>>>> = {
  sync: {
    create: { means: { zh: '飞书中原来没有，按新{one}写入', en: 'was not in Feishu: a new {one}' } },
    update: { means: { zh: '整条覆盖了飞书中的{one}', en: 'the whole {one} in Feishu was replaced' } },
  },
  validate: {
    create: {
      name: { zh: '可以导入', en: 'valid' },
      means: {
        zh: '内容没有问题；是新建还是更新由计划判断',
        en: 'nothing is wrong with it; the plan says whether it is new or changed',
      },
    },
  },
};

/** How a kind is called, and what it means, in the report of a command. */
export function kindWords(kind: EntryKind, mode: Mode): KindWords {
  return { ...KINDS[kind], ...OTHERWISE[mode]?.[kind] };
}

/** What one object of the target is called; of runs of earlier versions, which did not say, a record. */
export const oneOf = ({ label }: Described): Bilingual => label ?? { zh: '记录', en: 'record' };

/** Words with the target's own in the place of `{one}`. */
export function ofTarget(words: Bilingual, target: Described): Bilingual {
  const one = oneOf(target);
  return { zh: words.zh.replaceAll('{one}', one.zh), en: words.en.replaceAll('{one}', one.en) };
}

/** The name of a kind. */
export function kindName(kind: EntryKind, target: Described, language: Language): string {
  return ofTarget(KINDS[kind].name, target)[language];
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
  'gone',
  'orphan',
];
