import type { Bilingual } from '../plan/shape.ts';
import type { Report, ShownOtherwise } from '../result/report.ts';
import { w } from './sentences.ts';

/** How Feishu shows what the run has written otherwise than it was sent: a sentence for each kind and field. */
export function* shownNotes({ shown }: Pick<Report, 'shown'>): Generator<Bilingual> {
  for (const one of shown) yield shownNote(one);
}

/** `Feishu stores assessment · comment cut to 500 characters: 12 records, longest 620.` */
export function shownNote(one: ShownOtherwise): Bilingual {
  const { kind, path, records, longest, lost } = one;
  const most = longest === undefined ? w('', '') : w(`，最长 ${longest}`, `, longest ${longest}`);
  const what = whatOf(one);
  const told = w(
    `${what.zh}：${records} 条${most.zh}。`,
    `${what.en}: ${records} record${records === 1 ? '' : 's'}${most.en}.`,
  );
  if (lost !== 'open' || (kind !== 'cut' && kind !== 'other')) return told;
  const accept = `accepts: { ${kind}: ['${path}'] }`;
  return w(
    `${told.zh}如果可以接受，请技术人员在同步规则中写 ${accept}。`,
    `${told.en} If that may be, say so in the pipeline: ${accept}.`,
  );
}

function whatOf({ kind, label: { zh, en }, length, toMs, value }: ShownOtherwise): Bilingual {
  switch (kind) {
    case 'blanks':
      return w(`飞书去掉了“${zh}”首尾的空白`, `Feishu takes blanks off the ends of ${en}`);
    case 'line-ends':
      return w(`飞书改变了“${zh}”的换行符`, `Feishu stores ${en} with other line ends`);
    case 'order':
      return w(`飞书以另一种顺序显示“${zh}”`, `Feishu shows ${en} in another order`);
    case 'absent':
      return w(
        `“${zh}”为空时飞书显示 0 或空文本，或反之`,
        `Feishu shows 0 or an empty text for ${en} that is absent, or the other way round`,
      );
    case 'floored': {
      const minute = toMs === 60_000;
      return w(
        `飞书只保存“${zh}”到${minute ? '分钟' : '秒'}`,
        `Feishu stores ${en} to the ${minute ? 'minute' : 'second'}`,
      );
    }
    case 'cut':
      return w(`飞书把“${zh}”截断为 ${length} 个字符`, `Feishu stores ${en} cut to ${length} characters`);
    case 'default': {
      const given = value === undefined ? null : JSON.stringify(value);
      return w(
        `未发送“${zh}”时飞书自动填入${given === null ? '' : `（${given}）`}`,
        `Feishu fills in ${en}${given === null ? '' : ` (${given})`} where nothing was sent`,
      );
    }
    case 'hidden':
      return w(
        `飞书不显示已发送的“${zh}”（缺失或为 ***），因此无法核对`,
        `Feishu does not show ${en} that was sent (left out, or ***), so nobody can check it`,
      );
    case 'other':
      return w(
        `飞书显示的“${zh}”与发送的不同，再次写入后仍然如此`,
        `Feishu shows another value for ${en} than the one that was sent, also after a second PUT`,
      );
  }
}
