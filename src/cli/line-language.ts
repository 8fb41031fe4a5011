import type { Language } from '../plan/shape.ts';
import { LANGUAGES, languageOf } from '../report/language.ts';
import { readEnvironment } from './environment.ts';
import { readSettingsFile } from './settings-file.ts';

/**
 * The language of a command line, before it is parsed: help and errors speak it, too. As `--lang` is read: the flag, else
 * the settings file, else the locale. What is wrong with them is told when they are read for the command itself.
 */
export function languageOfLine(argv: readonly string[]): Language {
  const at = argv.findLastIndex((word) => word === '--lang' || word.startsWith('--lang='));
  const word = argv[at] === '--lang' ? argv[at + 1] : argv[at]?.slice('--lang='.length);
  const asked = LANGUAGES.find((one) => one === (word ?? inFile()));
  return asked ?? languageOf(readEnvironment().locale);
}

function inFile(): unknown {
  try {
    return readSettingsFile(process.cwd())?.values.lang;
  } catch {
    return undefined;
  }
}
