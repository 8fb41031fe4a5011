import type { Findings, Lag, RepeatFinding } from './findings.ts';

/** The findings as rows of a table: what was asked, and the answer. */
export function tableOf(findings: Findings): readonly (readonly [string, string])[] {
  const { repeat, readLag, assessmentIds, content, deletedId, badToken, limited } = findings;
  return [
    ['same external_id, same body', repeatText(repeat.sameBody)],
    ['same external_id, other body', repeatText(repeat.otherBody)],
    ['ids of assessments after a PUT', assessmentIds],
    ['a create is seen by batch_query', lagText(readLag.create)],
    ['an update is seen by batch_query', lagText(readLag.update)],
    ['longest content of an assessment', contentText(content)],
    ['delete of a deleted id', deletedId === null ? 'answered as if it were there' : refusalText(deletedId)],
    ['a token that is none', badToken === null ? 'no error' : refusalText(badToken)],
    ['a burst of reads', limitedText(limited)],
  ];
}

function repeatText(finding: RepeatFinding): string {
  switch (finding.answer) {
    case 'same-id':
      return `the same id, with the ${finding.content === 'unknown' ? 'content of neither' : `${finding.content} body`}`;
    case 'new-id':
      return 'ANOTHER OBJECT: external_id does not protect here';
    case 'error':
      return refusalText(finding);
    case 'unclear':
      return 'no clear answer';
  }
}

function lagText({ moreThanMs, atMostMs }: Lag): string {
  const more = `after more than ${Math.floor(moreThanMs)} ms`;
  if (atMostMs === null) return `${more}: it was not seen at all`;
  return moreThanMs === 0 ? `within ${Math.ceil(atMostMs)} ms` : `${more}, within ${Math.ceil(atMostMs)} ms`;
}

function contentText({ accepted, beyond, countedIn }: Findings['content']): string {
  const unit = countedIn ?? 'characters';
  switch (beyond.fate) {
    case 'not-met':
      return `at least ${accepted} characters`;
    case 'refused':
      return `${accepted} ${unit}; more is refused: ${refusalText(beyond)}`;
    case 'truncated':
      return `${accepted} ${unit}; more is CUT OFF WITHOUT AN ERROR`;
    case 'unclear':
      return `${accepted} ${unit}; what becomes of more is not clear`;
  }
}

function limitedText(limited: Findings['limited']): string {
  if (limited === null) return 'not tried (--burst)';
  const within = `${limited.sent} within ${Math.round(limited.withinMs)} ms`;
  if (limited.answer === null) return `${within}: none was limited`;
  const { status, code, headers } = limited.answer;
  const said = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `${within}: ${limited.limited} limited, HTTP ${status}, code ${code ?? 'none'}, ${said.join(', ') || 'no header'}`;
}

function refusalText({ status, code }: { readonly status: number; readonly code: number }): string {
  return `HTTP ${status}, code ${code}`;
}
