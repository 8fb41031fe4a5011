/** What the reports of runs and verifies begin with, in any format, language and version. */
const BEGINNINGS: readonly RegExp[] = [
  /^<!doctype html>\n<html lang="(en|zh)" data-title-zh="/,
  /^\ufeffkind,key,/,
  /^\{"run":"\d{8}-\d{6}-|^\{"pipeline":"[a-z0-9-]+","mode":"verify"/,
  // A row of the list, or the totals where there is none: `  + create   IV-1   interviews.csv:2`.
  /^ {2}[+=.~?!-] \S+ +\S|^\n?(Plan|Sync|Verify|计划|同步|核对)[:：]/,
];

/** Whether a file that begins with this text is a report of hire-sync, and may be replaced by a newer one. */
export function isReport(head: string): boolean {
  return BEGINNINGS.some((beginning) => beginning.test(head));
}
