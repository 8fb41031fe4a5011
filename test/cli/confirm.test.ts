import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { confirm } from '../../src/cli/confirm.ts';

const UNDO = { zh: '撤销。', en: 'Undo.' };

/** What a person at a terminal types, and what they see. */
async function asked(typed: string): Promise<readonly [boolean, string]> {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = new PassThrough();
  input.write(typed);
  const answer = await confirm(
    { zh: '撤销 3 条。', en: 'Undo 3 records.' },
    input,
    output,
    new AbortController().signal,
  );
  output.end();
  return [answer, await text(output)];
}

it('only yes is a yes', async () => {
  expect(await asked('yes\n')).toEqual([true, 'Undo 3 records. Type yes to go on: ']);
  expect((await asked(' YES \n'))[0]).toBe(true);
  for (const typed of ['y\n', 'no\n', '\n', 'yes please\n']) expect((await asked(typed))[0]).toBe(false);
});

it('nobody to ask, a closed terminal or Ctrl-C is no yes', async () => {
  const { signal } = new AbortController();
  const piped = Object.assign(new PassThrough(), { isTTY: false });
  await expect(confirm(UNDO, piped, new PassThrough(), signal)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('--yes') as string,
  });
  const halt = new AbortController();
  const waiting = Object.assign(new PassThrough(), { isTTY: true });
  const question = confirm(UNDO, waiting, new PassThrough(), halt.signal);
  halt.abort();
  await expect(question).rejects.toMatchObject({ code: 'INTERRUPTED' });
  const closed = Object.assign(new PassThrough(), { isTTY: true });
  const open = confirm(UNDO, closed, new PassThrough(), signal);
  closed.end();
  expect(await open).toBe(false);
});
