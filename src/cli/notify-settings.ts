import { resolve } from 'node:path';
import { z } from 'zod';
import type { Bilingual } from '../plan/shape.ts';
import { w } from '../report/sentences.ts';
import { EVENTS } from '../result/notice.ts';
import { type Flag, nested, path } from './flag.ts';

const FILES = ['botUrlFile', 'botSecretFile', 'webhookUrlFile'] as const;
const file = z.string().min(1).optional();

const SHAPE = z.strictObject({
  on: z
    .array(z.enum([...EVENTS, 'always']))
    .optional()
    .describe('of what (default: failed, stopped, open, recovered)'),
  botUrlFile: file.describe(
    'file with the address of a Feishu custom bot, where HIRE_SYNC_BOT_URL does not give it',
  ),
  botSecretFile: file.describe('file with its secret, where HIRE_SYNC_BOT_SECRET does not give it'),
  webhookUrlFile: file.describe(
    'file with the address of any webhook, where HIRE_SYNC_WEBHOOK_URL does not give it',
  ),
});

export type NotifySettings = z.infer<typeof SHAPE>;

/** Whom to tell of what. Addresses are secrets, so that the settings name files that hold them. */
export const notify: Flag<NotifySettings | undefined> = {
  ...nested('whom to tell how a sync or verify ended: see docs/operations.md', SHAPE),
  isUnquoted: true,
  objection: (value) => {
    const named = FILES.find((name) => isAddress((value as NotifySettings)[name]));
    return named === undefined ? null : noAddress(`notify.${named}`);
  },
  read: (value, base) => {
    const given = value as NotifySettings;
    const paths = FILES.flatMap((name) => {
      const named = given[name];
      return named === undefined ? [] : [[name, resolve(base, named)] as const];
    });
    return { ...given, ...Object.fromEntries(paths) };
  },
};

/** A file that holds an address, itself named by the settings file only: flags are to be seen by everybody (`ps`). */
export function addressFile(name: string, help: string, environment: string): Flag<string | undefined> {
  return {
    ...path('<file>', `${help}, where ${environment} does not give it`),
    isOffLine: true,
    isUnquoted: true,
    objection: (value) => (isAddress(value) ? noAddress(name) : null),
  };
}

const isAddress = (value: unknown): boolean => typeof value === 'string' && /^\s*https?:/i.test(value);

function noAddress(name: string): Bilingual {
  return w(
    `中写的是地址。知道它的人都能向那里写，所以不要写在这里：请放进只有您能读取的文件，并在 ${name} 中写文件名。`,
    `holds an address. Whoever knows it can write there, so this file is no place for it: put it into a file that only you can read, and name that one in ${name}.`,
  );
}
