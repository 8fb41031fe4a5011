import type { Bilingual } from '../plan/shape.ts';
import type { ReasonCatalogue } from './reason-words.ts';

const LEFT: Bilingual = {
  zh: '与此无关：下次同步按原系统处理',
  en: 'has nothing to do with it; it goes by the source',
};
const again = (run: string) => `hire-sync undo --run ${run}`;

/** What an undo leaves alone, or could not take back, and why. */
export const UNDO_WORDS = {
  'undo-not-in-ledger': {
    name: { zh: '同步台账中已没有', en: 'no longer in the ledger' },
    says: () => ({
      zh: '同步台账中已没有它，或记着另一个飞书 ID',
      en: 'the ledger has it no longer, or under another Feishu id',
    }),
    means: {
      zh: '此后它被重新创建、改指或遗忘，该次运行写的对象已不属于它',
      en: 'It was created anew, named anew or forgotten since: what the run wrote is no longer its object.',
    },
    next: LEFT,
    ends: [
      {
        by: 'nothing',
        because: {
          zh: '该对象已不归同步台账管理；不需要时在飞书中删除',
          en: 'the object is not the ledger’s any more; delete it in Feishu if it is not wanted',
        },
      },
    ],
  },
  'undo-named-since': {
    name: { zh: '由人指定', en: 'named by hand since' },
    says: () => ({
      zh: '此后由人指定了它的对象（hire-sync resolve）',
      en: 'its object was named by hand since (hire-sync resolve)',
    }),
    means: {
      zh: '由人指定的对象不由撤销删除或改回',
      en: 'An object that a person named is no run’s to delete or to change back.',
    },
    next: LEFT,
    ends: [
      {
        by: 'nothing',
        because: { zh: '它保持由人指定的样子', en: 'it stays as the person decided' },
      },
    ],
  },
  'undo-changed-since': {
    name: { zh: '此后又有改动', en: 'changed by a later run' },
    says: ({ run }) => ({
      zh: `此后运行 ${run} 又改了它；请先撤销那一次`,
      en: `run ${run} changed it since; undo that one first`,
    }),
    means: {
      zh: '撤销从最后一次运行开始，一次一次往回',
      en: 'Runs are taken back from the last one on, one after the other.',
    },
    next: LEFT,
    ends: [
      {
        by: 'command',
        command: ({ run }) => again(run),
        does: { zh: '先撤销那一次，再撤销这一次', en: 'takes that run back; then this one can be' },
      },
    ],
  },
  'undo-edited-since': {
    name: { zh: '飞书中被修改', en: 'edited in Feishu since' },
    says: () => ({ zh: '此后飞书中被修改', en: 'edited in Feishu since' }),
    means: {
      zh: '有人在该次运行之后修改过它，撤销不会抹去人的工作',
      en: 'Somebody edited it after the run, and an undo does not wipe out a person’s work.',
    },
    next: LEFT,
    ends: [
      {
        by: 'event',
        event: {
          zh: '有人在飞书中把它改回该次运行写入的样子，或更早的样子；然后再次撤销',
          en: 'somebody gives it back in Feishu what the run wrote, or what it held before; then undo again',
        },
      },
    ],
  },
  'undo-deleted-since': {
    name: { zh: '飞书中已删除', en: 'missing in Feishu' },
    says: () => ({
      zh: '飞书中不存在：有人删除了它',
      en: 'missing in Feishu: somebody deleted it there',
    }),
    means: {
      zh: '要改回的对象已不存在',
      en: 'The object that would be given its old version is gone.',
    },
    next: {
      zh: '原系统有改动时会发现它不存在并列为待处理',
      en: 'finds it missing where the source changed, and holds it',
    },
    ends: [
      {
        by: 'command',
        command: () => 'hire-sync sync PIPELINE --recreate-missing',
        does: { zh: '按原系统重新创建', en: 'creates it again as the source says' },
      },
    ],
  },
  'undo-version-unknown': {
    name: { zh: '旧版本未知', en: 'the old version is not known' },
    says: () => ({
      zh: '此前飞书中的内容未知，或无法发送',
      en: 'what Feishu held before it is not known, or is nothing that can be sent',
    }),
    means: {
      zh: '更新会整条覆盖：只知道一半的版本会清空其余字段',
      en: 'A PUT replaces the whole object: half a version would empty the rest of it.',
    },
    next: LEFT,
    ends: [
      {
        by: 'event',
        event: {
          zh: '有人在飞书中自行改回',
          en: 'somebody gives it its old content in Feishu by hand',
        },
      },
    ],
  },
  'undo-version-not-kept': {
    name: { zh: '旧版本未保留', en: 'the version before it was not kept' },
    says: () => ({
      zh: '此前的版本没有保留：由旧版本的 hire-sync 更新',
      en: 'the version before it was not kept: an older hire-sync updated it',
    }),
    means: {
      zh: '该次运行的 hire-sync 还不保留旧版本',
      en: 'The hire-sync of that run did not keep what updates replace.',
    },
    next: LEFT,
    ends: [
      {
        by: 'nothing',
        because: {
          zh: '它保持该次运行写入的样子；需要时在飞书中或原系统中改回',
          en: 'it stays as the run left it; where that is wrong, correct it in the source or in Feishu',
        },
      },
    ],
  },
  'undo-request-in-doubt': {
    name: { zh: '结果未知', en: 'in doubt' },
    says: () => ({
      zh: '结果未知：它较晚的一次请求还没有答复',
      en: 'in doubt: a later request of it has no answer yet',
    }),
    means: { zh: '不知道飞书中现在是什么', en: 'Nobody knows what Feishu holds of it now.' },
    next: { zh: '查明那次请求', en: 'settles that request' },
    ends: [
      {
        by: 'event',
        event: { zh: '下一次同步查明之后，再次撤销', en: 'the next sync settles it; then undo again' },
      },
    ],
  },
  'undo-equal-objects': {
    name: { zh: '结果未知', en: 'in doubt' },
    says: ({ ids }) => ({
      zh: `结果未知：多条记录与多个内容相同的对象（${ids.join(', ')}）；下一次同步查明之后再撤销`,
      en: `in doubt: several records and equal objects (${ids.join(', ')}); the next sync settles it, then undo again`,
    }),
    means: {
      zh: '不知道哪个对象是该次运行创建的',
      en: 'Nobody can tell which of the objects the run created.',
    },
    next: { zh: '查明未决的创建，或列为待处理', en: 'settles the create in doubt, or holds it' },
    ends: [
      {
        by: 'event',
        event: { zh: '下一次同步查明之后，再次撤销', en: 'the next sync settles it; then undo again' },
      },
    ],
  },
  'undo-not-visible-yet': {
    name: { zh: '尚未可见', en: 'not visible yet' },
    says: ({ run, untilMs }, { at: when }) => {
      const at = when(untilMs);
      return {
        zh: `结果未知：刚刚请求创建，尚不可见；${at} 之后再次 \`${again(run)}\``,
        en: `in doubt: its create was sent a moment ago and is not to be seen; after ${at}, \`${again(run)}\` again`,
      };
    },
    means: {
      zh: '飞书显示新对象可能有延迟',
      en: 'Feishu may show a new object only after a while.',
    },
    next: { zh: '查明该创建', en: 'settles the create' },
    ends: [
      {
        by: 'command',
        command: ({ run }) => again(run),
        does: { zh: '在所示时间之后再看', en: 'looks again, after the time given' },
      },
    ],
  },
  'undo-no-answer': {
    name: { zh: '没有答复', en: 'no answer' },
    says: () => ({ zh: '没有得到答复', en: 'no answer settled it' }),
    means: { zh: '请求已发出，结果未知', en: 'The request left, and nobody knows what became of it.' },
    next: { zh: '查明结果，或列为待处理', en: 'finds out, or holds it' },
    ends: [
      {
        by: 'command',
        command: ({ run }) => again(run),
        does: { zh: '查明并继续', en: 'finds out and goes on' },
      },
    ],
  },
  'undo-other-answer': {
    name: { zh: '答复了别的对象', en: 'answered with another object' },
    says: () => ({
      zh: '答复显示的是另一个对象，或什么也没有显示',
      en: 'the answer shows another object, or nothing of it',
    }),
    means: {
      zh: '请求已发出，答复不能说明结果',
      en: 'The request left, and its answer does not tell what became of it.',
    },
    next: { zh: '查明结果，或列为待处理', en: 'finds out, or holds it' },
    ends: [
      {
        by: 'command',
        command: ({ run }) => again(run),
        does: { zh: '查明并继续', en: 'finds out and goes on' },
      },
    ],
  },
  'undo-refused': {
    name: { zh: '飞书拒绝', en: 'refused by Feishu' },
    says: ({ feishuCode, logId }) => ({
      zh: `飞书拒绝${said(feishuCode, 'zh')}${log(logId, 'zh')}`,
      en: `Feishu refused it${said(feishuCode, 'en')}${log(logId, 'en')}`,
    }),
    means: {
      zh: '飞书不接受这次改回；什么也没有写入',
      en: 'Feishu does not take it back; nothing was written.',
    },
    next: LEFT,
    ends: [
      {
        by: 'event',
        event: {
          zh: '按飞书的代码处理后再次撤销',
          en: 'what the code stands for is mended (see Feishu’s documents); then undo again',
        },
      },
    ],
  },
  'undo-given-up': {
    name: { zh: '已放弃', en: 'given up' },
    says: ({ feishuCode, logId }) => ({
      zh: `已放弃${said(feishuCode, 'zh')}${log(logId, 'zh')}；什么也没有写入`,
      en: `given up${said(feishuCode, 'en')}${log(logId, 'en')}; nothing was written`,
    }),
    means: { zh: '多次尝试都没有成功', en: 'All attempts are used up.' },
    next: LEFT,
    ends: [
      {
        by: 'event',
        event: { zh: '飞书恢复后再次撤销', en: 'Feishu answers again; then undo again' },
      },
    ],
  },
} satisfies Partial<ReasonCatalogue>;

function said(code: number | null, language: 'zh' | 'en'): string {
  if (code === null) return '';
  return language === 'zh' ? `，代码 ${code}` : ` with code ${code}`;
}

function log(logId: string, language: 'zh' | 'en'): string {
  if (logId === '') return '';
  return language === 'zh' ? `（日志 ID ${logId}）` : ` (log id ${logId})`;
}
