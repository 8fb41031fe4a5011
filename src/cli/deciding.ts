import type { Decision } from '../ledger/decisions.ts';
import type { Entry } from '../ledger/entries.ts';
import type { Bilingual } from '../plan/shape.ts';
import { decisionsOn, endText, reasonNote } from '../report/reason-words.ts';
import { w } from '../report/sentences.ts';

/** A record somebody wants to decide about, as the ledger knows it. */
export interface Undecided {
  readonly key: string;
  readonly entry: Entry | undefined;
  /** It waits for something a lookup does not have yet. */
  readonly waits: boolean;
  /** What was decided about it before it had an entry. */
  readonly earlier: Entry['decision'];
}

/** Why this cannot be decided about a record, as a sentence; null when it can. */
export function objectionTo(
  { kind }: Decision,
  { key, entry, waits, earlier }: Undecided,
  pipeline: string,
): Bilingual | null {
  const record = w(`记录“${key}”`, `The record "${key}"`);
  const undecided = w(`${record.zh}没有作过决定。`, `${record.en}: nothing was decided about it.`);
  const inDoubt = w(
    `${record.zh}不是待处理（状态 creating）：它的新建结果未知，下一次同步会查明；没有需要决定的。`,
    `${record.en} is not held (state: creating): its create is in doubt, and the next sync finds out; there is nothing to decide.`,
  );
  if (entry === undefined) {
    if (kind === 'again') return earlier === null ? undecided : null;
    if (waits)
      return w(
        `${record.zh}在等待对照表中还没有的内容（见 \`hire-sync plan\`）：请补上；没有需要决定的。`,
        `${record.en} waits for something a lookup does not have yet (see \`hire-sync plan\`): add it there; there is nothing to decide.`,
      );
    if (kind === 'overwrite' || kind === 'keep')
      return w(
        `${record.zh}在飞书中没有台账知道的对象，--${kind} 无从谈起。`,
        `${record.en} has no object in Feishu that the ledger knows, so there is nothing to ${kind}.`,
      );
    return null;
  }
  if (entry.decision === 'skip') {
    const isHeld = entry.held !== null || entry.remoteId !== null;
    return isHeld || kind === 'skip' || kind === 'again' ? null : inDoubt;
  }
  if (kind === 'again') return entry.decision === null ? undecided : null;
  if (entry.held !== null) {
    const { held } = entry;
    if (decisionsOn(held.code).includes(kind)) return null;
    const why = reasonNote(held, { redact: true });
    const end = { zh: endText(held, 'zh', { key, pipeline }), en: endText(held, 'en', { key, pipeline }) };
    return w(
      `${record.zh}待处理（${held.code}：${why.zh}），--${kind} 不能使它结束。可以这样：${end.zh}。`,
      `${record.en} is held (${held.code}: ${why.en}), which --${kind} does not end. What does: ${end.en}.`,
    );
  }
  return entry.remoteId === null ? inDoubt : null;
}

/** What a decision comes to, for the person who made it. */
export function effectOf(decision: Decision, { entry }: Pick<Undecided, 'entry'>): Bilingual {
  switch (decision.kind) {
    case 'adopt': {
      const was = entry?.remoteId ?? decision.remoteId;
      // If it is still there, nobody else knows that it was the record's.
      const before =
        was === decision.remoteId
          ? w('', '')
          : w(
              `此前它的对象是 ${was}：如果那个还在飞书中，就会有两份（\`--adopt ${was}\` 收回本决定）。`,
              ` Until now its object was ${was}: if Feishu still has that one, it would be there twice (\`--adopt ${was}\` takes this back).`,
            );
      return w(
        `已认定；下一次同步把它现在的内容写入该对象（原有内容保留，可撤销），如果不同而 --on-drift 为 keep 或 hold，则列为待处理。${before.zh}`,
        `adopted; the next sync sends its present state to that object (what is there is kept for an undo), or holds it if it differs under --on-drift keep or hold.${before.en}`,
      );
    }
    case 'create': {
      if (entry === undefined) return w('下一次同步新建。', 'to be created by the next sync.');
      const { remoteId } = entry;
      if (remoteId === null)
        return w(
          '下一次同步用新的防重编号新建。',
          'to be created by the next sync, under a new idempotency key.',
        );
      // What Feishu holds under an id that somebody named, and that no sync has written, is not known.
      const named =
        entry.applied?.fingerprint === ''
          ? w(
              `${remoteId} 是人工指定的（--adopt），还没有写入过：如果指定错了，请用 \`--adopt\` 改回记录原来的 ID；本决定会在它之外再建一个对象。`,
              ` ${remoteId} was named by hand (--adopt), and is not written yet: if that was a slip, \`--adopt\` with the id that the record had before is the way back; this would make a second object beside that one.`,
            )
          : w('', '');
      return w(
        `下一次同步先查找 ${remoteId}：如果飞书中已没有它，或记录编号现在属于另一投递，就用新的防重编号新建；否则不作改动。${named.zh}如果新建的对象不对，用 \`hire-sync undo --run RUN\` 撤销那次同步来删除；请在再次 --adopt 之前进行，之后撤销就不再认它。`,
        `the next sync looks for ${remoteId}: if Feishu no longer has it, or the key belongs to another application now, a new object is created, under a new idempotency key; if neither is so, nothing comes of this.${named.en} A new object that turns out wrong is deleted by \`hire-sync undo --run RUN\` of that sync; do that before another --adopt, after which no undo takes it for its own.`,
      );
    }
    case 'skip':
      return entry?.remoteId != null && entry.held === null
        ? w(
            `不再写入：它的对象 ${entry.remoteId} 在飞书中保持现状，原系统以后的变化不会写入；\`resolve --again\` 收回这个决定。`,
            `will not be written any more: its object ${entry.remoteId} stays in Feishu as it is now, and what changes in the source does not reach it; \`resolve --again\` takes that back.`,
          )
        : w(
            '不会写入；`resolve --again` 收回这个决定。',
            'will not be written; `resolve --again` takes that back.',
          );
    case 'overwrite':
      return w(
        '下一次同步会询问飞书，以原系统为准（飞书中的内容保留，可撤销）。',
        'the next sync asks Feishu about it, and the source wins (what is there is kept for an undo).',
      );
    case 'keep':
      return w(
        '下一次同步会询问飞书，保留那里的改动。',
        'the next sync asks Feishu about it, and what was edited there stays.',
      );
    case 'again':
      return entry?.held == null
        ? w('已收回决定；下一次运行重新处理。', 'the decision is taken back; the next run decides anew.')
        : w(
            `已收回决定；仍为待处理（${entry.held.code}）。`,
            `the decision is taken back; it is held as before (${entry.held.code}).`,
          );
  }
}
