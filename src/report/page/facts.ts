import type { RequestCounts } from '../../model.ts';
import type { Cost } from '../../result/cost.ts';
import { oneOf } from '../kinds.ts';
import { zoneNote } from '../made-notes.ts';
import { type ReportModel, zoneOf } from '../report-model.ts';
import { duration, w } from '../sentences.ts';
import { guardName } from '../stops.ts';
import { zonedTime } from '../times.ts';
import { type Fact, facts, number, section, table } from './shell.ts';
import { both, html, type Markup, t } from './tag.ts';

/** What it costs: foreseen in a plan; foreseen and used in a sync; used in the others. */
export function costSection({ result }: ReportModel): Markup {
  if (result.mode === 'validate') return html``;
  const foreseen = result.mode === 'plan' || result.mode === 'sync' ? result.cost : null;
  const cost = 'cost' in result ? result.cost : null;
  const used = result.mode !== 'plan' && result.mode !== 'undo-plan';
  const sent = (name: keyof RequestCounts) => (endpoint: string) => result.requests[endpoint]?.[name] ?? 0;
  const columns = [
    ...(foreseen === null
      ? []
      : [
          {
            name: w('预计请求', 'Requests foreseen'),
            of: (endpoint: string) => foreseen.endpoints[endpoint] ?? 0,
          },
        ]),
    ...(used
      ? [
          { name: w('实际发出', 'Sent'), of: sent('sent') },
          { name: w('其中重试', 'Retries'), of: sent('retried') },
          { name: w('被限流', 'Rate limited'), of: sent('limited') },
        ]
      : []),
  ];
  const endpoints = new Set([...Object.keys(foreseen?.endpoints ?? {}), ...Object.keys(result.requests)]);
  return section(
    'cost',
    used ? t('耗时与请求量', 'What it took') : t('预计耗时与请求量', 'What it will take'),
    html`${facts([
      cost && [
        t('设定速率', 'Rate set'),
        t(`每秒 ${cost.ratePerSecond} 次`, `${cost.ratePerSecond} requests/s`),
      ],
      cost && [t('预计用时', 'Expected'), both(duration(cost.expectedMs))],
      foreseen && [
        used ? t('预计结束', 'Expected end') : t('现在开始则结束于', 'Begun now it ends'),
        zonedTime(foreseen.endsAt, foreseen.zone),
      ],
      foreseen && [t('获取访问令牌', 'Tokens'), t(`${foreseen.tokens} 次`, number(foreseen.tokens))],
      foreseen && deadlineOf(foreseen),
      used ? [t('实际用时', 'Took'), both(duration(result.durationMs))] : null,
      used && 'maxWritesPer1000ms' in result
        ? [t('一秒内最多写入', 'Most writes within a second'), number(result.maxWritesPer1000ms)]
        : null,
    ])}${
      columns.length === 0 || endpoints.size === 0
        ? null
        : table(
            [{ name: w('接口', 'Endpoint') }, ...columns.map(({ name }) => ({ name, number: true }))],
            [...endpoints].map((endpoint) => [
              html`<code>${endpoint}</code>`,
              ...columns.map(({ of }) => number(of(endpoint))),
            ]),
          )
    }`,
  );
}

function deadlineOf({ deadline, zone }: Cost): Fact {
  if (deadline === null) return null;
  const late = duration(deadline.lateMs);
  return [
    t('截止时间', 'Deadline'),
    html`${zonedTime(deadline.at, zone)} · ${deadline.lateMs === 0 ? t('来得及', 'in time') : html`<strong class="alarm">${t(`晚 ${late.zh}`, `${late.en} late`)}</strong>`}`,
  ];
}

/** What the report was made from: enough to make it again, and to see that it is the same. */
export function sources(model: ReportModel): Markup {
  const { result, target } = model;
  const list: Fact[] = [];
  if (result.made !== undefined)
    list.push([t('时区', 'Time zone'), both(zoneNote(result.made, result.startedAt))]);
  if ('newest' in result) {
    const one = oneOf(target);
    if (result.newest !== null)
      list.push([t(`最新的${one.zh}`, `Newest ${one.en}`), zonedTime(result.newest, zoneOf(model))]);
    if (result.retried > 0)
      list.push([t('以前待处理、再次尝试', 'Held before, tried again'), number(result.retried)]);
    if (result.allowed.length > 0)
      list.push([
        t('本次放行的检查', 'Guards lifted'),
        html`${result.allowed.map((name) => html`<span class="step">${t(`${guardName(name).zh}（${name}）`, name)}</span> `)}`,
      ]);
  }
  const files = 'files' in result ? result.files : [];
  if (list.length + files.length === 0) return html``;
  return section(
    'sources',
    t('数据来源', 'What it was made from'),
    html`${facts(list)}${
      files.length === 0
        ? null
        : table(
            FILE_COLUMNS,
            files.map(({ file, rows, bytes, encoding, sha256 }) => [
              file,
              number(rows),
              number(bytes),
              encoding,
              html`<code class="hash">${sha256}</code>`,
            ]),
            'cards files',
          )
    }`,
  );
}

const FILE_COLUMNS = [
  { name: w('文件', 'File') },
  { name: w('行', 'Rows'), number: true },
  { name: w('字节', 'Bytes'), number: true },
  { name: w('编码', 'Encoding') },
  { name: w('SHA-256', 'SHA-256') },
];
