import type { Complaint, ComplaintOf, GuardName } from '../complaint.ts';
import type { Bilingual } from '../plan/shape.ts';
import { joined, plural, w } from './sentences.ts';
import type { Telling } from './telling.ts';

/** All words about one guard. */
interface ComplaintWords<C extends Complaint> {
  /** What it is about, for somebody who has never met it. */
  readonly name: Bilingual;
  /** The sentence with the numbers, without the full stop at its end. */
  readonly says: (complaint: C, telling: Telling) => Bilingual;
  /** Of a guard that speaks alone: what to do, instead of just lifting it. */
  readonly next?: (complaint: C, telling: Telling) => Bilingual;
}

/** The only place with words for guards: one entry for each, which the compiler asks for. */
export const COMPLAINT_WORDS: { readonly [G in GuardName]: ComplaintWords<ComplaintOf<G>> } = {
  restored: {
    name: w('同步台账比已写入的内容旧', 'the ledger is older than what was written'),
    says: ({ ledger, kind, copiedAt, runs }, { at }) => {
      const unknown = unknownRuns(runs);
      const copied = copiedAt === null ? '–' : at(copiedAt);
      switch (kind) {
        case 'copy':
          return w(
            `同步台账 ${ledger} 是 ${copied} 所作的副本，不知道此后写入的内容`,
            `the ledger ${ledger} is a copy that was made at ${copied}; what was written since it does not know`,
          );
        case 'behind':
          return w(
            `同步台账 ${ledger} 比用它写入的内容旧${unknown.zh}`,
            `the ledger ${ledger} is older than what was written with it${unknown.en}`,
          );
        case 'new':
          return w(
            `同步台账 ${ledger} 是新的，而以前的运行已经写入过${unknown.zh}`,
            `the ledger ${ledger} is new, and earlier runs have written${unknown.en}`,
          );
      }
    },
    next: ({ pipeline }) =>
      w(
        `它不知道的 ${pipeline} 的记录会被再次创建，或被改回旧值。请技术人员处理：如果有更新的台账，放回原处（或用 --ledger FILE 指定）；如果没有，用 --allow restored 运行一次，它会先把每个新建和更新与飞书比较，分不清的列为待处理；这次运行完成后，台账重新可信。`,
        `What it does not know of ${pipeline} would be created a second time, or changed back. If there is a newer ledger, put it in its place (or name it: --ledger FILE). ` +
          'If there is none: --allow restored makes one run that compares every create and update with Feishu first and holds what it cannot tell apart; ' +
          'when it has finished, the ledger is trusted again.',
      ),
  },
  reversed: {
    name: w('有结论的方向相反，通过会写成不通过', 'a verdict is mapped the other way'),
    says: ({ path, file, column, words }, { label, value }) => {
      const told = words.map((one) => {
        const { zh, en } = value(path, one.value);
        const [ofZh, ofEn] =
          one.some === undefined ? ['', ''] : [`至少 ${one.some} 格，共 `, `at least ${one.some} of `];
        return w(
          `${one.word} → ${zh} ${ofZh}${one.count} 格`,
          `${one.word} → ${en} in ${ofEn}${plural(one.count, 'cell')}`,
        );
      });
      const all = joined(told);
      return w(
        `${file} 的“${column}”列在“${label(path).zh}”中的对应方向相反：${all.zh}`,
        `column ${column} of ${file} is mapped the other way, in ${path}: ${all.en}`,
      );
    },
  },
  'existing-content': {
    name: w(
      '飞书中已有相同的内容，新建会重复',
      'Feishu already holds this content: creating would double it',
    ),
    says: ({ pipeline, compared, applications, found }) =>
      w(
        `同步台账中没有 ${pipeline} 的任何记录，但抽查的 ${applications} 个投递之下计划新建 ${compared} 条，飞书中已有 ${found} 条相同或极为相近的内容`,
        `this ledger knows no record of ${pipeline}, but of ${compared} planned creates under ${applications} sampled applications, Feishu already holds ${found} with the same or much the same content`,
      ),
    next: ({ pipeline, creates, owners }, { pipeline: file }) => {
      const [owner] = owners;
      const renamed =
        owner === undefined
          ? w('', '')
          : w(
              `它们在此台账中属于同步规则 ${owners.join('、')}：如果只是改了名，\`hire-sync ledger rename-pipeline ${owner} ${pipeline}\`。`,
              `They belong to pipeline ${owners.join(', ')} in this ledger: if it has a new name, \`hire-sync ledger rename-pipeline ${owner} ${pipeline}\`. `,
            );
      return w(
        `${renamed.zh}全部新建 ${creates} 条会造成重复。请技术人员使用以前运行的台账（--ledger），或用 \`hire-sync ledger rebuild ${file}\` 从飞书重建。如果确实要新建：--allow existing-content。`,
        `${renamed.en}Creating all ${creates} would double them. Use the ledger of the earlier runs (--ledger), or build it from Feishu with ` +
          `\`hire-sync ledger rebuild ${file}\`. If they are to be created all the same: --allow existing-content.`,
      );
    },
  },
  empty: {
    name: w('导出或其中一个文件是空的', 'the export, or a file of it, is empty'),
    says: ({ file, before }) => {
      if (file === null) return w('导出中一行也没有', 'the export has no rows at all');
      const then = before === null ? w('', '') : lastTime(before);
      return w(`${file} 中一行也没有${then.zh}`, `${file} has no rows${then.en}`);
    },
  },
  truncated: {
    name: w('文件末尾不完整，可能被截断', 'a file may have been cut off'),
    says: ({ file }) =>
      w(
        `${file} 的末尾没有换行，而上次有：它可能被截断`,
        `${file} does not end with a line end, as it did last time: it may have been cut off`,
      ),
  },
  shrunk: {
    name: w('行数比上次少得多', 'far fewer rows than last time'),
    says: ({ file, rows, before, allows }) => {
      const [then, fewer] = [lastTime(before), percent((before.rows - rows) / before.rows)];
      const limit = allowed('shrunk', allows);
      return w(
        `${file} 有 ${rows} 行${then.zh}，少了 ${fewer}${limit.zh}`,
        `${file} has ${plural(rows, 'row')}${then.en}: ${fewer} fewer${limit.en}`,
      );
    },
  },
  changed: {
    name: w('一次要改的记录太多', 'too many records would change at once'),
    says: ({ changed, known, allows }) => {
      const limit = allowed('changed', allows);
      return w(
        `${known} 条已知记录中，一次要改 ${changed} 条：${percent(changed / known)}${limit.zh}`,
        `${changed} of ${known} known records would change at once: ${percent(changed / known)}${limit.en}`,
      );
    },
  },
  field: {
    name: w('同一字段在太多记录中变化或被清空', 'one field changes, or becomes empty, in too many records'),
    says: ({ path, emptied, records, known, allows }, { label }) => {
      const [limit, share] = [allowed('field', allows), percent(records / known)];
      const what = emptied ? w('被清空', 'becomes empty') : w('变化', 'changes');
      return w(
        `${known} 条已知记录中，有 ${share} 的“${label(path).zh}”（\`${path}\`）${what.zh}${limit.zh}`,
        `\`${path}\` ${what.en} in ${share} of the ${known} known records${limit.en}`,
      );
    },
  },
  rejected: {
    name: w('数据有误的行太多', 'too many rows are rejected'),
    says: ({ rejected, rows, allows }) => {
      const [limit, share] = [allowed('rejected', allows), percent(rejected / rows)];
      return w(
        `${rows} 行中有 ${rejected} 行数据有误：${share}${limit.zh}`,
        `${rejected} of ${rows} rows are rejected: ${share}${limit.en}`,
      );
    },
  },
  older: {
    name: w('导出比上次的旧', 'the export is older than the last one'),
    says: ({ newestMs, lastMs }, { at }) => {
      const [now, then] = days(at(newestMs), at(lastMs));
      return w(
        `导出中最新的日期是 ${now}，上次是 ${then}：可能是旧文件`,
        `the newest date in the export is ${now}, last time it was ${then}: this may be an old file`,
      );
    },
  },
  orphans: {
    name: w('太多明细行找不到所属的记录', 'too many child rows have no parent'),
    says: ({ file, alone, rows, because, before, allows }) => {
      if (because === 'none')
        return w(
          `${file}：${rows} 行中有 ${alone} 行在导出中找不到所属的记录，而同步规则一行也不允许`,
          `${file}: ${alone} of ${rows} rows have no parent in the export, and the pipeline allows none`,
        );
      const share = percent(alone / rows);
      const what = w(
        `${file}：写明了所属记录的 ${rows} 行中，有 ${alone} 行在导出中找不到它：${share}`,
        `${file}: ${alone} of the ${rows} rows that name a parent have none in the export: ${share}`,
      );
      if (because === 'share') {
        const limit = allowed('orphans', allows);
        return w(`${what.zh}${limit.zh}`, `${what.en}${limit.en}`);
      }
      const [then, points] = [percent(before ?? 0), Math.round(allows * 100)];
      return w(
        `${what.zh}，上次 ${then}（guards.orphansRise 最多允许高出 ${points} 个百分点）`,
        `${what.en}, last time ${then} (guards.orphansRise allows ${points} points more)`,
      );
    },
  },
  rekeyed: {
    name: w('很多记录换了记录编号', 'many records come under other keys'),
    says: ({ count, known, examples, allows }, { pipeline }) => {
      const pairs = examples.map(({ was, key }) => `${was} → ${key}`);
      const more = count > examples.length ? ['…'] : [];
      const [limit, share] = [allowed('rekeyed', allows), percent(count / known)];
      return w(
        `${count} 个新的记录编号，其内容与已消失的记录完全相同，占 ${known} 条已知记录的 ${share}${limit.zh}：${[...pairs, ...more].join('，')}。如果只是编号的写法变了，请技术人员运行 \`hire-sync rekey ${pipeline}\` 改用新编号`,
        `${count} new keys have the very content of records that vanished, ${share} of the ${known} known${limit.en}: ${[...pairs, ...more].join(', ')}. ` +
          `If the keys are only spelt otherwise, \`hire-sync rekey ${pipeline}\` takes the new ones over`,
      );
    },
  },
  vanished: {
    name: w('很多记录从导出中消失', 'many records vanish from the export'),
    says: ({ vanished, known, added, allows }, { pipeline }) => {
      const share = percent(vanished / known);
      return w(
        `${known} 条已知记录中有 ${vanished} 条消失（${share}，guards.vanished 最多允许 ${percent(allows)}），又新出现 ${added} 条：可能是同样的记录换了记录编号（请技术人员运行 \`hire-sync rekey ${pipeline}\` 查找）`,
        `${vanished} of ${known} known records vanish (${share}, guards.vanished allows ${percent(allows)}) and ${added} are new: these may be the same under other keys (\`hire-sync rekey ${pipeline}\` looks for them)`,
      );
    },
  },
  missing: {
    name: w('很多记录在飞书中已不存在', 'many records are no longer in Feishu'),
    says: ({ count, known, isAll, allows, from, allowsShare }) => {
      const [share, upTo] = [percent(count / known), percent(allowsShare)];
      return w(
        `${known} 条已知记录中，--recreate-missing 会重新创建${isAll ? '' : '至少'} ${count} 条（${share}），因为飞书没有显示它们；不经放行，最多 ${allows} 条，已知记录达到 ${from} 条时最多 ${upTo}`,
        `--recreate-missing would create ${isAll ? '' : 'at least '}${count} of ${known} known records again (${share}), because Feishu does not show them; up to ${plural(allows, 'record')}, and from ${from} known on up to ${upTo}, it does so by itself`,
      );
    },
    next: (_, { pipeline }) =>
      w(
        `也许它们没有被删除，只是应用看不到了：那样每条都会重复。\`hire-sync verify ${pipeline}\` 列出所有不存在的记录。如果确已删除，并且要重新创建：--allow missing。`,
        `Perhaps they were not deleted, and the app may no longer see them: then each would be there twice. \`hire-sync verify ${pipeline}\` ` +
          'lists all that are missing. If they were deleted, and are to be created again: --allow missing.',
      ),
  },
};

/** The words about a complaint's guard. */
export function complaintWords<C extends Complaint>({ guard }: C): ComplaintWords<C> {
  // The catalogue has under each guard the words for just its data, which TypeScript cannot follow.
  return COMPLAINT_WORDS[guard] as unknown as ComplaintWords<C>;
}

/** How many runs a sentence names. */
const NAMED = 10;

function unknownRuns(runs: readonly string[]): Bilingual {
  if (runs.length === 0) return w('', '');
  const named = runs.slice(0, NAMED).join(', ');
  const more = runs.length - NAMED;
  const others = more > 0 ? w(`，另有 ${more} 次`, ` and ${more} more`) : w('', '');
  return w(
    `，不知道这些运行写入的内容：${named}${others.zh}`,
    `; it does not know what was written by run ${named}${others.en}`,
  );
}

function lastTime({ file, rows }: { readonly file: string | null; readonly rows: number }): Bilingual {
  if (file === null) return w(`，上次 ${rows} 行`, `, last time ${rows}`);
  return w(`，上次 ${file} 有 ${rows} 行`, `, last time ${file} had ${rows}`);
}

function allowed(name: string, share: number): Bilingual {
  return w(`（guards.${name} 最多允许 ${percent(share)}）`, ` (guards.${name} allows ${percent(share)})`);
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}

/** Both as days; with their times where it is the same day. */
function days(one: string, other: string): readonly [string, string] {
  const [day, otherDay] = [one.slice(0, 10), other.slice(0, 10)];
  return day === otherDay ? [one, other] : [day, otherDay];
}
