import type { Answer } from '../feishu/answer.ts';
import type { RemoteObject } from '../feishu/endpoints.ts';
import type { ExternalInterview } from '../feishu/external-interview.ts';
import { type Asked, assessmentsOf, type Bench, contentsOf } from './bench.ts';
import type { Findings, Lag, RepeatFinding } from './findings.ts';

/** What a repeated create answers. `first` is what the object held before it. */
export async function tryRepeat(
  bench: Bench,
  {
    id,
    externalId,
    first,
    repeated,
  }: {
    readonly id: string;
    readonly externalId: string;
    readonly first: ExternalInterview;
    readonly repeated: ExternalInterview;
  },
): Promise<RepeatFinding> {
  const { answer } = await bench.create(externalId, repeated);
  if (answer.kind === 'error') return { answer: 'error', ...refusalOf(answer) };
  if (answer.kind !== 'ok') return { answer: 'unclear' };
  if (answer.data.id !== id) return { answer: 'new-id' };
  return { answer: 'same-id', content: whose(answer.data, first, repeated) };
}

function whose(
  object: RemoteObject,
  first: ExternalInterview,
  second: ExternalInterview,
): 'first' | 'second' | 'unknown' {
  const [content] = contentsOf(object);
  if (content === first.interview_assessments?.[0]?.content) return 'first';
  return content === second.interview_assessments?.[0]?.content ? 'second' : 'unknown';
}

/** Reads an object until `shows` is true of it, for `capMs` at most. */
export async function measureLag(
  bench: Bench,
  id: string,
  written: Asked<RemoteObject>,
  shows: (object: RemoteObject | null) => boolean,
  capMs: number,
): Promise<Lag> {
  let moreThanMs = 0;
  for (;;) {
    const { answer, sentAt, answeredAt } = await bench.read(id);
    if (answer.kind === 'ok' && shows(answer.data))
      return { moreThanMs, atMostMs: Math.max(0, answeredAt - written.sentAt) };
    if (answer.kind === 'ok') moreThanMs = Math.max(moreThanMs, sentAt - written.answeredAt);
    if (answeredAt - written.answeredAt > capMs) return { moreThanMs, atMostMs: null };
  }
}

/** Whether the assessments kept their ids when the interview was replaced. */
export function compareAssessmentIds(before: RemoteObject, after: RemoteObject): Findings['assessmentIds'] {
  const [old, now] = [before, after].map((object) => assessmentsOf(object).map(({ id }) => id));
  if (old === undefined || now === undefined || old.length === 0 || now.length === 0) return 'not-shown';
  if ([...old, ...now].some((id) => id === undefined)) return 'not-shown';
  const kept = now.filter((id, n) => old[n] === id).length;
  if (kept === now.length) return 'kept';
  return now.some((id) => old.includes(id)) ? 'partly-kept' : 'renewed';
}

/** The longest text that is tried, in characters: a hundred pages. */
const LONGEST = 131_072;
const SHORTEST = 128;

type Try = { readonly fits: boolean; readonly answer: Answer<RemoteObject> };

/** Finds the longest content by doubling, then by halving the interval. */
export async function findContentLimit(bench: Bench, id: string): Promise<Findings['content']> {
  const tries = async (text: string): Promise<Try> => {
    const body = bench.body('', { interview_assessments: [{ username: 'hire-sync probe', content: text }] });
    const { answer } = await bench.update(id, body);
    return { fits: answer.kind === 'ok' && contentsOf(answer.data)[0] === text, answer };
  };
  let accepted = 0;
  let refused: { readonly length: number; readonly answer: Answer<RemoteObject> } | null = null;
  for (let length = SHORTEST; length <= LONGEST && refused === null; length *= 2) {
    const { fits, answer } = await tries(asciiOf(length));
    if (fits) accepted = length;
    else refused = { length, answer };
  }
  if (refused === null) return { accepted, beyond: { fate: 'not-met' }, countedIn: null };
  while (refused.length - accepted > 1) {
    const length = Math.floor((refused.length + accepted) / 2);
    const { fits, answer } = await tries(asciiOf(length));
    if (fits) accepted = length;
    else refused = { length, answer };
  }
  const beyond = fateOf(refused.answer);
  if (accepted < MARKED.length || beyond.fate === 'unclear') return { accepted, beyond, countedIn: null };
  // As many characters, three bytes each.
  const { fits } = await tries(`${MARKED}${'测'.repeat(accepted - MARKED.length)}`);
  return { accepted, beyond, countedIn: fits ? 'characters' : 'bytes' };
}

const MARKED = 'hire-sync probe, a long text. ';

function asciiOf(length: number): string {
  return MARKED.repeat(Math.ceil(length / MARKED.length))
    .slice(0, length - 1)
    .concat('.');
}

function fateOf(answer: Answer<RemoteObject>): Findings['content']['beyond'] {
  if (answer.kind === 'error') return { fate: 'refused', ...refusalOf(answer) };
  return answer.kind === 'ok' ? { fate: 'truncated' } : { fate: 'unclear' };
}

/** What an error answer is remembered by. */
export function refusalOf({ status, code }: Extract<Answer<unknown>, { kind: 'error' }>) {
  return { status, code };
}
