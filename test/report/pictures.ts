import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { ROOT } from '../cli/child.ts';
import { NO_BROWSER, openBrowser, RESULTS } from './browser.ts';
import { type DemoPage, makeDemoPages } from './demo-pages.ts';
import { smallPng } from './small-png.ts';

/**
 * `npm run docs:pictures [-- --all [NAME …]]`: makes the pages of the bundled fixtures, and from them the pictures of
 * `docs/zh/reports.md`. With `--all` it takes the pages of all commands over both targets instead, in both languages,
 * on a telephone and a desk, light and dark, and as PDF (and its sheets, where there is a pdftoppm), into
 * `test-results/pages`: for whoever changes the page, to look at. That takes minutes.
 */

const PICTURES = join(ROOT, 'docs/zh/pictures');
const PAGES = join(RESULTS, 'pages');
/** Of all pictures together. */
const MAX_BYTES = 150_000;
/** Wide enough for the layout of a desk, narrow enough for a document. */
const WIDTH = 900;

/** Pictures of the document: the page, the parts from and to which it is cut out, and its height where that is less. */
const OF_THE_DOCUMENT = [
  { name: 'head', of: 'interviews-first-plan', from: 'header', to: '#verdicts', most: 1150 },
  { name: 'overwritten', of: 'interviews-plan', from: '#overwritten', to: '#overwritten', most: 420 },
  {
    name: 'before-after',
    of: 'interviews-plan',
    from: '#first > li:nth-child(5)',
    to: '#first > li:nth-child(5)',
  },
  { name: 'rejected', of: 'interviews-first-plan', from: '#open', to: '#open .group:nth-of-type(2)' },
  { name: 'sign', of: 'interviews-first-plan', from: '#sign', to: '#sign' },
] as const;

interface Look {
  readonly language: 'zh' | 'en';
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
}

async function opened(browser: Browser, file: string, { language, width, colorScheme }: Look): Promise<Page> {
  // High, because Chromium leaves entries of the list that are far below empty.
  const context = await browser.newContext({ viewport: { width, height: 5000 }, colorScheme });
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
      const page = await opened(browser, file, { language, width, colorScheme: 'light' });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const path = join(PAGES, `${name}-${language}-${width}-${colorScheme}.png`);
        await page.screenshot({ path, fullPage: true });
      }
      if (width === 1280) {
        const path = join(PAGES, `${name}-${language}.pdf`);
        await page.pdf({ path, preferCSSPageSize: true });
        spawnSync('pdftoppm', ['-r', '60', '-png', path, path.replace(/\.pdf$/, '')]);
      }
      await page.context().close();
    }
  }
}

/** The pictures of the document; they take the place of those there are. @returns their bytes */
async function picture(browser: Browser, pages: readonly DemoPage[]): Promise<number> {
  rmSync(PICTURES, { recursive: true, force: true });
  mkdirSync(PICTURES, { recursive: true });
  let bytes = 0;
  for (const { name, of, from, to, ...limit } of OF_THE_DOCUMENT) {
    const file = pages.find((page) => page.name === of)?.file ?? '';
    const page = await opened(browser, file, { language: 'zh', width: WIDTH, colorScheme: 'light' });
    const [first, last] = [await page.locator(from).boundingBox(), await page.locator(to).boundingBox()];
    if (first === null || last === null) throw new Error(`${of} has no ${from} or no ${to}.`);
    const whole = last.y + last.height - first.y;
    const height = Math.min('most' in limit ? limit.most : whole, whole);
    const path = join(PICTURES, `${name}.png`);
    const png = await page.screenshot({ clip: { x: 0, y: first.y, width: WIDTH, height } });
    const small = await smallPng(page, png);
    writeFileSync(path, small);
    await page.context().close();
    bytes += small.length;
  }
  return bytes;
}

if (NO_BROWSER !== undefined) throw new Error(NO_BROWSER);
const all = process.argv.includes('--all');
const only = process.argv.slice(2).filter((argument) => argument !== '--all');
const pages = await makeDemoPages(PAGES, all ? ['interviews', 'checks'] : ['interviews']);
const browser = await openBrowser();
try {
  if (all) {
    for (const page of pages) if (only.length === 0 || only.includes(page.name)) await lookAt(browser, page);
    process.stdout.write(`${pages.length} pages, and what they look like: ${PAGES}\n`);
  } else {
    const bytes = await picture(browser, pages);
    process.stdout.write(`${OF_THE_DOCUMENT.length} pictures, ${bytes} bytes: ${PICTURES}\n`);
    if (bytes > MAX_BYTES) throw new Error(`The pictures may have ${MAX_BYTES} bytes together.`);
  }
} finally {
  await browser.close();
}
