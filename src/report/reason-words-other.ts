import type { ReasonCatalogue } from './reason-words.ts';

/** Why a row is left out, and why a verify could not compare. */
export const OTHER_WORDS = {
  'skipped-by-pipeline': {
    name: { zh: '按同步规则跳过', en: 'left out by a rule of the pipeline' },
    says: ({ words }) => ({
      zh: words === '' ? '按同步规则跳过' : words,
      en: words === '' ? 'left out by a rule of the pipeline' : words,
    }),
    means: {
      zh: '同步规则中的 skip() 给出了理由，此行不导入',
      en: 'skip() of the pipeline gave this as the reason: the row is not imported.',
    },
    next: { zh: '再问一次规则', en: 'asks the rule again' },
    ends: [
      {
        by: 'event',
        event: {
          zh: '该行或规则有了变化，使其不再被跳过',
          en: 'the row, or the rule, changes so that it is no longer left out',
        },
      },
    ],
  },
  'duplicate-row': {
    name: { zh: '重复行', en: 'duplicate' },
    says: ({ file, line }) => ({
      zh: `与 ${file}:${line} 重复，内容相同`,
      en: `duplicate of ${file}:${line}, same content`,
    }),
    means: {
      zh: '同一记录编号和内容出现了两次，只导入一次',
      en: 'The same key with the same content stands twice: it is one record.',
    },
    next: { zh: '仍只算一条', en: 'takes them for one record again' },
    ends: [
      {
        by: 'event',
        event: { zh: '导出中不再有第二行', en: 'the export has it only once' },
      },
    ],
  },
  'decided-skip': {
    name: { zh: '有人决定不写入', en: 'decided by hand' },
    says: () => ({
      zh: '有人决定不写入（hire-sync resolve --skip）',
      en: 'decided by hand (hire-sync resolve --skip)',
    }),
    means: {
      zh: '有人决定不写入这条记录',
      en: 'Somebody decided that it is not to be written.',
    },
    next: { zh: '仍不写入', en: 'does not write it' },
    ends: [
      {
        by: 'resolve',
        decision: 'again',
        does: {
          zh: '收回决定，下次运行重新处理',
          en: 'the decision is taken back; the next run decides anew',
        },
      },
    ],
  },
  'update-in-doubt': {
    name: { zh: '结果未知', en: 'in doubt' },
    says: ({ sentAtMs }, { at }) => ({
      zh: `结果未知：${at(sentAtMs)} 已请求更新，但没有得到答复`,
      en: `in doubt: its update was sent at ${at(sentAtMs)} and no answer settled it`,
    }),
    means: {
      zh: '更新已发出，可能已写入，也可能没有',
      en: 'The update left, and may have been carried out or not.',
    },
    next: {
      zh: '读取现状，需要时再次发送',
      en: 'reads what Feishu holds, and sends it again where needed',
    },
    ends: [{ by: 'event', event: { zh: '下一次同步会查明', en: 'the next sync finds out' } }],
  },
  'being-written': {
    name: { zh: '正在写入', en: 'being written' },
    says: () => ({
      zh: '读取时另一次运行正在写入；请再次核对',
      en: 'a run was writing it while it was read; run verify again',
    }),
    means: {
      zh: '核对期间有运行写入了它，比较没有意义',
      en: 'A run wrote it during the verify, so a comparison would tell nothing.',
    },
    next: { zh: '与此无关', en: 'has nothing to do about it' },
    ends: [
      {
        by: 'command',
        command: () => 'hire-sync verify PIPELINE',
        does: { zh: '重新比较', en: 'compares it again' },
      },
    ],
  },
  'may-be-create-of': {
    name: { zh: '可能属于未决的创建', en: 'may be a create in doubt' },
    says: ({ keys }) => ({
      zh: `可能是 ${keys.join(', ')} 的未决创建`,
      en: `may be the create in doubt of ${keys.join(', ')}`,
    }),
    means: {
      zh: '同步台账不认识的对象，但同一投递下有未决的创建',
      en: 'The ledger does not know the object, and a create under the same application has no answer yet.',
    },
    next: { zh: '查明未决的创建', en: 'settles the create in doubt' },
    ends: [{ by: 'event', event: { zh: '下一次同步会查明', en: 'the next sync finds out' } }],
  },
} satisfies Partial<ReasonCatalogue>;
