import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Config } from '../config.ts';
import { HireSyncError } from '../errors.ts';
import type { Language } from '../plan/shape.ts';
import { isReport } from '../report/begins.ts';
import { languageOf } from '../report/language.ts';
import type { Changes, RenderOptions } from '../report/options.ts';
import { type Format, formatOf, render } from '../report/render.ts';
import type { Described } from '../report/stored.ts';
import type { Report } from '../result/report.ts';
import { readEnvironment } from './environment.ts';
import { print } from './output.ts';
import { checkOutputs, type Output, writeOutput } from './outputs.ts';

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
export function wishesOf(config: Config, cwd: string, inputs: readonly string[]): Wishes {
  const files = config.reports.map((file) => {
    const path = resolve(cwd, file);
    if (statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new HireSyncError(
        'CONFIG_INVALID',
        `--report is "${file}": there is no folder ${dirname(path)}.`,
      );
    return { flag: '--report', path, isOurs: isReport, format: formatOf(file) ?? 'text' };
  });
  checkOutputs(files, inputs);
  return {
    format: config.format ?? 'text',
    files,
    language: config.language ?? languageOf(readEnvironment().locale),
    redact: config.redact,
    limit: config.limit,
  };
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
