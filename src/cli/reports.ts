import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Config } from '../config.ts';
import { HireSyncError } from '../errors.ts';
import type { Language } from '../plan/shape.ts';
import { type Format, formatOf, isReport, render } from '../report/formats.ts';
import { languageOf } from '../report/language.ts';
import type { ReportModel } from '../report/report-model.ts';
import { readEnvironment } from './environment.ts';
import { print, say } from './output.ts';
import { checkOutputs, type Output, writeOutput } from './outputs.ts';

/** What reports somebody wants, checked before anything is done. */
export interface Wishes {
  readonly format: Format;
  readonly files: readonly (Output & { readonly format: Format })[];
  readonly language: Language;
  readonly redact: boolean;
  readonly limit: number;
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
    language: languageWished(config),
    redact: config.redact,
    limit: config.limit,
  };
}

/** What is asked for, else what the environment speaks. */
export function languageWished({ language }: Pick<Config, 'language'>): Language {
  return language ?? languageOf(readEnvironment().locale);
}

/** Prints a report and writes its files (mode 0600). A file that cannot be written keeps none of the others from its reader. */
export async function giveOut(
  model: ReportModel,
  wishes: Wishes,
  printed = true,
): Promise<readonly Failure[]> {
  if (printed) await print(render(wishes.format, model, wishes));
  return wishes.files.flatMap((file) =>
    tryTo('the report', file.path, () => writeOutput(file, render(file.format, model, wishes))),
  );
}

/** Tells of files that could not be written. */
export function tellOf(failures: readonly Failure[], begins = 'hire-sync: '): void {
  for (const { what, file, why } of failures)
    say(`${begins}${what} could not be written to ${file} (${why}).`);
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
