import { expect, it } from 'vitest';
import { aTenant, rowsApart } from '../answers/tenant.ts';
import { objectsIn } from '../target.ts';

it('an open create is not sent again beside the object of a record that is missing tonight', async (context) => {
  // The second is the first under another key, with another comment.
  const [first, second, ...others] = rowsApart(4);
  const respelt = { ...first!, id: second!.id, comment: '第 1 轮，改过' };
  const tenant = await aTenant(context, [first!, respelt, ...others]);
  await tenant.night();
  tenant.stage.sandbox.byHand({ remove: [tenant.idOf(respelt.id)] });
  tenant.forgetAnswer(respelt.id);
  tenant.stage.write([respelt, ...others]);
  // Feishu has forgotten its key by now.
  const { report } = await tenant.night({ laterMs: 30 * 3_600_000 });
  expect(report.recovered).toMatchObject({ held: 1, created: 0 });
  expect(tenant.stage.entries().get(respelt.id)?.held).toMatchObject({
    code: 'near-missing',
    was: first!.id,
    remoteId: tenant.idOf(first!.id),
  });
  expect(objectsIn(tenant.stage.sandbox)).toHaveLength(3);
});
