import type { RequestCounts } from '../../model.ts';
import { oneOf } from '../kinds.ts';
import { zoneNote } from '../made-notes.ts';
import { type ReportModel, zoneOf } from '../report-model.ts';
import { duration, w } from '../sentences.ts';
import { guardName } from '../stops.ts';
import { zonedTime } from '../times.ts';
import { facts, number, section, table } from './shell.ts';
import { both, type Hole, html, type Markup, t } from './tag.ts';

type Fact = readonly [Markup, Hole];

/** What it costs: foreseen in a plan; foreseen and used in a sync; used in the others. */
export function costSection({ result }: ReportModel): Markup {
  if (result.mode === 'validate') return html``;
  const foreseen = result.mode === 'plan' || result.mode === 'sync' ? result.cost : null;
  const cost = 'cost' in result ? result.cost : null;
  const used = result.mode !== 'plan' && result.mode !== 'undo-plan';
  const endpoints = [
    ...new Set([...Object.keys(foreseen?.endpoints ?? {}), ...Object.keys(result.requests)]),
  ];
  const expected: Fact[] =
    cost === null
      ? []
      : [
          [t('设定速率', 'Rate set'), t(`每秒 ${cost.ratePerSecond} 次`, `${cost.ratePerSecond} requests/s`)],
          [t('预计用时', 'Expected'), both(duration(cost.expectedMs))],
        ];
  if (foreseen !== null) {
    expected.push([
      used ? t('预计结束', 'Expected end') : t('现在开始则结束于', 'Begun now it ends'),
      zonedTime(foreseen.endsAt, foreseen.zone),
    ]);
    expected.push([t('获取访问令牌', 'Tokens'), t(`${foreseen.tokens} 次`, number(foreseen.tokens))]);
    const { deadline } = foreseen;
    const late = duration(deadline?.lateMs ?? 0);
    if (deadline !== null)
      expected.push([
        t('截止时间', 'Deadline'),
        html`${zonedTime(deadline.at, foreseen.zone)} · ${deadline.lateMs === 0 ? t('来得及', 'in time') : html`<strong class="alarm">${t(`晚 ${late.zh}`, `${late.en} late`)}</strong>`}`,
      ]);
  }
  if (used) expected.push([t('实际用时', 'Took'), both(duration(result.durationMs))]);
  if (used && 'maxWritesPer1000ms' in result)
    expected.push([t('一秒内最多写入', 'Most writes within a second'), number(result.maxWritesPer1000ms)]);
  const columns = [
    { name: w('接口', 'Endpoint') },
    ...(foreseen === null ? [] : [{ name: w('预计请求', 'Requests foreseen'), number: true }]),
    ...(used
      ? [
          { name: w('实际发出', 'Sent'), number: true },
          { name: w('其中重试', 'Retries'), number: true },
          { name: w('被限流', 'Rate limited'), number: true },
        ]
      : []),
  ];
  const rows = endpoints.map((endpoint) => {
    const { sent, retried, limited }: RequestCounts = result.requests[endpoint] ?? {
      sent: 0,
      retried: 0,
      limited: 0,
    };
    return [
      html`<code>${endpoint}</code>`,
      ...(foreseen === null ? [] : [number(foreseen.endpoints[endpoint] ?? 0)]),
      ...(used ? [number(sent), number(retried), number(limited)] : []),
    ];
  });
  return section(
    'cost',
    used ? t('耗时与请求量', 'What it took') : t('预计耗时与请求量', 'What it will take'),
    html`${facts(expected)}${rows.length === 0 ? null : table(columns, rows)}`,
  );
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
