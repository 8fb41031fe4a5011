import type { Bilingual } from '../plan/shape.ts';
import type { Findings, Lag, RepeatFinding } from '../probe/findings.ts';
import type { ProbeStep } from '../probe/probe.ts';
import { w } from '../report/sentences.ts';

/** What a probe is at. */
export const PROBE_STEPS: Readonly<Record<ProbeStep, Bilingual>> = {
  creating: w('新建，并等到能读到', 'creating, and waiting for it to be seen'),
  repeating: w('重复使用 external_id', 'repeating the external_id'),
  updating: w('更新，并等到能读到', 'updating, and waiting for it to be seen'),
  measuring: w('测量评语的最大长度', 'finding the longest content'),
  bursting: w('同时发出多次读取', 'sending a burst of reads'),
  deleting: w('删除两次', 'deleting twice'),
};

/** The findings as rows of a table: what was asked, and the answer. */
export function tableOf(findings: Findings): readonly (readonly [Bilingual, Bilingual])[] {
  const { repeat, readLag, assessmentIds, content, deletedId, badToken, limited } = findings;
  return [
    [w('external_id 相同，内容相同', 'same external_id, same body'), repeatText(repeat.sameBody)],
    [w('external_id 相同，内容不同', 'same external_id, other body'), repeatText(repeat.otherBody)],
    [w('PUT 之后评价的 ID', 'ids of assessments after a PUT'), ID_WORDS[assessmentIds]],
    [w('新建多久后 batch_query 能读到', 'a create is seen by batch_query'), lagText(readLag.create)],
    [w('更新多久后 batch_query 能读到', 'an update is seen by batch_query'), lagText(readLag.update)],
    [w('评价内容的最大长度', 'longest content of an assessment'), contentText(content)],
    [
      w('删除已删除的 ID', 'delete of a deleted id'),
      deletedId === null ? w('答复如同它还在', 'answered as if it were there') : refusalText(deletedId),
    ],
    [
      w('无效的令牌', 'a token that is none'),
      badToken === null ? w('没有报错', 'no error') : refusalText(badToken),
    ],
    [w('同时发出的读取', 'a burst of reads'), limitedText(limited)],
  ];
}

const ID_WORDS: Readonly<Record<Findings['assessmentIds'], Bilingual>> = {
  kept: w('保持不变', 'kept'),
  renewed: w('换成新的', 'renewed'),
  'partly-kept': w('部分保持不变', 'partly-kept'),
  'not-shown': w('没有显示', 'not-shown'),
};

function repeatText(finding: RepeatFinding): Bilingual {
  switch (finding.answer) {
    case 'same-id':
      switch (finding.content) {
        case 'unknown':
          return w('同一 ID，内容与两次都不同', 'the same id, with the content of neither');
        default:
          return w(
            `同一 ID，内容是${finding.content === 'first' ? '第一次' : '第二次'}的`,
            `the same id, with the ${finding.content} body`,
          );
      }
    case 'new-id':
      return w('另一个对象：external_id 在这里不防重复', 'ANOTHER OBJECT: external_id does not protect here');
    case 'error':
      return refusalText(finding);
    case 'unclear':
      return w('没有明确的答复', 'no clear answer');
  }
}

function lagText({ moreThanMs, atMostMs }: Lag): Bilingual {
  const [more, most] = [Math.floor(moreThanMs), Math.ceil(atMostMs ?? 0)];
  const after = w(`超过 ${more} 毫秒`, `after more than ${more} ms`);
  const within = w(`${most} 毫秒之内`, `within ${most} ms`);
  if (atMostMs === null) return w(`${after.zh}，一直没有读到`, `${after.en}: it was not seen at all`);
  return moreThanMs === 0 ? within : w(`${after.zh}，${within.zh}`, `${after.en}, ${within.en}`);
}

function contentText({ accepted, beyond, countedIn }: Findings['content']): Bilingual {
  const unit = w(countedIn === 'bytes' ? '字节' : '个字符', countedIn ?? 'characters');
  const size = w(`${accepted} ${unit.zh}`, `${accepted} ${unit.en}`);
  switch (beyond.fate) {
    case 'not-met':
      return w(`至少 ${accepted} 个字符`, `at least ${accepted} characters`);
    case 'refused': {
      const { zh, en } = refusalText(beyond);
      return w(`${size.zh}；更长的被拒绝：${zh}`, `${size.en}; more is refused: ${en}`);
    }
    case 'truncated':
      return w(`${size.zh}；更长的被截断且不报错`, `${size.en}; more is CUT OFF WITHOUT AN ERROR`);
    case 'unclear':
      return w(`${size.zh}；更长的结果不清楚`, `${size.en}; what becomes of more is not clear`);
  }
}

function limitedText(limited: Findings['limited']): Bilingual {
  if (limited === null) return w('没有尝试（--burst）', 'not tried (--burst)');
  const { sent, withinMs, answer, limited: n } = limited;
  const within = w(`${Math.round(withinMs)} 毫秒内 ${sent} 次`, `${sent} within ${Math.round(withinMs)} ms`);
  if (answer === null) return w(`${within.zh}：没有被限流`, `${within.en}: none was limited`);
  const { status, code, headers } = answer;
  const said = Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
  return w(
    `${within.zh}：${n} 次被限流，HTTP ${status}，代码 ${code ?? '无'}，${said || '没有响应头'}`,
    `${within.en}: ${n} limited, HTTP ${status}, code ${code ?? 'none'}, ${said || 'no header'}`,
  );
}

function refusalText({ status, code }: { readonly status: number; readonly code: number }): Bilingual {
  return w(`HTTP ${status}，代码 ${code}`, `HTTP ${status}, code ${code}`);
}
