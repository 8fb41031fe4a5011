import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { COMMANDS, commandsFor } from '../../src/cli/commands/index.ts';
import { type Flag, helpIn, spelling } from '../../src/cli/flag.ts';
import { SCHEMAS } from '../../src/cli/schemas.ts';
import { SETTINGS } from '../../src/cli/settings.ts';
import { settingsJsonSchema } from '../../src/cli/settings-file.ts';
import { ROOT } from './child.ts';

const DOCUMENT = join(ROOT, 'docs/reference.md');
const SECTION = /(?<=<!-- settings -->\n)[\s\S]*?(?=<!-- end of settings -->)/;
const JSON_SECTION = /(?<=<!-- json -->\n)[\s\S]*?(?=<!-- end of json -->)/;

/** A table in Markdown; `UPDATE_DOCS=1 vitest run …` writes those of the document. */
const table = (rows: readonly (readonly string[])[]): string =>
  rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`).join('');

/** The table of the settings, as the declarations have it. */
async function settingsTable(): Promise<string> {
  const commands = await commandsFor([]);
  const rows = Object.entries(SETTINGS as Readonly<Record<string, Flag<unknown>>>).map(([name, flag]) => {
    const users = commands.filter(({ flags }) => flags[name]?.isSetting === true);
    expect(users.length, `${name} is used by no command`).toBeGreaterThan(0);
    const spelt = [spelling(name), flag.takes].filter((part) => part !== null).join(' ');
    return [
      `\`${name}\``,
      flag.isList
        ? 'list of texts'
        : helpIn(flag.allowed, 'en')
            .replace(/^it must be /, '')
            .replace(/^true or false$/, 'true, false'),
      flag.isOffLine ? '' : `\`${spelt}\``,
      flag.environment === undefined ? '' : `\`${flag.environment}\``,
      users.map((command) => command.name).join(', '),
      helpIn(flag.help, 'en'),
    ];
  });
  const head = ['setting', 'value', 'flag', 'environment', 'commands', 'what it is'];
  return table([head, head.map(() => '---'), ...rows]);
}

/** Which schema is of what, and which commands print it, as the declarations have it. */
async function jsonTable(): Promise<string> {
  const commands = await commandsFor([]);
  const rows = Object.entries(SCHEMAS).map(([name, { description = '' }]) => {
    const users = commands.filter(({ prints = [] }) => prints.some((one) => one === name));
    return [`\`hire-sync/${name}.schema.json\``, users.map((one) => one.name).join(', '), description];
  });
  const head = ['schema', 'commands', 'what it is'];
  return table([head, head.map(() => '---'), ...rows]);
}

it.each([
  ['the settings', SECTION, settingsTable],
  ['the JSON of commands', JSON_SECTION, jsonTable],
])('docs/reference.md lists %s as it is declared', async (_, section, make) => {
  const document = readFileSync(DOCUMENT, 'utf8');
  const made = await make();
  if (process.env.UPDATE_DOCS === '1')
    writeFileSync(
      DOCUMENT,
      document.replace(section, () => made),
    );
  else expect(section.exec(document)?.[0]).toBe(made);
});

it('each command stands in the file of its name, each flag of a setting is that setting', async () => {
  for (const [file, load] of Object.entries(COMMANDS)) {
    const { commands } = await load();
    for (const { name, flags, arguments: terms } of commands) {
      expect(`${name} `).toMatch(new RegExp(`^${file} `));
      for (const [flag, declared] of Object.entries(flags)) {
        expect(spelling(flag), `${name} ${flag}`).toMatch(/^--[a-z]+(-[a-z]+)*$/);
        expect(declared.help).not.toBe('');
        if (declared.isSetting)
          expect(declared.schema, `${name} ${flag}`).toBe(SETTINGS[flag as keyof typeof SETTINGS].schema);
      }
      expect(terms.every(([, help]) => help !== '')).toBe(true);
    }
  }
});

it('the published schema accepts what the file may hold, and nothing else', () => {
  const check = new Ajv2020({ allErrors: true }).compile(settingsJsonSchema());
  const good = {
    $schema: 'x',
    rate: 5,
    report: ['a.html'],
    onDrift: 'keep',
    redact: true,
    deadline: '06:00',
  };
  expect([check(good), check.errors]).toEqual([true, null]);
  for (const bad of [
    { rte: 5 },
    { rate: '5' },
    { rate: 0 },
    { limit: 1.5 },
    { report: 'a.html' },
    { onDrift: 'no' },
  ])
    expect(check(bad), JSON.stringify(bad)).toBe(false);
});
