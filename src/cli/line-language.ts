import type { Language } from '../plan/shape.ts';
import { LANGUAGES, languageOf } from '../report/language.ts';
import { readEnvironment } from './environment.ts';
import { readSettingsFile } from './settings-file.ts';

/**
 * The language of a command line, before it is parsed: help and errors speak it, too. As `--lang` is read: the flag, else
 * the settings file with its profile, else the locale. What is wrong with them is told when they are read for the command
 * itself.
 */
export function languageOfLine(argv: readonly string[]): Language {
  const given = wordOf('--lang', argv) ?? inFile(wordOf('--profile', argv));
  return LANGUAGES.find((one) => one === given) ?? languageOf(readEnvironment().locale);
}

/** What follows a flag the last time that it is given: `--lang zh`, `--lang=zh`. */
function wordOf(flag: string, argv: readonly string[]): string | undefined {
  const at = argv.findLastIndex((word) => word === flag || word.startsWith(`${flag}=`));
  return argv[at] === flag ? argv[at + 1] : argv[at]?.slice(flag.length + 1);
}

function inFile(profile: string | undefined): unknown {
  try {
    const file = readSettingsFile(process.cwd());
    const own = profile === undefined ? undefined : file?.profiles[profile];
    return { ...file?.values, ...own }.lang;
  } catch {
    return undefined;
  }
}
