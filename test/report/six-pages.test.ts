import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { htmlReport } from '../../src/report/html.ts';
import { NO_BROWSER, openBrowser, RESULTS } from './browser.ts';
import { proseOf, wordsIn } from './english.ts';
import { THEIR_DATA } from './every-kind.ts';
import { openReport } from './open-report.ts';
import { theOptions } from './plan-of.ts';
import { EVERY_MODEL, modelNamed } from './six-models.ts';

const FAINT = readFileSync(join(import.meta.dirname, 'faint.js'), 'utf8');
const UNFOLD = `
  document.querySelector('#unfold[aria-pressed=false]')?.click();
  for (const details of document.querySelectorAll('details')) details.open = true;`;
/** What is wider than the screen, or cut by what it stands in. */
const CUT = `[...document.querySelectorAll('body *')].filter((one) => {
  if (one.closest('.hidden, .skip, thead') || !one.checkVisibility()) return false;
  const { right, left } = one.getBoundingClientRect();
  const cut = one.scrollWidth > one.clientWidth + 1 && ['hidden', 'clip'].includes(getComputedStyle(one).overflowX);
  return right > innerWidth + 1 || left < -1 || (cut && one.clientWidth > 1);
}).map((one) => one.tagName + '.' + one.className + ' ' + one.textContent.slice(0, 40))`;
/** Cells that stand below each other without the name of their column. */
const UNNAMED = `[...document.querySelectorAll('.cards td')].filter((one) => one.checkVisibility() && one.textContent.trim() !== '' && !one.querySelector('button') && ['none', ''].includes(getComputedStyle(one, '::before').content)).length`;
/**
 * Text of the page without data, ids, paths, commands, codes and what is the other language's name: in a cell for data
 * (\`.v\`) the words are ours that say that they are Chinese, and what the page's script says of an entry.
 */
const PROSE = `(() => {
  const copy = document.body.cloneNode(true);
  for (const one of copy.querySelectorAll('[lang=en], [lang^=en-], code, script, noscript, h1, .key, .hash')) one.remove();
  const texts = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
  const said = [];
  while (texts.nextNode()) {
    const { parentElement, data } = texts.currentNode;
    if (parentElement.closest('[lang=zh]') || !parentElement.closest('.v:not(.gist, p, li)')) said.push(data);
  }
  return said.join(' ');
})()`;
describe.skipIf(NO_BROWSER !== undefined)(
  `pages of all commands${NO_BROWSER ? `: ${NO_BROWSER}` : ''}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser?.close());

    it.each(EVERY_MODEL)(
      '%s: nothing cut at any width in either language, and Chinese is Chinese',
      async (mode) => {
        const model = modelNamed(mode);
        for (const language of ['zh', 'en'] as const) {
          const { page, misdeeds } = await openReport(browser, htmlReport(model, theOptions({ language })));
          for (const width of [390, 1280]) {
            await page.setViewportSize({ width, height: 900 });
            await page.evaluate(UNFOLD);
            expect(
              await page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
              `${width}`,
            ).toBe(true);
            expect(await page.evaluate(CUT), `${language} ${width}`).toEqual([]);
          }
          // Text can be read in the dark, too.
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme });
            expect(await page.evaluate(FAINT), `${language} ${colorScheme}`).toEqual([]);
          }
          // Before and after are named on a telephone, too.
          await page.setViewportSize({ width: 390, height: 900 });
          expect(await page.evaluate(UNNAMED)).toBe(0);
          expect(misdeeds).toEqual([]);
          if (language === 'en') continue;
          await page.screenshot({ path: join(RESULTS, `${mode}-390.png`), fullPage: true });
          const prose = proseOf(String(await page.evaluate(PROSE))).replaceAll(THEIR_DATA, '');
          expect(wordsIn(prose)).toEqual([]);
          if (mode === 'checks') expect(prose).not.toContain('面试');
          // The rows that are valid are counted and not listed: the page does not say that it was cut.
          expect(await page.locator('#cut').isVisible()).toBe(false);
          if (mode === 'validate') expect(await page.locator('.legend').innerText()).toMatch(/2 可以导入/);
          if (mode === 'undo')
            expect(await page.locator('#first .gist').first().innerText()).toContain('结论');
        }
      },
    );

    it('prints on A4 with the sign-off on the sheet with the numbers, in a few sheets', async () => {
      const { page } = await openReport(
        browser,
        htmlReport(modelNamed('plan'), theOptions({ language: 'zh' })),
      );
      const pdf = await page.pdf({ preferCSSPageSize: true });
      expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length).toBeLessThan(8);
      await page.setViewportSize({ width: 688, height: 1000 });
      await page.emulateMedia({ media: 'print' });
      const bottom = await page.evaluate(
        "document.getElementById('sign').getBoundingClientRect().bottom + scrollY",
      );
      // An A4 sheet with its margins at 96 dots per inch.
      expect(Number(bottom)).toBeLessThan(1002);
      expect(await page.locator('#sign').innerText()).toMatch(
        /20261121-001930-3f9a2c[\s\S]*legacy-ats[\s\S]*e3b0c442/,
      );
    });
  },
);
