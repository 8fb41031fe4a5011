import { statSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { HireSyncError } from '../errors.ts';
import { isReport } from '../report/begins.ts';
import { type Language, languageOf } from '../report/language.ts';
import type { Changes, RenderOptions } from '../report/options.ts';
import { type Format, formatOf, render } from '../report/render.ts';
import type { Report } from '../report/report.ts';
import type { Described } from '../report/stored.ts';
import { readEnvironment } from './environment.ts';
import { toggle, type Values } from './flag.ts';
import { print, say } from './output.ts';
import { checkOutputs, type Output, writeOutput } from './outputs.ts';
import { settings } from './settings.ts';
import { calledIn, originOf } from './values.ts';

/** What every command that makes a report offers of it. */
export const REPORT_FLAGS = {
  ...settings('format', 'report', 'lang', 'redact', 'limit'),
  json: toggle('short for --format json'),
};

/** What reports somebody wants, checked before anything is done. */
export interface Wishes {
  readonly format: Format;
  readonly files: readonly (Output & { readonly format: Format })[];
  readonly language: Language;
  readonly redact: boolean;
  readonly limit: number;
}

/** A run with all that its reports are made from. */
export interface Reportable {
  readonly report: Report;
  readonly changes: Changes;
  readonly target: Described;
}

/** A file that could not be written, and why. */
export interface Failure {
  readonly what: string;
  readonly file: string;
  readonly why: string;
}

/**
 * @param inputs absolute paths of what the command uses: no report is written over them
 * @throws HireSyncError CONFIG_INVALID when a report could not be written where it is wanted
 */
export function wishesOf(flags: Partial<Values<typeof REPORT_FLAGS>>, inputs: readonly string[]): Wishes {
  const { json = false, format = 'text', report = [], lang, redact = false, limit = 0 } = flags;
  if (json && format !== 'json' && originOf(flags, 'format') === 'flag')
    throw new HireSyncError(
      'CONFIG_INVALID',
      `--json and --format ${format}: stdout can have one format only`,
    );
  const flag = calledIn(flags, 'report');
  const files = report.map((path) => {
    if (statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new HireSyncError(
        'CONFIG_INVALID',
        `${flag} is "${relative(process.cwd(), path)}": there is no folder ${dirname(path)}.`,
      );
    return { flag, path, isOurs: isReport, format: formatOf(path) ?? 'text' };
  });
  checkOutputs(files, inputs);
  const language = lang ?? languageOf(readEnvironment().locale);
  return { format: json ? 'json' : format, files, language, redact, limit };
}

/** Prints a report and writes its files (mode 0600). A file that cannot be written keeps none of the others from its reader. */
export async function giveOut(run: Reportable, wishes: Wishes, printed = true): Promise<readonly Failure[]> {
  const { report, changes, target } = run;
  const { shape, dateField } = target;
  const options: RenderOptions = { ...wishes, shape, dateField };
  return giveOutAs((format) => render(format, report, changes, options), wishes, printed);
}

/** The same for whatever can be rendered in each format. */
export async function giveOutAs(
  rendered: (format: Format) => Iterable<string>,
  wishes: Wishes,
  printed = true,
): Promise<readonly Failure[]> {
  if (printed) await print(rendered(wishes.format));
  return wishes.files.flatMap((file) =>
    tryTo('the report', file.path, () => writeOutput(file, rendered(file.format))),
  );
}

/** Writes a file. A full disk must not keep the report of what was done from its reader: it is told at the end. */
export function tryTo(what: string, file: string, write: () => void): readonly Failure[] {
  try {
    write();
    return [];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return [{ what, file, why: HireSyncError.is(error) ? error.message : code }];
  }
}

/** Says which files could not be written; true when there are none. */
export function allWritten(failures: readonly Failure[], begins = 'hire-sync: '): boolean {
  for (const { what, file, why } of failures)
    say(`${begins}${what} could not be written to ${file} (${why}).`);
  return failures.length === 0;
}
