import type { DriftPolicy, ProblemCode } from '../model.ts';
import type { Bilingual } from '../plan/shape.ts';
import type { CanaryRow } from '../result/report.ts';
import type { Step } from '../result/step.ts';

/**
 * The words of all reports, Chinese and English side by side: the compiler asks for both. Sentences are in
 * `sentences.ts`, those about reasons in `reason-words.ts`, those of the page in `page/words.ts`.
 */

/** What is wrong, without the value that is: the words of a redacted report and of the groups on the page. */
export const PROBLEM_WORDS: Readonly<
  Record<ProblemCode, { readonly what: Bilingual; readonly fix: Bilingual }>
> = {
  KEY_MISSING: {
    what: { zh: '缺少记录编号', en: 'the key is missing' },
    fix: {
      zh: '在导出中补上记录编号，否则无法识别这条记录',
      en: 'Fill in the key column in the export: without it the record cannot be told from others.',
    },
  },
  KEY_DUPLICATE: {
    what: { zh: '记录编号重复，内容却不同', en: 'the key stands twice with different content' },
    fix: {
      zh: '在原系统中确认哪一行是对的，删掉或改正另一行',
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
      zh: '从原系统重新导出该列（中间不要用 Excel 打开保存），或改正这一格',
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
    fix: { zh: '在原系统中补填后重新导出', en: 'Fill it in in the old system, and export again.' },
  },
  VALUE_UNKNOWN: {
    what: { zh: '不是已知的词', en: 'the value is not one of the known words' },
    fix: {
      zh: '改成列出的词之一；如果这个词是对的，请技术人员把它加进同步规则',
      en: 'Use one of the words listed; if the word is right, a technician adds it to the pipeline (valueMap).',
    },
  },
  NUMBER_INVALID: {
    what: { zh: '数字格式不正确', en: 'not a number as it must be' },
    fix: { zh: '改成允许范围内的整数', en: 'Write a whole number within the range allowed.' },
  },
  DATE_INVALID: {
    what: { zh: '日期或时间无效', en: 'not a date or time that exists' },
    fix: {
      zh: '按所示格式改正日期，注意不存在的日期和夏令时切换',
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
    what: { zh: '填写的内容不符合飞书的要求', en: 'the mapped value is not what Feishu takes' },
    fix: {
      zh: '改正原系统中的值；如果原系统是对的，请技术人员修改同步规则',
      en: 'Correct the value in the source; if it is right there, a technician mends the pipeline.',
    },
  },
  MAPPING_REJECTED: {
    what: { zh: '不符合同步规则', en: 'turned down by a rule of the pipeline' },
    fix: { zh: '按说明改正该行', en: 'Correct the row as the rule says.' },
  },
  MAPPING_FAILED: {
    what: { zh: '同步规则的程序出错', en: 'the pipeline failed on it' },
    fix: {
      zh: '请技术人员在所示位置修改同步规则',
      en: 'A technician mends the pipeline at the place given.',
    },
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
      zh: '请技术人员按飞书返回的代码处理；凭日志 ID 可向飞书支持查询',
      en: "A technician looks the code up in Feishu's documents; its support finds the request by the log id.",
    },
  },
};

export const POLICY_WORDS: Readonly<Record<DriftPolicy, Bilingual>> = {
  overwrite: { zh: '以原系统为准，覆盖飞书中的修改', en: 'the source wins over the edit in Feishu' },
  keep: { zh: '保留飞书中的修改', en: 'the edit in Feishu is kept' },
  hold: { zh: '待处理（暂不写入）', en: 'held, nothing is written' },
};

export const OUTCOME_WORDS = {
  done: { zh: '已完成', en: 'done' },
  refused: { zh: '飞书拒绝', en: 'refused by Feishu' },
  failed: { zh: '失败，未写入', en: 'failed, nothing written' },
  held: { zh: '待处理', en: 'held' },
  'in-doubt': { zh: '结果未知：可能已写入', en: 'in doubt: it may have been written' },
  'not-begun': { zh: '未开始', en: 'not begun' },
} as const satisfies Readonly<Record<string, Bilingual>>;

/** The counts of rows and records of all commands. */
export const ROW_WORDS: Readonly<Record<string, Bilingual>> = {
  created: { zh: '新建', en: 'created' },
  updated: { zh: '更新', en: 'updated' },
  unchanged: { zh: '未变', en: 'unchanged' },
  skipped: { zh: '跳过', en: 'skipped' },
  rejected: { zh: '数据有误', en: 'rejected' },
  held: { zh: '待处理', en: 'held' },
  failed: { zh: '失败', en: 'failed' },
  inDoubt: { zh: '结果未知', en: 'in doubt' },
  orphans: { zh: '找不到所属记录的明细行', en: 'without a parent' },
  restored: { zh: '改回', en: 'restored' },
  deleted: { zh: '删除', en: 'deleted' },
  ledger: { zh: '只改台账', en: 'in the ledger only' },
  left: { zh: '保持原样', en: 'left alone' },
  notBegun: { zh: '未开始', en: 'not begun' },
  valid: { zh: '可导入', en: 'valid' },
  unchecked: { zh: '未检查', en: 'not mapped' },
};

/** How a row of a canary run looks in Feishu afterwards. */
export const CANARY_WORDS: Readonly<Record<CanaryRow['is'], Bilingual>> = {
  equal: { zh: '一致', en: 'equal' },
  different: { zh: '不一致', en: 'different' },
  missing: { zh: '不存在', en: 'missing' },
  unreadable: { zh: '读不到', en: 'unreadable' },
};

/** What a command is at, until the first record is done, and what is done with each. */
export const PROGRESS_WORDS = {
  sync: {
    before: { zh: '正在读取', en: 'reading' },
    done: { zh: '已写入', en: 'written' },
  },
  verify: {
    before: { zh: '正在读取飞书中的现状', en: 'reading what Feishu holds' },
    done: { zh: '已读取', en: 'read' },
  },
  undo: {
    before: { zh: '正在与飞书比较', en: 'comparing with Feishu' },
    done: { zh: '已撤销', en: 'taken back' },
  },
  pull: {
    before: { zh: '正在读取', en: 'reading' },
    done: { zh: '已读取投递', en: 'applications read' },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<'before' | 'done', Bilingual>>>>;

/** What a run is busy with. */
export const STEP_WORDS: Readonly<Record<Step, Bilingual>> = {
  reading: { zh: '正在读取', en: 'reading' },
  comparing: { zh: '正在与台账比较', en: 'comparing with the ledger' },
  asking: { zh: '正在询问飞书', en: 'asking Feishu' },
  writing: { zh: '正在写入飞书', en: 'writing' },
  'reading-back': { zh: '正在从飞书读回核对', en: 'reading back' },
};

/** How a run of the ledger stands. */
export const STATE_WORDS: Readonly<Record<'running' | 'finished' | 'stopped', Bilingual>> = {
  running: { zh: '进行中', en: 'running' },
  finished: { zh: '已完成', en: 'finished' },
  stopped: { zh: '已停止', en: 'stopped' },
};

/** The heads of a CSV report. English ones are names for programs. */
export const CSV_HEADS = {
  kind: { zh: '类别', en: 'kind' },
  key: { zh: '记录编号', en: 'key' },
  file: { zh: '文件', en: 'file' },
  line: { zh: '行', en: 'line' },
  feishu_id: { zh: '飞书 ID', en: 'feishu_id' },
  path: { zh: '字段路径', en: 'path' },
  field: { zh: '字段', en: 'field' },
  before: { zh: '之前', en: 'before' },
  after: { zh: '之后', en: 'after' },
  note: { zh: '说明', en: 'note' },
  outcome: { zh: '执行结果', en: 'outcome' },
  pipeline: { zh: '同步规则', en: 'pipeline' },
  reason: { zh: '原因代码', en: 'reason' },
  decisions: { zh: '可选决定', en: 'decisions' },
  decision: { zh: '决定', en: 'decision' },
  application: { zh: '投递', en: 'application' },
  zone: { zh: '时区', en: 'zone' },
  label: { zh: '候选人', en: 'label' },
  signed: { zh: '签字', en: 'signed' },
} as const satisfies Readonly<Record<string, Bilingual>>;
