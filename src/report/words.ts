import type { ChangeKind, ProblemCode } from '../model.ts';
import type { Bilingual } from '../plan/shape.ts';

/** The words of the reports, both languages side by side so that neither is forgotten. */

export const KIND_WORDS: Readonly<Record<ChangeKind, Bilingual>> = {
  create: { zh: '新建', en: 'create' },
  adopt: { zh: '认领', en: 'adopt' },
  update: { zh: '更新', en: 'update' },
  record: { zh: '登记', en: 'record' },
  drifted: { zh: '飞书侧已改', en: 'drifted' },
  unchanged: { zh: '未变', en: 'unchanged' },
  skipped: { zh: '跳过', en: 'skipped' },
  held: { zh: '搁置', en: 'held' },
  'in-doubt': { zh: '存疑', en: 'in doubt' },
  rejected: { zh: '拒绝', en: 'rejected' },
};

/** What a kind means, in a sentence for somebody who sees it for the first time. */
export const KIND_MEANS: Readonly<Record<ChangeKind, Bilingual>> = {
  create: { zh: '飞书中还没有，将新建面试', en: 'not in Feishu yet: a new interview' },
  adopt: {
    zh: '飞书中已有相同内容，只登记对应关系，不发送',
    en: 'Feishu holds the same content already: linked, nothing sent',
  },
  update: { zh: '整条覆盖飞书中的面试', en: 'the whole interview in Feishu is replaced' },
  record: {
    zh: '飞书已与源一致，只更新账本，不发送',
    en: 'Feishu equals the source already: noted, nothing sent',
  },
  drifted: {
    zh: '有人在飞书中修改过，源未变，保持原样',
    en: 'somebody edited it in Feishu, the source did not change: left as it is',
  },
  unchanged: { zh: '与上次写入相同，不发送', en: 'as last written: nothing sent' },
  skipped: { zh: '按映射规则不导入', en: 'left out by a rule of the pipeline' },
  held: { zh: '需要人来决定，之前不会改动', en: 'waits for a decision or for data; untouched until then' },
  'in-doubt': {
    zh: '请求已发出但结果未知，下次运行会核实',
    en: 'was sent, the answer is not known; the next run finds out',
  },
  rejected: { zh: '数据有误，未导入', en: 'something is wrong with the row: not imported' },
};

/** What is wrong, without the value that is: the words of a redacted report and of the groups on the page. */
export const PROBLEM_WORDS: Readonly<
  Record<ProblemCode, { readonly what: Bilingual; readonly fix: Bilingual }>
> = {
  KEY_MISSING: {
    what: { zh: '缺少主键', en: 'the key is missing' },
    fix: {
      zh: '在导出中补上主键列，否则无法识别这条面试',
      en: 'Fill in the key column in the export: without it the interview cannot be told from others.',
    },
  },
  KEY_DUPLICATE: {
    what: { zh: '主键重复且内容不同', en: 'the key stands twice with different content' },
    fix: {
      zh: '在源系统中确认哪一行是对的，删掉或改正另一行',
      en: 'Find out in the old system which row is right; delete or correct the other.',
    },
  },
  CELL_COUNT: {
    what: { zh: '单元格数量与表头不符', en: 'the row has too many or too few cells' },
    fix: {
      zh: '检查该行的引号和分隔符，重新导出',
      en: 'Look for a stray quote or delimiter in the row, and export again.',
    },
  },
  CELL_INVALID: {
    what: { zh: '单元格内容已损坏或不允许', en: 'a cell is damaged or not allowed' },
    fix: {
      zh: '从源系统重新导出该列（不要经过 Excel），或改正这一格',
      en: 'Export the column again without Excel in between, or correct the cell.',
    },
  },
  RECORD_UNREADABLE: {
    what: { zh: '记录无法读取', en: 'the record cannot be read' },
    fix: {
      zh: '在所示行检查引号和括号，重新导出',
      en: 'Look at the quotes and brackets at the line given, and export again.',
    },
  },
  VALUE_MISSING: {
    what: { zh: '必填值为空', en: 'a required value is empty' },
    fix: { zh: '在源系统中补填后重新导出', en: 'Fill it in in the old system, and export again.' },
  },
  VALUE_UNKNOWN: {
    what: { zh: '值不在允许的列表中', en: 'the value is not one of the known words' },
    fix: {
      zh: '改成列出的词之一，或在映射的 valueMap 中加上这个词',
      en: 'Use one of the words listed, or add the word to the valueMap of the pipeline.',
    },
  },
  NUMBER_INVALID: {
    what: { zh: '数字格式不正确', en: 'not a number as it must be' },
    fix: { zh: '改成允许范围内的整数', en: 'Write a whole number within the range allowed.' },
  },
  DATE_INVALID: {
    what: { zh: '日期或时间无效', en: 'not a date or time that exists' },
    fix: {
      zh: '按所示格式改正日期，注意不存在的日期和夏令时',
      en: 'Correct the date to the form given; mind days that do not exist and changes of summer time.',
    },
  },
  LOOKUP_MISSING: {
    what: { zh: '在对照表中找不到', en: 'not in the lookup table' },
    fix: {
      zh: '把它加到对照表，或改正编号',
      en: 'Add it to the lookup table, or correct the number.',
    },
  },
  LOOKUP_AMBIGUOUS: {
    what: { zh: '在对照表中有多个不同结果', en: 'stands in the lookup table with different values' },
    fix: { zh: '在对照表中只保留正确的一行', en: 'Keep only the right row in the lookup table.' },
  },
  PAYLOAD_INVALID: {
    what: { zh: '映射结果不符合飞书的要求', en: 'the mapped value is not what Feishu takes' },
    fix: {
      zh: '改正源数据中的值；若源数据正确，则修改映射',
      en: 'Correct the value in the source; if it is right there, mend the pipeline.',
    },
  },
  MAPPING_REJECTED: {
    what: { zh: '被映射规则拒绝', en: 'turned down by a rule of the pipeline' },
    fix: { zh: '按说明改正该行', en: 'Correct the row as the rule says.' },
  },
  MAPPING_FAILED: {
    what: { zh: '映射代码出错', en: 'the pipeline failed on it' },
    fix: { zh: '在所示位置修改映射文件', en: 'Mend the pipeline at the place given.' },
  },
  ROW_STALE: {
    what: { zh: '拒绝文件中的这一行已过时', en: 'the row of the reject file is out of date' },
    fix: {
      zh: '记录已写入，或导出中的该行已变化：在导出中改正，正常同步即可',
      en: 'Its record was written, or its row in the export changed, since: correct it in the export; a normal sync takes it.',
    },
  },
  FEISHU_REFUSED: {
    what: { zh: '飞书拒绝了该请求', en: 'Feishu refused it' },
    fix: {
      zh: '按飞书返回的代码处理；带上日志 ID 可向飞书支持查询',
      en: "Look the code up in Feishu's documents; its support can find the request by the log id.",
    },
  },
};

export const POLICY_WORDS = {
  overwrite: { zh: '以源为准，覆盖飞书的改动', en: 'the source wins over the edit in Feishu' },
  keep: { zh: '保留飞书的改动', en: 'the edit in Feishu is kept' },
  hold: { zh: '搁置，不写入', en: 'held, nothing is written' },
} as const;

export const OUTCOME_WORDS = {
  done: { zh: '已完成', en: 'done' },
  refused: { zh: '飞书拒绝', en: 'refused by Feishu' },
  failed: { zh: '失败，未写入', en: 'failed, nothing written' },
  held: { zh: '搁置', en: 'held' },
  'in-doubt': { zh: '存疑：可能已写入', en: 'in doubt: it may have been written' },
  'not-begun': { zh: '未开始', en: 'not begun' },
} as const;

/** The counts of the rows (`RowCounts`). */
export const ROW_WORDS: Readonly<Record<string, Bilingual>> = {
  created: { zh: '新建', en: 'created' },
  updated: { zh: '更新', en: 'updated' },
  unchanged: { zh: '未变', en: 'unchanged' },
  skipped: { zh: '跳过', en: 'skipped' },
  rejected: { zh: '拒绝', en: 'rejected' },
  held: { zh: '搁置', en: 'held' },
  failed: { zh: '失败', en: 'failed' },
  inDoubt: { zh: '存疑', en: 'in doubt' },
};

/** How a row of a canary run looks in Feishu afterwards. */
export const CANARY_WORDS = {
  equal: { zh: '一致', en: 'equal' },
  different: { zh: '不一致', en: 'different' },
  missing: { zh: '不存在', en: 'missing' },
  unreadable: { zh: '读不到', en: 'unreadable' },
} as const satisfies Readonly<Record<string, Bilingual>>;
