import { expect, it } from 'vitest';
import type { Row } from '../faults/rows.ts';
import { aStory, rowsOf } from '../stories/story.ts';
import { objectsIn } from '../target.ts';

it.concurrent('a hold beside what somebody typed ends by itself when that is gone', async (context) => {
  const story = await aStory(context);
  const [one, ...others] = rowsOf(6) as [Row, ...Row[]];
  story.typeInFeishu([{ ...one, verdict: '不通过' }]);
  await story.night([one, ...others], { created: 5, held: 1 });
  await story.night([one, ...others], { held: 1 });
  const typed = objectsIn(story.stage.sandbox).find(({ externalId }) => externalId === null);
  await story.stage.sandbox.byHand({ remove: [typed?.id ?? ''] });
  await story.night([one, ...others], { created: 1 });
  story.expectRight([one, ...others]);
});

it.concurrent('a hold beside a record that vanished ends by itself when that is back', async (context) => {
  const story = await aStory(context);
  const [one, ...others] = rowsOf(6) as [Row, ...Row[]];
  const other: Row = { ...one, id: 'Z-1', verdict: '不通过' };
  await story.night([one, ...others], { created: 6 });
  await story.night([other, ...others], { held: 1, missing: 1 });
  await story.night([one, ...others], {});
  await story.night([one, other, ...others], { created: 1 });
  story.expectRight([one, other, ...others]);
  expect(story.objects()).toBe(7);
});
