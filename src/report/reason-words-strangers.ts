import type { Bilingual } from '../plan/shape.ts';
import type { NearPart } from '../reason.ts';
import { ADOPT, CREATE, SKIP } from './reason-ends.ts';
import type { ReasonCatalogue } from './reason-words.ts';

const LOOKS_AGAIN: Bilingual = {
  zh: '重新比较；仍是如此则继续暂不写入',
  en: 'compares it again, and holds it as long as it is so',
};

/** Why a record is held because of an object that may be another's. */
export const STRANGER_WORDS = {
  'near-stranger': {
    name: { zh: '飞书中可能已有', en: 'may be there already' },
    says: ({ remoteId, agrees }) => ({
      zh: `飞书中可能已有：同一投递下的 ${remoteId} 与它${inWhat(agrees, 'zh')}，而没有记录拥有它`,
      en: `may be there already: ${remoteId} of the same application has ${inWhat(agrees, 'en')}, and no record owns it`,
    }),
    means: {
      zh: '同一投递下有一个很相像的对象：可能有人手工录入过，也可能是同步台账丢失前的同一记录。新建就会重复',
      en: 'An object of the same application is much like it: typed by hand, or written before the ledger was lost. Creating would double it.',
    },
    next: LOOKS_AGAIN,
    beforeEntry: true,
    ends: [ADOPT, CREATE, SKIP],
  },
  'near-other-pipeline': {
    name: { zh: '可能属于另一套同步规则', en: "may be another pipeline's" },
    says: ({ remoteId, agrees, owner }) => ({
      zh: `飞书中可能已有：同一投递下的 ${remoteId} 与它${inWhat(agrees, 'zh')}，属于同步规则 ${owner.pipeline} 的 ${owner.key}`,
      en: `may be there already: ${remoteId} of the same application has ${inWhat(agrees, 'en')}, and belongs to ${owner.key} of pipeline ${owner.pipeline}`,
    }),
    means: {
      zh: '同步台账中另一套同步规则的记录已有这个对象：多半是同步规则改了名。新建就会重复',
      en: 'A record of another pipeline in this ledger has the object: most likely the pipeline has a new name. Creating would double it.',
    },
    next: LOOKS_AGAIN,
    beforeEntry: true,
    ends: [
      {
        by: 'command',
        command: ({ owner, pipeline }) => `hire-sync ledger rename-pipeline ${owner.pipeline} ${pipeline}`,
        does: {
          zh: '如果只是同步规则改了名：其记录归新名所有',
          en: 'if it is the same pipeline under a new name: its records are those of the new name',
        },
      },
      CREATE,
      SKIP,
    ],
  },
  'near-missing': {
    name: { zh: '可能是改了记录编号的记录', en: 'may be a record under another key' },
    says: ({ was, remoteId, agrees }) => ({
      zh: `它原来是 ${was} 吗？导出中已没有 ${was}，而它${inWhat(agrees, 'zh')}${remoteId === null ? '' : `（${remoteId}）`}`,
      en: `was it ${was}? The export no longer has ${was}, which has ${inWhat(agrees, 'en')}${remoteId === null ? '' : ` (${remoteId})`}`,
    }),
    means: {
      zh: '导出里消失了一条记录，又出现了一条与它相同或很相像的，或记录编号很相像的：多半只是记录编号的写法变了。新建就会重复',
      en: 'The export lost a record and has a new one that equals it or is much like it, or has a key much like its own: most likely the key is only spelt otherwise. Creating would double it.',
    },
    next: LOOKS_AGAIN,
    beforeEntry: true,
    ends: [
      {
        by: 'command',
        // By itself it finds equal contents and keys that are alike; other pairs only a person knows.
        command: ({ agrees }) =>
          `hire-sync rekey PIPELINE${agrees.includes('all') || agrees.includes('key') ? '' : ' --from FILE'}`,
        does: {
          zh: '列出旧编号和新编号，确认后沿用原来的记录（FILE：CSV，old 和 new 两列，每行一对编号）',
          en: 'lists old and new keys, asks, and takes the new keys over (FILE: a CSV file with the columns old and new, a pair of keys in each line)',
        },
      },
      CREATE,
      SKIP,
    ],
  },
} satisfies Partial<ReasonCatalogue>;

const PARTS: Readonly<Record<NearPart, Bilingual>> = {
  all: { zh: '内容相同', en: 'the same content' },
  begin: { zh: '时间', en: 'time' },
  who: { zh: '面试官（名称）', en: 'interviewer (name)' },
  text: { zh: '文字', en: 'text' },
  key: { zh: '主键（写法不同）', en: 'key, spelt otherwise' },
};

/** `the same time and text` */
function inWhat(agrees: readonly NearPart[], language: 'zh' | 'en'): string {
  const words = agrees.map((part) => PARTS[part][language]);
  if (agrees.includes('all')) return words.join('');
  return language === 'zh' ? `${words.join('、')}相同` : `the same ${words.join(' and ')}`;
}
