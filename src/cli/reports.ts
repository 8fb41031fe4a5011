import { statSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { HireSyncError } from '../errors.ts';
import type { Bilingual, Language } from '../plan/shape.ts';
import { type Format, formatOf, isReport, render } from '../report/formats.ts';
import { languageOf } from '../report/language.ts';
import type { ReportModel } from '../report/report-model.ts';
import { w } from '../report/sentences.ts';
import { readEnvironment } from './environment.ts';
import { toggle, type Values } from './flag.ts';
import { print, say } from './output.ts';
import { checkOutputs, type Output, writeOutput } from './outputs.ts';
import { settings } from './settings.ts';
import { forTerminal } from './terminal.ts';
import { calledIn, originOf } from './values.ts';

/** What every command that makes a report offers of it. */
export const REPORT_FLAGS = {
  ...settings('format', 'report', 'lang', 'redact', 'limit'),
  json: toggle(w('即 --format json', 'short for --format json')),
};

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
  readonly what: Bilingual;
  readonly file: string;
  readonly why: Bilingual;
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
      w(
        `--json 与 --format ${format} 冲突：stdout 只能有一种格式`,
        `--json and --format ${format}: stdout can have one format only`,
      ),
    );
  const flag = calledIn(flags, 'report');
  const files = report.map((path) => {
    if (statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new HireSyncError(
        'CONFIG_INVALID',
        w(
          `${flag} 的值“${relative(process.cwd(), path)}”不对：没有文件夹 ${dirname(path)}。`,
          `${flag} is "${relative(process.cwd(), path)}": there is no folder ${dirname(path)}.`,
        ),
      );
    return { flag, path, isOurs: isReport, format: formatOf(path) ?? 'text' };
  });
  checkOutputs(files, inputs);
  return { format: json ? 'json' : format, files, language: languageIn(lang), redact, limit };
}

/** What is asked for, else what the environment speaks. */
export function languageIn(lang: Language | undefined): Language {
  return lang ?? languageOf(readEnvironment().locale);
}

/** Prints a report and writes its files (mode 0600). A file that cannot be written keeps none of the others from its reader. */
export async function giveOut(
  model: ReportModel,
  wishes: Wishes,
  printed = true,
): Promise<readonly Failure[]> {
  if (printed) {
    const pieces = render(wishes.format, model, wishes);
    await print(wishes.format === 'text' ? forTerminal(pieces, process.stdout) : pieces);
  }
  return wishes.files.flatMap((file) =>
    tryTo(w('报告', 'the report'), file.path, () => writeOutput(file, render(file.format, model, wishes))),
  );
}

/** Writes a file. A full disk must not keep the report of what was done from its reader: it is told at the end. */
export function tryTo(what: Bilingual, file: string, write: () => void): readonly Failure[] {
  try {
    write();
    return [];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return [
      {
        what,
        file,
        why: HireSyncError.is(error) ? w(error.zh ?? error.message, error.message) : w(code, code),
      },
    ];
  }
}

/**
 * Says which files could not be written; true when there are none.
 * @param besides the command ends for another reason, which is told as well
 */
export function allWritten(failures: readonly Failure[], besides = false): boolean {
  const begins = besides ? w('另外，', 'Besides, ') : w('hire-sync：', 'hire-sync: ');
  for (const { what, file, why } of failures)
    say(
      w(
        `${begins.zh}${what.zh}无法写入 ${file}（${why.zh}）。`,
        `${begins.en}${what.en} could not be written to ${file} (${why.en}).`,
      ),
    );
  return failures.length === 0;
}
