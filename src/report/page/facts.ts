import type { Report } from '../../result/report.ts';
import { zonedTime } from '../cost.ts';
import { duration } from '../units.ts';
import { number, section } from './sections.ts';
import { type Hole, html, type Markup, t } from './tag.ts';

/** What the run costs: foreseen in a plan, foreseen and used in a sync. */
export function costSection({ cost, mode, requests, durationMs, maxWritesPer1000ms }: Report): Markup {
  const used = mode === 'sync';
  const endpoints = [...new Set([...Object.keys(cost?.endpoints ?? {}), ...Object.keys(requests)])];
  const foreseen = (endpoint: string) => number(cost?.endpoints[endpoint] ?? 0);
  const facts: (readonly [Markup, Hole])[] =
    cost === null
      ? []
      : [
          [t('设定速率', 'Rate set'), t(`每秒 ${cost.ratePerSecond} 次`, `${cost.ratePerSecond} requests/s`)],
          [t('预计用时', 'Expected'), t(duration(cost.expectedMs, 'zh'), duration(cost.expectedMs))],
          [
            used ? t('预计结束', 'Expected end') : t('现在开始则结束于', 'Begun now it ends'),
            zonedTime(cost.endsAt, cost.zone),
          ],
          [t('令牌', 'Tokens'), number(cost.tokens)],
          ...(cost.deadline === null
            ? []
            : ([
                [
                  t('截止时间', 'Deadline'),
                  html`${zonedTime(cost.deadline.at, cost.zone)} · ${cost.deadline.lateMs === 0 ? t('来得及', 'in time') : html`<strong class="alarm">${t(`晚 ${duration(cost.deadline.lateMs, 'zh')}`, `${duration(cost.deadline.lateMs)} late`)}</strong>`}`,
                ],
              ] as const)),
        ];
  const took: (readonly [Markup, Hole])[] = used
    ? [
        [t('实际用时', 'Took'), t(duration(durationMs, 'zh'), duration(durationMs))],
        [t('一秒内最多写入', 'Most writes within a second'), number(maxWritesPer1000ms)],
      ]
    : [];
  return section(
    'cost',
    used ? t('成本', 'What it cost') : t('成本预估', 'What it will cost'),
    html`${list([...facts, ...took])}<div class="scroll"><table><thead><tr><th scope="col">${t('接口', 'Endpoint')}</th><th scope="col" class="num">${t('预计请求', 'Requests foreseen')}</th>${
      used
        ? html`<th scope="col" class="num">${t('实际发出', 'Sent')}</th><th scope="col" class="num">${t('其中重试', 'Retries')}</th><th scope="col" class="num">${t('被限流', 'Rate limited')}</th>`
        : null
    }</tr></thead><tbody>${endpoints.map((endpoint) => {
      const { sent = 0, retried = 0, limited = 0 } = requests[endpoint] ?? {};
      return html`<tr><th scope="row"><code>${endpoint}</code></th><td class="num">${foreseen(endpoint)}</td>${
        used
          ? html`<td class="num">${number(sent)}</td><td class="num">${number(retried)}</td><td class="num">${number(limited)}</td>`
          : null
      }</tr>`;
    })}</tbody></table></div>`,
  );
}

/** What the report was made from: enough to make it again, and to see that it is the same. */
export function sources(report: Report): Markup {
  const zone = report.cost?.zone ?? 'UTC';
  const facts: (readonly [Markup, Hole])[] = [
    [t('运行', 'Run'), html`<code>${report.run}</code>`],
    [t('映射', 'Pipeline'), report.pipeline],
    [t('生成时间', 'Made at'), zonedTime(report.startedAt, zone)],
    [t('时间显示为', 'Times are shown in'), zone],
    ...(report.newest === null
      ? []
      : ([[t('最新面试', 'Newest interview'), zonedTime(report.newest, zone)]] as const)),
    ...(report.retried === 0
      ? []
      : ([[t('以前搁置、再次尝试', 'Held before, tried again'), number(report.retried)]] as const)),
    ...(report.allowed.length === 0
      ? []
      : ([[t('解除的保护', 'Guards lifted'), report.allowed.join(', ')]] as const)),
  ];
  return section(
    'sources',
    t('依据', 'What it was made from'),
    html`${list(facts)}<div class="scroll"><table class="files"><thead><tr><th scope="col">${t('文件', 'File')}</th><th scope="col" class="num">${t('行', 'Rows')}</th><th scope="col" class="num">${t('字节', 'Bytes')}</th><th scope="col">${t('编码', 'Encoding')}</th><th scope="col">SHA-256</th></tr></thead><tbody>${report.files.map(
      ({ file, rows, bytes, encoding, sha256 }) =>
        html`<tr><th scope="row" class="v">${file}</th><td class="num">${number(rows)}</td><td class="num">${number(bytes)}</td><td>${encoding}</td><td><code class="hash">${sha256}</code></td></tr>`,
    )}</tbody></table></div>${report.mode === 'plan' ? signature() : null}`,
  );
}

/** On paper only. */
function signature(): Markup {
  return html`<div class="sign"><p>${t('审核人', 'Reviewed by')}</p><p>${t('日期', 'Date')}</p></div>`;
}

function list(facts: readonly (readonly [Markup, Hole])[]): Markup {
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
