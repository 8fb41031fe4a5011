import type { Bilingual } from '../plan/shape.ts';
import type { NearPart } from '../reason.ts';
import { ADOPT, CREATE, command, LOOKS_AGAIN, SKIP } from './reason-ends.ts';
import type { ReasonCatalogue } from './reason-words.ts';
import { w } from './sentences.ts';

/** Why a record is held because of an object that may be another's. */
export const STRANGER_WORDS = {
  'near-stranger': {
    name: w('飞书中可能已有', 'may be there already'),
    says: ({ remoteId, agrees }) =>
      w(
        `飞书中可能已有：同一投递下的 ${remoteId} 与它${inWhat(agrees, 'zh')}，而没有记录拥有它`,
        `may be there already: ${remoteId} of the same application has ${inWhat(agrees, 'en')}, and no record owns it`,
      ),
    means: w(
      '同一投递下有一个很相像的对象：可能有人手工录入过，也可能是同步台账丢失前的同一记录。新建就会重复',
      'An object of the same application is much like it: typed by hand, or written before the ledger was lost. Creating would double it.',
    ),
    next: LOOKS_AGAIN,
    beforeEntry: true,
    ends: [ADOPT, CREATE, SKIP],
  },
  'near-other-pipeline': {
    name: w('可能属于另一套同步规则', "may be another pipeline's"),
    says: ({ remoteId, agrees, owner }) =>
      w(
        `飞书中可能已有：同一投递下的 ${remoteId} 与它${inWhat(agrees, 'zh')}，属于同步规则 ${owner.pipeline} 的 ${owner.key}`,
        `may be there already: ${remoteId} of the same application has ${inWhat(agrees, 'en')}, and belongs to ${owner.key} of pipeline ${owner.pipeline}`,
      ),
    means: w(
      '同步台账中另一套同步规则的记录已有这个对象：多半是同步规则改了名。新建就会重复',
      'A record of another pipeline in this ledger has the object: most likely the pipeline has a new name. Creating would double it.',
    ),
    next: LOOKS_AGAIN,
    beforeEntry: true,
    ends: [
      command(
        ({ owner, pipeline }) => `hire-sync ledger rename-pipeline ${owner.pipeline} ${pipeline}`,
        '如果只是同步规则改了名：其记录归新名所有',
        'if it is the same pipeline under a new name: its records are those of the new name',
      ),
      CREATE,
      SKIP,
    ],
  },
  'near-missing': {
    name: w('可能是改了记录编号的记录', 'may be a record under another key'),
    says: ({ was, remoteId, agrees }) =>
      w(
        `它原来是 ${was} 吗？导出中已没有 ${was}，而它${inWhat(agrees, 'zh')}${remoteId === null ? '' : `（${remoteId}）`}`,
        `was it ${was}? The export no longer has ${was}, which has ${inWhat(agrees, 'en')}${remoteId === null ? '' : ` (${remoteId})`}`,
      ),
    means: w(
      '导出里消失了一条记录，又出现了一条与它相同或很相像的，或记录编号很相像的：多半只是记录编号的写法变了。新建就会重复',
      'The export lost a record and has a new one that equals it or is much like it, or has a key much like its own: most likely the key is only spelt otherwise. Creating would double it.',
    ),
    next: LOOKS_AGAIN,
    beforeEntry: true,
    ends: [
      // By itself it finds equal contents and keys that are alike; other pairs only a person knows.
      command(
        ({ agrees }) =>
          `hire-sync rekey PIPELINE${agrees.includes('all') || agrees.includes('key') ? '' : ' --from FILE'}`,
        '列出旧编号和新编号，确认后沿用原来的记录（FILE：CSV，old 和 new 两列，每行一对编号）',
        'lists old and new keys, asks, and takes the new keys over (FILE: a CSV file with the columns old and new, a pair of keys in each line)',
      ),
      CREATE,
      SKIP,
    ],
  },
} satisfies Partial<ReasonCatalogue>;

const PARTS: Readonly<Record<NearPart, Bilingual>> = {
  all: w('内容相同', 'the same content'),
  begin: w('时间', 'time'),
  who: w('面试官（名称）', 'interviewer (name)'),
  text: w('文字', 'text'),
  key: w('主键（写法不同）', 'key, spelt otherwise'),
};

/** `the same time and text` */
function inWhat(agrees: readonly NearPart[], language: 'zh' | 'en'): string {
  const words = agrees.map((part) => PARTS[part][language]);
  if (agrees.includes('all')) return words.join('');
  return language === 'zh' ? `${words.join('、')}相同` : `the same ${words.join(' and ')}`;
}
