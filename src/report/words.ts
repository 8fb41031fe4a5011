import type { DriftPolicy, ProblemCode } from '../model.ts';
import type { Bilingual } from '../plan/shape.ts';
import type { CanaryRow } from '../result/report.ts';
import type { Step } from '../result/step.ts';
import { w } from './sentences.ts';

/**
 * The words of all reports, Chinese and English side by side: the compiler asks for both. Sentences are in
 * `sentences.ts`, those about reasons in `reason-words.ts`, those of the page in `page/words.ts`.
 */

/** What is wrong, without the value that is: the words of a redacted report and of the groups on the page. */
export const PROBLEM_WORDS: Readonly<
  Record<ProblemCode, { readonly what: Bilingual; readonly fix: Bilingual }>
> = {
  KEY_MISSING: {
    what: w('缺少记录编号', 'the key is missing'),
    fix: w(
      '在导出中补上记录编号，否则无法识别这条记录',
      'Fill in the key column in the export: without it the record cannot be told from others.',
    ),
  },
  KEY_DUPLICATE: {
    what: w('记录编号重复，内容却不同', 'the key stands twice with different content'),
    fix: w(
      '在原系统中确认哪一行是对的，删掉或改正另一行',
      'Find out in the old system which row is right; delete or correct the other.',
    ),
  },
  CELL_COUNT: {
    what: w('单元格数量与表头不符', 'the row has too many or too few cells'),
    fix: w(
      '检查该行的引号和分隔符，重新导出',
      'Look for a stray quote or delimiter in the row, and export again.',
    ),
  },
  CELL_INVALID: {
    what: w('单元格内容已损坏或不允许', 'a cell is damaged or not allowed'),
    fix: w(
      '从原系统重新导出该列（中间不要用 Excel 打开保存），或改正这一格',
      'Export the column again without Excel in between, or correct the cell.',
    ),
  },
  RECORD_UNREADABLE: {
    what: w('记录无法读取', 'the record cannot be read'),
    fix: w(
      '在所示行检查引号和括号，重新导出',
      'Look at the quotes and brackets at the line given, and export again.',
    ),
  },
  VALUE_MISSING: {
    what: w('必填值为空', 'a required value is empty'),
    fix: w('在原系统中补填后重新导出', 'Fill it in in the old system, and export again.'),
  },
  VALUE_UNKNOWN: {
    what: w('不是已知的词', 'the value is not one of the known words'),
    fix: w(
      '改成列出的词之一；如果这个词是对的，请技术人员把它加进同步规则',
      'Use one of the words listed; if the word is right, a technician adds it to the pipeline (valueMap).',
    ),
  },
  NUMBER_INVALID: {
    what: w('数字格式不正确', 'not a number as it must be'),
    fix: w('改成允许范围内的整数', 'Write a whole number within the range allowed.'),
  },
  DATE_INVALID: {
    what: w('日期或时间无效', 'not a date or time that exists'),
    fix: w(
      '按所示格式改正日期，注意不存在的日期和夏令时切换',
      'Correct the date to the form given; mind days that do not exist and changes of summer time.',
    ),
  },
  LOOKUP_MISSING: {
    what: w('在对照表中找不到', 'not in the lookup table'),
    fix: w('把它加到对照表，或改正编号', 'Add it to the lookup table, or correct the number.'),
  },
  LOOKUP_AMBIGUOUS: {
    what: w('在对照表中有多个不同结果', 'stands in the lookup table with different values'),
    fix: w('在对照表中只保留正确的一行', 'Keep only the right row in the lookup table.'),
  },
  PAYLOAD_INVALID: {
    what: w('填写的内容不符合飞书的要求', 'the mapped value is not what Feishu takes'),
    fix: w(
      '改正原系统中的值；如果原系统是对的，请技术人员修改同步规则',
      'Correct the value in the source; if it is right there, a technician mends the pipeline.',
    ),
  },
  MAPPING_REJECTED: {
    what: w('不符合同步规则', 'turned down by a rule of the pipeline'),
    fix: w('按说明改正该行', 'Correct the row as the rule says.'),
  },
  MAPPING_FAILED: {
    what: w('同步规则的程序出错', 'the pipeline failed on it'),
    fix: w('请技术人员在所示位置修改同步规则', 'A technician mends the pipeline at the place given.'),
  },
  ROW_STALE: {
    what: w('拒绝文件中的这一行已过时', 'the row of the reject file is out of date'),
    fix: w(
      '记录已写入，或导出中的该行已变化：在导出中改正，正常同步即可',
      'Its record was written, or its row in the export changed, since: correct it in the export; a normal sync takes it.',
    ),
  },
  FEISHU_REFUSED: {
    what: w('飞书拒绝了该请求', 'Feishu refused it'),
    fix: w(
      '请技术人员按飞书返回的代码处理；凭日志 ID 可向飞书支持查询',
      "A technician looks the code up in Feishu's documents; its support finds the request by the log id.",
    ),
  },
};

/** Of problems beyond a limit, which are told of together. */
export const OTHER_PROBLEMS = w('其他问题，各不相同', 'other problems, each of its own');

export const NO_KEY = w('（无记录编号）', '(no key)');

export const EDITED = w('飞书中被修改', 'edited in Feishu');

export const POLICY_WORDS: Readonly<Record<DriftPolicy, Bilingual>> = {
  overwrite: w('以原系统为准，覆盖飞书中的修改', 'the source wins over the edit in Feishu'),
  keep: w('保留飞书中的修改', 'the edit in Feishu is kept'),
  hold: w('待处理（暂不写入）', 'held, nothing is written'),
};

export const OUTCOME_WORDS = {
  done: w('已完成', 'done'),
  refused: w('飞书拒绝', 'refused by Feishu'),
  failed: w('失败，未写入', 'failed, nothing written'),
  held: w('待处理', 'held'),
  'in-doubt': w('结果未知：可能已写入', 'in doubt: it may have been written'),
  'not-begun': w('未开始', 'not begun'),
} as const satisfies Readonly<Record<string, Bilingual>>;

/** The counts of rows and records of all commands. */
export const ROW_WORDS = {
  created: w('新建', 'created'),
  updated: w('更新', 'updated'),
  unchanged: w('未变', 'unchanged'),
  skipped: w('跳过', 'skipped'),
  rejected: w('数据有误', 'rejected'),
  held: w('待处理', 'held'),
  failed: w('失败', 'failed'),
  inDoubt: w('结果未知', 'in doubt'),
  forgotten: w('已遗忘', 'forgotten'),
  orphans: w('找不到所属记录的明细行', 'without a parent'),
  restored: w('改回', 'restored'),
  deleted: w('删除', 'deleted'),
  ledger: w('只改台账', 'in the ledger only'),
  left: w('保持原样', 'left alone'),
  notBegun: w('未开始', 'not begun'),
  valid: w('可导入', 'valid'),
  unchecked: w('未检查', 'not mapped'),
} as const satisfies Readonly<Record<string, Bilingual>>;

/** How a row of a canary run looks in Feishu afterwards. */
export const CANARY_WORDS: Readonly<Record<CanaryRow['is'], Bilingual>> = {
  equal: w('一致', 'equal'),
  different: w('不一致', 'different'),
  missing: w('不存在', 'missing'),
  unreadable: w('读不到', 'unreadable'),
};

/** What a command is at, until the first record is done, and what is done with each. */
export const PROGRESS_WORDS = {
  sync: {
    before: w('正在读取', 'reading'),
    done: w('已写入', 'written'),
  },
  verify: {
    before: w('正在读取飞书中的现状', 'reading what Feishu holds'),
    done: w('已读取', 'read'),
  },
  undo: {
    before: w('正在与飞书比较', 'comparing with Feishu'),
    done: w('已撤销', 'taken back'),
  },
  pull: {
    before: w('正在读取', 'reading'),
    done: w('已读取投递', 'applications read'),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<'before' | 'done', Bilingual>>>>;

/** What a run is busy with. */
export const STEP_WORDS: Readonly<Record<Step, Bilingual>> = {
  reading: w('正在读取', 'reading'),
  comparing: w('正在与台账比较', 'comparing with the ledger'),
  asking: w('正在询问飞书', 'asking Feishu'),
  writing: w('正在写入飞书', 'writing'),
  'reading-back': w('正在从飞书读回核对', 'reading back'),
};

export const NO_RUNS = w('还没有运行记录。', 'No runs yet.');

/** How a run of the ledger stands. */
export const STATE_WORDS: Readonly<Record<'running' | 'finished' | 'stopped', Bilingual>> = {
  running: w('进行中', 'running'),
  finished: w('已完成', 'finished'),
  stopped: w('已停止', 'stopped'),
};

/** The heads of a CSV report. English ones are names for programs. */
export const CSV_HEADS = {
  kind: w('类别', 'kind'),
  key: w('记录编号', 'key'),
  file: w('文件', 'file'),
  line: w('行', 'line'),
  feishu_id: w('飞书 ID', 'feishu_id'),
  path: w('字段路径', 'path'),
  field: w('字段', 'field'),
  before: w('之前', 'before'),
  after: w('之后', 'after'),
  note: w('说明', 'note'),
  outcome: w('执行结果', 'outcome'),
  pipeline: w('同步规则', 'pipeline'),
  reason: w('原因代码', 'reason'),
  decisions: w('可选决定', 'decisions'),
  decision: w('决定', 'decision'),
  application: w('投递', 'application'),
  zone: w('时区', 'zone'),
  label: w('候选人', 'label'),
  signed: w('签字', 'signed'),
} as const satisfies Readonly<Record<string, Bilingual>>;
