import type { Bilingual } from '../plan/shape.ts';
import type { ReasonOf } from '../reason.ts';
import { event, nothing, recreateMissing, undoAgain, undoOf } from './reason-ends.ts';
import type { ReasonCatalogue } from './reason-words.ts';
import { w } from './sentences.ts';

const LEFT: Bilingual = w(
  '与此无关：下次同步按原系统处理',
  'has nothing to do with it; it goes by the source',
);
const SYNC_SETTLES = event('下一次同步查明之后，再次撤销', 'the next sync settles it; then undo again');

/** What an undo leaves alone, or could not take back, and why. */
export const UNDO_WORDS = {
  'undo-not-in-ledger': {
    name: w('同步台账中已没有', 'no longer in the ledger'),
    says: () =>
      w('同步台账中已没有它，或记着另一个飞书 ID', 'the ledger has it no longer, or under another Feishu id'),
    means: w(
      '此后它被重新创建、改指或遗忘，该次运行写的对象已不属于它',
      'It was created anew, named anew or forgotten since: what the run wrote is no longer its object.',
    ),
    next: LEFT,
    ends: [
      nothing(
        '该对象已不归同步台账管理；不需要时在飞书中删除',
        'the object is not the ledger’s any more; delete it in Feishu if it is not wanted',
      ),
    ],
  },
  'undo-named-since': {
    name: w('由人指定', 'named by hand since'),
    says: () =>
      w(
        '此后由人指定了它的对象（hire-sync resolve）',
        'its object was named by hand since (hire-sync resolve)',
      ),
    means: w(
      '由人指定的对象不由撤销删除或改回',
      'An object that a person named is no run’s to delete or to change back.',
    ),
    next: LEFT,
    ends: [nothing('它保持由人指定的样子', 'it stays as the person decided')],
  },
  'undo-changed-since': {
    name: w('此后又有改动', 'changed by a later run'),
    says: ({ run }) =>
      w(`此后运行 ${run} 又改了它；请先撤销那一次`, `run ${run} changed it since; undo that one first`),
    means: w(
      '撤销从最后一次运行开始，一次一次往回',
      'Runs are taken back from the last one on, one after the other.',
    ),
    next: LEFT,
    ends: [undoAgain('先撤销那一次，再撤销这一次', 'takes that run back; then this one can be')],
  },
  'undo-edited-since': {
    name: w('飞书中被修改', 'edited in Feishu since'),
    says: () => w('此后飞书中被修改', 'edited in Feishu since'),
    means: w(
      '有人在该次运行之后修改过它，撤销不会抹去人的工作',
      'Somebody edited it after the run, and an undo does not wipe out a person’s work.',
    ),
    next: LEFT,
    ends: [
      event(
        '有人在飞书中把它改回该次运行写入的样子，或更早的样子；然后再次撤销',
        'somebody gives it back in Feishu what the run wrote, or what it held before; then undo again',
      ),
    ],
  },
  'undo-deleted-since': {
    name: w('飞书中已删除', 'missing in Feishu'),
    says: () => w('飞书中不存在：有人删除了它', 'missing in Feishu: somebody deleted it there'),
    means: w('要改回的对象已不存在', 'The object that would be given its old version is gone.'),
    next: w(
      '原系统有改动时会发现它不存在并列为待处理',
      'finds it missing where the source changed, and holds it',
    ),
    ends: [recreateMissing('按原系统重新创建', 'creates it again as the source says')],
  },
  'undo-version-unknown': {
    name: w('旧版本未知', 'the old version is not known'),
    says: () =>
      w(
        '此前飞书中的内容未知，或无法发送',
        'what Feishu held before it is not known, or is nothing that can be sent',
      ),
    means: w(
      '更新会整条覆盖：只知道一半的版本会清空其余字段',
      'A PUT replaces the whole object: half a version would empty the rest of it.',
    ),
    next: LEFT,
    ends: [event('有人在飞书中自行改回', 'somebody gives it its old content in Feishu by hand')],
  },
  'undo-version-not-kept': {
    name: w('旧版本未保留', 'the version before it was not kept'),
    says: () =>
      w(
        '此前的版本没有保留：由旧版本的 hire-sync 更新，或已按保留期限抹除',
        'the version before it is not kept: an older hire-sync updated it, or its time (`retention`) is over',
      ),
    means: w(
      '该次运行的 hire-sync 还不保留旧版本，或旧版本已按保留期限抹除',
      'The hire-sync of that run did not keep what updates replace, or it was erased when its time was over.',
    ),
    next: LEFT,
    ends: [
      nothing(
        '它保持该次运行写入的样子；需要时在飞书中或原系统中改回',
        'it stays as the run left it; where that is wrong, correct it in the source or in Feishu',
      ),
    ],
  },
  'undo-request-in-doubt': {
    name: w('结果未知', 'in doubt'),
    says: () =>
      w('结果未知：它较晚的一次请求还没有答复', 'in doubt: a later request of it has no answer yet'),
    means: w('不知道飞书中现在是什么', 'Nobody knows what Feishu holds of it now.'),
    next: w('查明那次请求', 'settles that request'),
    ends: [SYNC_SETTLES],
  },
  'undo-equal-objects': {
    name: w('结果未知', 'in doubt'),
    says: ({ ids }) =>
      w(
        `结果未知：多条记录与多个内容相同的对象（${ids.join(', ')}）；下一次同步查明之后再撤销`,
        `in doubt: several records and equal objects (${ids.join(', ')}); the next sync settles it, then undo again`,
      ),
    means: w('不知道哪个对象是该次运行创建的', 'Nobody can tell which of the objects the run created.'),
    next: w('查明未决的创建，或列为待处理', 'settles the create in doubt, or holds it'),
    ends: [SYNC_SETTLES],
  },
  'undo-not-visible-yet': {
    name: w('尚未可见', 'not visible yet'),
    says: ({ run, untilMs }, { at: when }) => {
      const at = when(untilMs);
      return w(
        `结果未知：刚刚请求创建，尚不可见；${at} 之后再次 \`${undoOf(run)}\``,
        `in doubt: its create was sent a moment ago and is not to be seen; after ${at}, \`${undoOf(run)}\` again`,
      );
    },
    means: w('飞书显示新对象可能有延迟', 'Feishu may show a new object only after a while.'),
    next: w('查明该创建', 'settles the create'),
    ends: [undoAgain('在所示时间之后再看', 'looks again, after the time given')],
  },
  'undo-no-answer': {
    name: w('没有答复', 'no answer'),
    says: () => w('没有得到答复', 'no answer settled it'),
    means: w('请求已发出，结果未知', 'The request left, and nobody knows what became of it.'),
    next: w('查明结果，或列为待处理', 'finds out, or holds it'),
    ends: [undoAgain()],
  },
  'undo-other-answer': {
    name: w('答复了别的对象', 'answered with another object'),
    says: () =>
      w('答复显示的是另一个对象，或什么也没有显示', 'the answer shows another object, or nothing of it'),
    means: w(
      '请求已发出，答复不能说明结果',
      'The request left, and its answer does not tell what became of it.',
    ),
    next: w('查明结果，或列为待处理', 'finds out, or holds it'),
    ends: [undoAgain()],
  },
  'undo-refused': {
    name: w('飞书拒绝', 'refused by Feishu'),
    says: (answer) => {
      const { zh, en } = told(answer);
      return w(`飞书拒绝${zh}`, `Feishu refused it${en}`);
    },
    means: w('飞书不接受这次改回；什么也没有写入', 'Feishu does not take it back; nothing was written.'),
    next: LEFT,
    ends: [
      event(
        '按飞书的代码处理后再次撤销',
        'what the code stands for is mended (see Feishu’s documents); then undo again',
      ),
    ],
  },
  'undo-given-up': {
    name: w('已放弃', 'given up'),
    says: (answer) => {
      const { zh, en } = told(answer);
      return w(`已放弃${zh}；什么也没有写入`, `given up${en}; nothing was written`);
    },
    means: w('多次尝试都没有成功', 'All attempts are used up.'),
    next: LEFT,
    ends: [event('飞书恢复后再次撤销', 'Feishu answers again; then undo again')],
  },
} satisfies Partial<ReasonCatalogue>;

/** What Feishu answered: its code and log id, as far as it gave any. */
function told({ feishuCode: code, logId }: ReasonOf<'undo-refused' | 'undo-given-up'>): Bilingual {
  const said = code === null ? w('', '') : w(`，代码 ${code}`, ` with code ${code}`);
  const log = logId === '' ? w('', '') : w(`（日志 ID ${logId}）`, ` (log id ${logId})`);
  return w(`${said.zh}${log.zh}`, `${said.en}${log.en}`);
}
