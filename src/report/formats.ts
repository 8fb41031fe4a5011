import { csvReport } from './csv.ts';
import { htmlReport } from './html.ts';
import { jsonReport } from './json.ts';
import type { RenderOptions, ReportModel } from './report-model.ts';
import { textReport } from './text.ts';

/** A way to show a report. To add one: its file, and its line here. */
interface Reporter {
  /** Of the files that `--report` names. */
  readonly ending: string;
  /** What such a file begins with, in any language and version: only such a one may be replaced. */
  readonly begins: RegExp;
  /** The whole report in pieces. Pure: the same model and options give the same bytes. */
  readonly render: (model: ReportModel, options: RenderOptions) => Iterable<string>;
}

const startOf = (...starts: readonly RegExp[]) =>
  new RegExp(starts.map(({ source }) => `^(?:${source})`).join('|'));

const REPORTERS = {
  text: {
    ending: 'txt',
    begins: startOf(
      // A row of the list: `  + create   IV-1   interviews.csv:2`.
      / {2}[+=.~?!-] \S+ +\S/,
      // What stands above it.
      /What becomes of each verdict|结论对照表|Sample for acceptance: |验收样本：|Refused|无法读取| *\d+ (rows?|行)[:：]/,
      // The totals where there is no list, and what a validation says before them.
      /\n?(Plan|Sync|Verify|Undo of run|计划|同步|核对|检查|撤销运行|\d+ valid)/,
      /Read .+ as .+: \d+ rows?|读取 |.+: no record has ever had "|.+：同步规则读取的 "|Needs an eye: |请过目：/,
      /A sync would stop: |\d+ (child rows? ha(ve|s) no parent|个明细行找不到)|\d+ rows?, of all files|所有文件共 /,
    ),
    render: (model, options) => textReport(model, options).map((line) => `${line}\n`),
  },
  json: {
    ending: 'json',
    begins: /^\{"run":"\d{8}-\d{6}-|^\{"pipeline":"[a-z0-9-]+","mode":"(verify|validate)"/,
    render: jsonReport,
  },
  csv: { ending: 'csv', begins: /^\ufeff(kind,key|类别,记录编号),/, render: csvReport },
  html: {
    ending: 'html',
    begins: /^<!doctype html>\n<html lang="(en|zh)" data-title-zh="/,
    render: htmlReport,
  },
} as const satisfies Readonly<Record<string, Reporter>>;

export type Format = keyof typeof REPORTERS;

export const FORMATS = Object.keys(REPORTERS) as readonly Format[];

/** The endings of report files. */
export const ENDINGS = FORMATS.map((format) => REPORTERS[format].ending);

/** The format that a file's ending names; undefined for any other. */
export function formatOf(file: string): Format | undefined {
  const ending = /\.([a-z]+)$/i.exec(file)?.[1]?.toLowerCase();
  return FORMATS.find((format) => REPORTERS[format].ending === ending);
}

/** Whether a file that begins with this text is a report of hire-sync, and may be replaced by a newer one. */
export function isReport(head: string): boolean {
  return FORMATS.some((format) => REPORTERS[format].begins.test(head));
}

/** A report in one format, in pieces. Read in pages from disk. */
export function render(format: Format, model: ReportModel, options: RenderOptions): Iterable<string> {
  return REPORTERS[format].render(model, options);
}
