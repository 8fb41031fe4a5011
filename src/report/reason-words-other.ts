import { AGAIN, command, event, SYNC_FINDS_OUT } from './reason-ends.ts';
import type { ReasonCatalogue } from './reason-words.ts';
import { w } from './sentences.ts';

/** Why a row is left out, and why a verify could not compare. */
export const OTHER_WORDS = {
  'skipped-by-pipeline': {
    name: w('按同步规则跳过', 'left out by a rule of the pipeline'),
    says: ({ words }) =>
      w(words === '' ? '按同步规则跳过' : words, words === '' ? 'left out by a rule of the pipeline' : words),
    means: w(
      '同步规则中的 skip() 给出了理由，此行不导入',
      'skip() of the pipeline gave this as the reason: the row is not imported.',
    ),
    next: w('再问一次规则', 'asks the rule again'),
    ends: [
      event(
        '该行或规则有了变化，使其不再被跳过',
        'the row, or the rule, changes so that it is no longer left out',
      ),
    ],
  },
  'duplicate-row': {
    name: w('重复行', 'duplicate'),
    says: ({ file, line }) =>
      w(`与 ${file}:${line} 重复，内容相同`, `duplicate of ${file}:${line}, same content`),
    means: w(
      '同一记录编号和内容出现了两次，只导入一次',
      'The same key with the same content stands twice: it is one record.',
    ),
    next: w('仍只算一条', 'takes them for one record again'),
    ends: [event('导出中不再有第二行', 'the export has it only once')],
  },
  'decided-skip': {
    name: w('有人决定不写入', 'decided by hand'),
    says: () => w('有人决定不写入（hire-sync resolve --skip）', 'decided by hand (hire-sync resolve --skip)'),
    means: w('有人决定不写入这条记录', 'Somebody decided that it is not to be written.'),
    next: w('仍不写入', 'does not write it'),
    ends: [AGAIN],
  },
  'update-in-doubt': {
    name: w('结果未知', 'in doubt'),
    says: ({ sentAtMs }, { at }) =>
      w(
        `结果未知：${at(sentAtMs)} 已请求更新，但没有得到答复`,
        `in doubt: its update was sent at ${at(sentAtMs)} and no answer settled it`,
      ),
    means: w('更新已发出，可能已写入，也可能没有', 'The update left, and may have been carried out or not.'),
    next: w('读取现状，需要时再次发送', 'reads what Feishu holds, and sends it again where needed'),
    ends: [SYNC_FINDS_OUT],
  },
  'being-written': {
    name: w('正在写入', 'being written'),
    says: () =>
      w('读取时另一次运行正在写入；请再次核对', 'a run was writing it while it was read; run verify again'),
    means: w(
      '核对期间有运行写入了它，比较没有意义',
      'A run wrote it during the verify, so a comparison would tell nothing.',
    ),
    next: w('与此无关', 'has nothing to do about it'),
    ends: [command(() => 'hire-sync verify PIPELINE', '重新比较', 'compares it again')],
  },
  'may-be-create-of': {
    name: w('可能属于未决的创建', 'may be a create in doubt'),
    says: ({ keys }) =>
      w(`可能是 ${keys.join(', ')} 的未决创建`, `may be the create in doubt of ${keys.join(', ')}`),
    means: w(
      '同步台账不认识的对象，但同一投递下有未决的创建',
      'The ledger does not know the object, and a create under the same application has no answer yet.',
    ),
    next: w('查明未决的创建', 'settles the create in doubt'),
    ends: [SYNC_FINDS_OUT],
  },
} satisfies Partial<ReasonCatalogue>;
