import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { csv, definePipeline, text } from '../../src/index.ts';
import type { Encoding } from '../../src/readers/encodings.ts';
import { encodeIn } from '../fixtures/encode.ts';
import { aPlace } from './nights.ts';

// Second bytes of these are a backslash, |, @, [, { or letters where they stand alone.
const CASES: readonly [Encoding, readonly string[]][] = [
  ['shift_jis', ['表ソ能', 'ポァー|', '十予ボ']],
  ['big5', ['許功蓋', '育四|', '王小明']],
  ['euc-kr', ['똠방각하', '뷁|힣', '홍길동']],
  ['windows-1252', ['Zoë', '“5 €”|', 'Ångström']],
];

describe.each(CASES)('nights in %s', (encoding, comments) => {
  it('are told the same, whether or not known records are to be parsed', async () => {
    const pipeline = definePipeline({
      name: 'nightly',
      target: 'external_interview',
      source: csv('a.csv', { encoding, delimiter: '|', columns: ['id', 'comment', 'note'] }),
      key: (row) => row.id,
      map: (row) => ({
        external_application_id: '6960663240925956437',
        interview_assessments: [{ content: text(row.comment) }],
      }),
    });
    const { folder, plan, sync } = aPlace();
    const put = (all: readonly string[]) => {
      const rows = all.map((comment, index) => `I${index}|"${comment}"|${comment.replace('|', '')}\n`);
      writeFileSync(join(folder, 'a.csv'), encodeIn(encoding, `id|comment|note\n${rows.join('')}`));
    };
    put(comments);
    const first = await sync({ pipeline });
    expect(first.told.counts).toMatchObject({ read: comments.length, create: comments.length });
    put(comments.toSpliced(1, 1, `${comments[1]}${comments[2]}`));
    const short = await plan({ pipeline });
    const full = await plan({ pipeline, full: true });
    expect(short.told).toEqual(full.told);
    expect(full.told.counts).toMatchObject({ update: 1, unchanged: comments.length - 1 });
    expect(full.told.files).toMatchObject([{ encoding }]);
  });
});
