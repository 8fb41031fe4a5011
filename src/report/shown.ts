import type { Language } from '../plan/shape.ts';
import type { Report, ShownOtherwise } from '../result/report.ts';

/** How Feishu shows what the run has written otherwise than it was sent: a sentence for each kind and field. */
export function* shownLines({ shown }: Pick<Report, 'shown'>, language: Language): Generator<string> {
  for (const one of shown) yield shownLine(one, language);
}

/** `Feishu stores assessment · comment cut to 500 characters: 12 records, longest 620.` */
export function shownLine(one: ShownOtherwise, language: Language): string {
  const zh = language === 'zh';
  const { kind, path, records, longest, lost } = one;
  const count = zh ? `${records} 条` : `${records} record${records === 1 ? '' : 's'}`;
  const most = longest === undefined ? '' : zh ? `，最长 ${longest}` : `, longest ${longest}`;
  const what = (zh ? chinese : english)(one, one.label[language]);
  const end = zh ? `：${count}${most}。` : `: ${count}${most}.`;
  if (lost !== 'open' || (kind !== 'cut' && kind !== 'other')) return `${what}${end}`;
  const accept = `accepts: { ${kind}: ['${path}'] }`;
  return zh
    ? `${what}${end}若可接受，在流程文件中写 ${accept}。`
    : `${what}${end} If that may be, say so in the pipeline: ${accept}.`;
}

function english({ kind, length, toMs, value }: ShownOtherwise, label: string): string {
  switch (kind) {
    case 'blanks':
      return `Feishu takes blanks off the ends of ${label}`;
    case 'line-ends':
      return `Feishu stores ${label} with other line ends`;
    case 'order':
      return `Feishu shows ${label} in another order`;
    case 'absent':
      return `Feishu shows 0 or an empty text for ${label} that is absent, or the other way round`;
    case 'floored':
      return `Feishu stores ${label} to the ${toMs === 60_000 ? 'minute' : 'second'}`;
    case 'cut':
      return `Feishu stores ${label} cut to ${length} characters`;
    case 'default':
      return `Feishu fills in ${label}${value === undefined ? '' : ` (${JSON.stringify(value)})`} where nothing was sent`;
    case 'hidden':
      return `Feishu does not show ${label} that was sent (left out, or ***), so nobody can check it`;
    case 'other':
      return `Feishu shows another value for ${label} than the one that was sent, also after a second PUT`;
  }
}

function chinese({ kind, length, toMs, value }: ShownOtherwise, label: string): string {
  switch (kind) {
    case 'blanks':
      return `飞书去掉了“${label}”首尾的空白`;
    case 'line-ends':
      return `飞书改变了“${label}”的换行符`;
    case 'order':
      return `飞书以另一种顺序显示“${label}”`;
    case 'absent':
      return `“${label}”为空时飞书显示 0 或空文本，或反之`;
    case 'floored':
      return `飞书只保存“${label}”到${toMs === 60_000 ? '分钟' : '秒'}`;
    case 'cut':
      return `飞书把“${label}”截断为 ${length} 个字符`;
    case 'default':
      return `未发送“${label}”时飞书自动填入${value === undefined ? '' : `（${JSON.stringify(value)}）`}`;
    case 'hidden':
      return `飞书不显示已发送的“${label}”（缺失或为 ***），因此无法核对`;
    case 'other':
      return `飞书显示的“${label}”与发送的不同，再次 PUT 后仍然如此`;
  }
}
