import { hash } from 'node:crypto';
import type { Bilingual, Language } from '../../plan/shape.ts';
import { type Mode, type ReportModel, zoneOf } from '../report-model.ts';
import { w } from '../sentences.ts';
import { zonedTime } from '../times.ts';
import { STYLE } from './style.ts';
import { both, type Hole, html, type Markup, t } from './tag.ts';

/** What a page is, by the command that made it. */
export const TITLES: Readonly<Record<Mode, Bilingual>> = {
  plan: w('同步计划', 'Sync plan'),
  sync: w('同步报告', 'Sync report'),
  validate: w('导入前检查', 'Validation'),
  verify: w('核对报告', 'Verify'),
  'undo-plan': w('撤销计划', 'Undo plan'),
  undo: w('撤销报告', 'Undo report'),
};

/** The id of the run, of commands that are one. */
export function runOf({ result }: ReportModel): string | null {
  return 'run' in result ? result.run : null;
}

/**
 * The head of a self-contained page: its script and style are allowed by their hashes and nothing else is, neither from
 * the network nor from the data.
 * @param script exactly what will stand between the tags of the page's only script
 */
export function pageHead(model: ReportModel, script: string, language: Language): Markup {
  const { mode, pipeline } = model.result;
  const run = runOf(model);
  const more = run === null ? pipeline : `${pipeline} · ${run}`;
  const titles = w(`${TITLES[mode].zh} · ${more}`, `${TITLES[mode].en} · ${more}`);
  // At the foot of every printed sheet. Names of pipelines and runs hold nothing that CSS would take for its own.
  const style = `${STYLE}@page{@bottom-left{content:"${more.replaceAll(/[^\w ·.-]/g, '')}";font:8pt sans-serif;color:#454d58}@bottom-right{content:counter(page) " / " counter(pages);font:8pt sans-serif;color:#454d58}}`;
  const policy = [
    "default-src 'none'",
    `script-src '${sourceHash(script)}'`,
    `style-src '${sourceHash(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<html lang="${language}" data-title-zh="${titles.zh}" data-title-en="${titles.en}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${titles[language]}</title>
<style>${{ markup: style }}</style>
</head>`;
}

function sourceHash(text: string): string {
  return `sha256-${hash('sha256', text, 'base64')}`;
}

/** What it is, of what, when, for whom, made from what. @param links sections of the page, by their ids */
export function masthead(model: ReportModel, links: readonly (readonly [string, Bilingual])[]): Markup {
  const { result } = model;
  const run = runOf(model);
  const files = 'files' in result ? result.files.map(({ file }) => file) : [];
  const { app = null, version = null } = result.made ?? {};
  return html`<a class="skip" href="#main">${t('跳到内容', 'Skip to the content')}</a>
<header><div class="top"><div><p class="what">${both(TITLES[result.mode])}</p><h1>${result.pipeline}</h1></div>
<div class="languages" role="group" data-label-zh="语言" data-label-en="Language"><button type="button" lang="zh-CN" data-language="zh">中文</button><button type="button" lang="en-US" data-language="en">English</button></div></div>
${facts([
  [t('时间', 'Time'), zonedTime(result.startedAt, zoneOf(model))],
  run === null ? null : [t('运行', 'Run'), html`<code>${run}</code>`],
  'undoes' in result ? [t('撤销的运行', 'Takes back'), html`<code>${result.undoes}</code>`] : null,
  [
    t('飞书应用', 'Feishu app'),
    app === null
      ? t('未连接', 'not connected')
      : html`<code>${app.appId}</code> <span class="faint">${app.baseUrl}</span>`,
  ],
  files.length === 0 ? null : [t('文件', 'Files'), html`<span class="v">${files.join(', ')}</span>`],
  version === null ? null : [t('版本', 'Version'), `hire-sync ${version}`],
])}
<nav data-label-zh="本页内容" data-label-en="On this page"><ul>${links.map(([id, words]) => html`<li><a href="#${id}">${both(words)}</a></li>`)}</ul></nav></header>`;
}

/** `12345` → `12,345` */
export function number(n: number): string {
  return n.toLocaleString('en-US');
}

/** A section with its heading, as a landmark. */
export function section(id: string, heading: Markup, body: Hole, note: Hole = null): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${heading}</h2>${
    note === null ? null : html`<p class="lead">${note}</p>`
  }${body}</section>`;
}

/** A name with its value; null where there is none. */
export type Fact = readonly [Hole, Hole] | null;

/** Names with their values. */
export function facts(list: readonly Fact[]): Markup {
  return html`<dl class="facts">${list.map((fact) => fact && html`<div><dt>${fact[0]}</dt><dd>${fact[1]}</dd></div>`)}</dl>`;
}

export function notice(tone: '' | 'warn' | 'bad', body: Hole): Markup {
  return html`<div class="notice ${tone}" role="note">${body}</div>`;
}

/** A column of a table; on a narrow screen its name stands before each cell. */
export interface Column {
  readonly name: Bilingual;
  readonly number?: boolean;
}

/** A table, the first cell of each row its name. `cards`: its rows stand as blocks where the screen is too narrow for columns. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Hole[])[],
  className = 'cards',
): Markup {
  const of = (i: number) => ({ markup: columns[i]?.number === true ? ' class="num"' : ' class="v"' });
  return html`<table class="${className}"><thead><tr>${columns.map(
    ({ name }, i) => html`<th scope="col"${of(i)}>${both(name)}</th>`,
  )}</tr></thead><tbody>${rows.map(
    ([first = '', ...cells]) =>
      html`<tr><th scope="row" class="v">${first}</th>${cells.map(
        (cell, i) =>
          html`<td${of(i + 1)} data-lz="${columns[i + 1]?.name.zh ?? ''}" data-le="${columns[i + 1]?.name.en ?? ''}">${cell}</td>`,
      )}</tr>`,
  )}</tbody></table>`;
}
