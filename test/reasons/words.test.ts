import { describe, expect, it } from 'vitest';
import type { ReasonCode, ReasonOf } from '../../src/reason.ts';
import {
  decisionsOn,
  decisionWords,
  endText,
  REASON_CODES,
  reasonText,
  redacted,
  wordsOf,
} from '../../src/report/reason-words.ts';

const TYPED = '王强 not in lookup, 13800138000';
const ID = '6960663240925956437';
const AT = 1_709_600_700_000;

/** One of each: a code without an example does not compile. */
const EXAMPLES: { readonly [Code in ReasonCode]: ReasonOf<Code> } = {
  'missing-in-feishu': { code: 'missing-in-feishu', remoteId: ID },
  'not-visible-yet': { code: 'not-visible-yet', remoteId: ID, untilMs: AT },
  'owned-by-another': { code: 'owned-by-another', remoteId: ID },
  'ambiguous-objects': { code: 'ambiguous-objects', ids: [ID, '2'], records: 2 },
  'other-application': { code: 'other-application', remoteId: ID, application: '2' },
  'answered-with-another': { code: 'answered-with-another', remoteId: ID },
  'beside-strangers': { code: 'beside-strangers', ids: [ID, '2'] },
  'masked-values': { code: 'masked-values', remoteId: ID },
  'undo-other-answer': { code: 'undo-other-answer', run: 'run-1' },
  'refused-repeat': { code: 'refused-repeat' },
  'near-stranger': { code: 'near-stranger', remoteId: ID, agrees: ['begin', 'who'] },
  'near-other-pipeline': {
    code: 'near-other-pipeline',
    pipeline: 'new-name',
    remoteId: ID,
    agrees: ['begin', 'who'],
    owner: { pipeline: 'old-name', key: 'IV-1' },
  },
  'near-missing': { code: 'near-missing', was: '007', remoteId: ID, agrees: ['all'] },
  'drops-child': { code: 'drops-child', path: 'interview_assessments[1]', because: 'orphans', orphans: 3 },
  'not-compared': { code: 'not-compared', feishuCode: null },
  'changed-since-plan': { code: 'changed-since-plan' },
  'changed-in-feishu': {
    code: 'changed-in-feishu',
    fields: ['a', 'b', 'c', 'd', 'e', 'f'],
    conflicts: ['begin_time'],
  },
  'kept-does-not-fit': { code: 'kept-does-not-fit' },
  'named-by-hand': { code: 'named-by-hand', fields: ['begin_time'] },
  'key-reused': { code: 'key-reused', before: ID, after: '2' },
  waiting: { code: 'waiting', sinceMs: AT, days: 3, words: TYPED, values: [TYPED] },
  'undo-delete-in-doubt': { code: 'undo-delete-in-doubt', run: 'run-1' },
  'create-in-doubt': { code: 'create-in-doubt', sentAtMs: AT },
  'held-by-older-version': { code: 'held-by-older-version', words: TYPED },
  'skipped-by-pipeline': { code: 'skipped-by-pipeline', words: TYPED },
  'duplicate-row': { code: 'duplicate-row', file: 'a.csv', line: 2 },
  'decided-skip': { code: 'decided-skip' },
  'update-in-doubt': { code: 'update-in-doubt', sentAtMs: AT },
  'being-written': { code: 'being-written' },
  'may-be-create-of': { code: 'may-be-create-of', keys: ['IV-1'] },
  'undo-not-in-ledger': { code: 'undo-not-in-ledger' },
  'undo-named-since': { code: 'undo-named-since' },
  'undo-changed-since': { code: 'undo-changed-since', run: 'run-2' },
  'undo-edited-since': { code: 'undo-edited-since' },
  'undo-deleted-since': { code: 'undo-deleted-since' },
  'undo-version-unknown': { code: 'undo-version-unknown' },
  'undo-version-not-kept': { code: 'undo-version-not-kept' },
  'undo-request-in-doubt': { code: 'undo-request-in-doubt' },
  'undo-equal-objects': { code: 'undo-equal-objects', ids: [ID, '2'] },
  'undo-not-visible-yet': { code: 'undo-not-visible-yet', run: 'run-1', untilMs: AT },
  'undo-no-answer': { code: 'undo-no-answer', run: 'run-1' },
  'undo-refused': { code: 'undo-refused', feishuCode: 1002002, logId: 'log-1' },
  'undo-given-up': { code: 'undo-given-up', feishuCode: null, logId: '' },
  'undo-adopted': { code: 'undo-adopted' },
  'undo-recorded': { code: 'undo-recorded' },
  'undo-gone-already': { code: 'undo-gone-already' },
  'undo-holds-old-version': { code: 'undo-holds-old-version' },
  'undo-never-arrived': { code: 'undo-never-arrived' },
};

describe.each(REASON_CODES)('%s', (code) => {
  const reason = EXAMPLES[code];
  const { name, means, next, ends } = wordsOf(reason);

  it('has its words in both languages, each in its own', () => {
    const texts = (['zh', 'en'] as const).map((language) => [
      reasonText(reason, { language, redact: false }).replaceAll(TYPED, ''),
      reasonText(reason, { language, redact: true }),
      ...[name, means, next].map((words) => words[language]),
      endText(reason, language, {}),
    ]);
    const [zh = [], en = []] = texts;
    const isTyped = (text: string) => text === '';
    for (const text of zh) expect(isTyped(text) || /\p{Script=Han}/u.test(text), text).toBe(true);
    for (const text of en) expect(isTyped(text) || !/\p{Script=Han}/u.test(text), text).toBe(true);
  });

  it('shows in Chinese every datum that it shows in English', () => {
    const [zh, en] = (['zh', 'en'] as const).map((language) =>
      reasonText(reason, { language, redact: false }),
    );
    const data = Object.entries(reason).flatMap(([name, value]) => (name === 'code' ? [] : [value].flat()));
    const shown = data.filter((one) => ['string', 'number'].includes(typeof one) && one !== '').map(String);
    for (const datum of shown) if (en?.includes(datum)) expect(zh).toContain(datum);
  });

  it('holds nothing that somebody typed once it is redacted', () => {
    for (const language of ['zh', 'en'] as const) {
      const text = reasonText(reason, { language, redact: true });
      expect(text).not.toMatch(/王强|13800138000/);
      expect(text.length).toBeGreaterThan(3);
    }
    expect(JSON.stringify(redacted(reason))).not.toMatch(/王强|13800138000/);
    expect(redacted(reason)).toMatchObject({ code });
    // Only `words` and `values` hold what was typed, so that leaving them out is enough.
    const { words: _, values: __, ...data } = { words: '', values: [], ...reason };
    expect(JSON.stringify(data)).not.toMatch(/王强|13800138000/);
  });

  it('says what ends it, with commands that can be typed as they are', () => {
    expect(ends.length).toBeGreaterThan(0);
    const text = endText(reason, 'en', { key: 'IV 1', pipeline: 'my pipelines/ats.ts' });
    expect(text).not.toMatch(/undefined|\[object|PIPELINE/);
    for (const [, command = ''] of text.matchAll(/`([^`]*)`/g)) expect(command).toMatch(/^hire-sync [a-z]+ /);
    if (decisionsOn(code).length > 0)
      expect(text).toContain(`hire-sync resolve 'my pipelines/ats.ts' 'IV 1' --`);
    expect(decisionWords(code).split(' | ').filter(Boolean)).toHaveLength(decisionsOn(code).length);
  });
});
