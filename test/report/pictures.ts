import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { ROOT } from '../cli/child.ts';
import { NO_BROWSER, openBrowser, RESULTS } from './browser.ts';
import { type DemoPage, makeDemoPages } from './demo-pages.ts';

/**
 * `npm run docs:pictures [-- --all [NAME …]]`: makes the pages of all commands of the bundled fixtures, and from them the pictures
 * of `docs/zh/reports.md`. With `--all` it also takes every page in both languages, on a telephone and a desk, light
 * and dark, and printed, into `test-results/pages`: for whoever changes the page, to look at.
 */

const PICTURES = join(ROOT, 'docs/zh/pictures');
const PAGES = join(RESULTS, 'pages');
const MAX_KB = 150;
const say = (text: string): boolean => process.stdout.write(`${text}\n`);

interface Look {
  readonly language: 'zh' | 'en';
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
}

async function opened(browser: Browser, file: string, { language, width, colorScheme }: Look): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  const page = await context.newPage();
  await page.goto(pathToFileURL(file).href);
  await page.locator('html[data-ready]').waitFor({ state: 'attached' });
  await page.locator(`[data-language=${language}]`).click();
  return page;
}

/** A page as it looks everywhere. */
async function lookAt(browser: Browser, { name, file }: DemoPage): Promise<void> {
  for (const language of ['zh', 'en'] as const) {
    for (const width of [390, 1280]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        const page = await opened(browser, file, { language, width, colorScheme });
        await page.screenshot({ path: join(PAGES, `${name}-${language}-${width}-${colorScheme}.png`), fullPage: true });
        await page.context().close();
      }
    }
    const page = await opened(browser, file, { language, width: 1280, colorScheme: 'light' });
    const pdf = join(PAGES, `${name}-${language}.pdf`);
    await page.pdf({ path: pdf, preferCSSPageSize: true });
    await page.context().close();
    spawnSync('pdftoppm', ['-r', '60', '-png', pdf, pdf.replace(/\.pdf$/, '')]);
  }
}

if (NO_BROWSER !== undefined) throw new Error(NO_BROWSER);
const all = process.argv.includes('--all');
const only = process.argv.slice(2).filter((argument) => argument !== '--all');
const pages = await makeDemoPages(PAGES);
const browser = await openBrowser();
try {
  if (all) for (const page of pages) if (only.length === 0 || only.includes(page.name)) await lookAt(browser, page);
} finally {
  await browser.close();
}
say(`${pages.length} pages in ${PAGES}`);
