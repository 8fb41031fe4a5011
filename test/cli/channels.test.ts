import { expect, it } from 'vitest';
import { openChannels } from '../../src/cli/channels.ts';
import { readEnvironment } from '../../src/cli/environment.ts';

it('never fails: a proxy whose address cannot be used is told of once, without the secret address', async () => {
  const environment = readEnvironment({
    HTTPS_PROXY: '10.0.0.1:3128',
    HIRE_SYNC_PING_URL: 'https://ping.invalid/s3cret',
  });
  const said: string[] = [];
  const channels = openChannels({ notify: undefined, pingUrlFile: undefined }, environment, ({ en }) =>
    said.push(en),
  );
  await channels.pingWith('start', '{}');
  await channels.pingWith('0', '{}');
  await channels.close();
  expect(said).toEqual([
    expect.stringMatching(
      /^hire-sync: the dead-man switch could not be told \(The proxy address in HTTPS_PROXY/,
    ),
  ]);
  expect(said.join()).not.toMatch(/s3cret|10\.0\.0\.1/);
});

it('never shows what stands where the name of a file should, nor an address that is none', async () => {
  const said: string[] = [];
  const notify = { botUrlFile: 'open.feishu.cn/hook/s3cret', botSecretFile: 's3cret' };
  const environment = readEnvironment({ HIRE_SYNC_WEBHOOK_URL: 'hooks.invalid/s3cret' });
  const channels = openChannels({ notify, pingUrlFile: 's3cret' }, environment, ({ en }) => said.push(en));
  await channels.close();
  expect(said).toEqual([
    'hire-sync: the Feishu bot could not be told (notify.botUrlFile names a file that cannot be read: ENOENT).',
    'hire-sync: the webhook could not be told (its address cannot be used: it must begin with https://, and hold no password).',
    'hire-sync: the dead-man switch could not be told (pingUrlFile names a file that cannot be read: ENOENT).',
  ]);
});

it('sends no secret address over a network that may read it', async () => {
  const said: string[] = [];
  const say = ({ en }: { readonly en: string }) => void said.push(en);
  const environment = readEnvironment({
    HIRE_SYNC_BOT_URL: 'http://open.feishu.cn/hook/s3cret',
    HIRE_SYNC_WEBHOOK_URL: 'http://localhost:1/s3cret',
    HIRE_SYNC_PING_URL: 'http://10.0.0.7/s3cret',
  });
  await openChannels({ notify: undefined, pingUrlFile: undefined }, environment, say).close();
  expect(said).toEqual(
    ['the Feishu bot', 'the dead-man switch'].map((name) =>
      expect.stringMatching(
        new RegExp(`^hire-sync: ${name} could not be told \\(its address .* plain http, .* use https, or`),
      ),
    ),
  );
  expect(said.join()).not.toMatch(/s3cret|10\.0/);
});
