/** What commander says is wrong with a command line, and the same in Chinese. */
const WORDS: readonly (readonly [english: RegExp, chinese: string])[] = [
  [/^error: unknown option '(.*?)'/, '没有选项 $1'],
  [/^error: unknown command '(.*?)'/, '没有命令 $1'],
  [/^error: missing required argument '(.*?)'/, '缺少参数 <$1>'],
  [/^error: option '(.*?)' argument missing/, '选项 $1 缺少值'],
  [
    /^error: too many arguments.*? Expected (\d+) arguments? but got (\d+): (.*)\./,
    '参数太多：应有 $1 个，给了 $2 个（$3）',
  ],
  [/\(Did you mean one of (.*?)\?\)/, '（是否为 $1 之一？）'],
  [/\(Did you mean (.*?)\?\)/, '（是否为 $1？）'],
];

/** A complaint of commander's in Chinese; one that it does not know stays as it is. */
export function complaintInChinese(text: string): string {
  const told = WORDS.reduce((said, [english, chinese]) => said.replace(english, chinese), text);
  return told === text ? text : `hire-sync：${told}`;
}

/** The headings of a help in Chinese. */
export const HELP_TITLES: Readonly<Record<string, string>> = {
  'Usage:': '用法：',
  'Arguments:': '参数：',
  'Options:': '选项：',
  'Commands:': '命令：',
};
