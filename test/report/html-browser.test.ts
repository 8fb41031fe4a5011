import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../src/model.ts';
import { htmlReport } from '../../src/report/html.ts';
import type { RenderOptions } from '../../src/report/report-model.ts';
import { aPayload } from '../builders.ts';
import { ROOT } from '../cli/child.ts';
import { sharedData } from '../pipelines/shared-data.ts';
import { NO_BROWSER, openBrowser, RESULTS } from './browser.ts';
import { everyKind } from './every-kind.ts';
import { openReport } from './open-report.ts';
import { aCost, aFile, aReport, at, modelOf, planOf, theOptions } from './plan-of.ts';

const FAINT = readFileSync(join(import.meta.dirname, 'faint.js'), 'utf8');
const ALL_OF_IT = `
  for (const details of document.querySelectorAll('details')) details.open = true;
  for (const more = document.getElementById('more'); !more.hidden; ) more.click();`;
const NAMELESS = `[...document.querySelectorAll('button')].filter((one) => one.checkVisibility() && one.innerText.trim() === '').length`;
const NAUGHTY = sharedData('conformance/blns.json');

const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const pageOf = (changes: readonly Change[], over: Partial<RenderOptions> = {}, render = htmlReport) => {
  const files = [aFile({ rows: 12, bytes: 4096, sha256 })];
  const rows = { ...aReport().rows, read: 12, created: 2, updated: 1, rejected: 1, held: 2 };
  const deadline = { at: '2026-11-21T22:00:00.000Z', lateMs: 5_400_000 };
  const cost = aCost({ zone: 'Asia/Shanghai', deadline });
  const store = planOf(changes);
  store.addMissing([{ key: 'gone', remoteId: '9' }]);
  return render(modelOf(aReport({ mode: 'plan', cost, files, rows }), store), theOptions(over));
};

const creates = (count: number): readonly Change[] =>
  Array.from({ length: count }, (_, i) => ({
    kind: 'create',
    key: `IV-${i}`,
    origin: at(i + 2),
    payload: aPayload({ begin_time: 1_709_600_700_000 + i * 3_600_000, end_time: undefined }),
  }));

const shownCount = (page: Page) => page.locator('#count').textContent();
const entries = (page: Page) => page.locator('#list > li');

describe.skipIf(NO_BROWSER !== undefined)(
  `the page in a browser${NO_BROWSER ? `: ${NO_BROWSER}` : ''}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser?.close());

    it('counts, searches and filters, and says how many there are', async () => {
      const { page, misdeeds } = await openReport(browser, pageOf(everyKind()));
      expect(await shownCount(page)).toBe('13 of 13 changes');
      await page.getByLabel('Search').fill('IV-UPD');
      await expect.poll(() => shownCount(page)).toBe('1 of 13 changes');
      await page.getByLabel('Search').fill('李雷');
      await expect.poll(() => shownCount(page)).toBe('1 of 13 changes');
      await page.getByLabel('Search').fill('nothing like it');
      await expect.poll(() => page.locator('#nothing').isVisible()).toBe(true);
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await page.getByRole('checkbox', { name: /^create/ }).uncheck({ force: true });
      expect(await shownCount(page)).toBe('11 of 13 changes');
      await page.getByLabel('Field').selectOption('end_time');
      expect(await entries(page).count()).toBe(2);
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await page.getByRole('checkbox', { name: 'Only those edited in Feishu' }).check({ force: true });
      expect(await shownCount(page)).toBe('4 of 13 changes');
      expect(misdeeds).toEqual([]);
    });

    it('shows both sides of an update, what changed within a note, and an edit that is in conflict', async () => {
      const { page } = await openReport(browser, pageOf(everyKind()));
      const update = page.locator('#first > li');
      expect(await update.count()).toBe(1);
      const row = (name: string) =>
        update.locator('tr', { has: page.getByRole('rowheader', { name }) }).first();
      expect(await row('assessment 1 · conclusion').locator('td').allTextContents()).toEqual([
        'pending',
        'fail',
      ]);
      expect(await row('assessment 1 · comment').locator('del, ins').allTextContents()).toEqual([
        '扎实',
        '一般',
      ]);
      expect(await row('end').locator('td').last().textContent()).toBe('absent');
      expect(await update.getByText('the source wins over the edit in Feishu').isVisible()).toBe(true);
      expect(await update.locator('summary .tag').textContent()).toBe('conflict');
      // From a field that is overwritten to its changes.
      await page.getByRole('button', { name: 'Show assessment · conclusion' }).click();
      expect(await shownCount(page)).toBe('1 of 13 changes');
      expect(await page.evaluate('document.activeElement?.id')).toBe('q');
    });

    it('switches the language, of the title and the labels too', async () => {
      const { page } = await openReport(browser, pageOf(everyKind(), { language: 'zh' }));
      expect(await page.title()).toContain('同步计划');
      expect(await page.locator('h2:visible').allTextContents()).toContainEqual(
        expect.stringContaining('需要处理'),
      );
      expect(await page.getByText('Needs attention').isVisible()).toBe(false);
      await page.getByRole('button', { name: 'English' }).press('Enter');
      expect(await page.title()).toContain('Sync plan');
      expect(await page.getByText('Needs attention').isVisible()).toBe(true);
      expect(await shownCount(page)).toBe('13 of 13 changes');
      expect(await page.getByRole('button', { name: 'English' }).getAttribute('aria-pressed')).toBe('true');
    });

    it('can be used with the keyboard, and has landmarks and names for all controls', async () => {
      const { page } = await openReport(browser, pageOf(everyKind()));
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement?.textContent')).toContain('Skip to the content');
      for (const role of ['banner', 'main', 'navigation', 'search', 'status'] as const)
        expect(await page.getByRole(role).count(), role).toBe(1);
      const entry = entries(page).first().locator('summary');
      await entry.focus();
      await page.keyboard.press('Enter');
      const table = entries(page).first().getByRole('table').first();
      await expect.poll(() => table.isVisible()).toBe(true);
      expect(await page.evaluate(NAMELESS)).toBe(0);
    });

    it.each(['light', 'dark'] as const)('has text that can be read in %s', async (colorScheme) => {
      // High, so that nothing of the list is left out of the picture.
      const viewport = { width: 1200, height: 5000 };
      const { page } = await openReport(browser, pageOf(everyKind()), { colorScheme, viewport });
      await page.getByRole('button', { name: 'Unfold all' }).click();
      expect(await page.evaluate(FAINT)).toEqual([]);
      await page.screenshot({ path: join(RESULTS, `report-${colorScheme}.png`), fullPage: true });
      if (colorScheme === 'dark') return;
      await page.emulateMedia({ media: 'print' });
      await page.screenshot({ path: join(RESULTS, 'report-print.png'), fullPage: true });
    });

    it('becomes usable with 10,000 changes, and holds a sample of more that says so', async () => {
      const { page, misdeeds } = await openReport(browser, pageOf(creates(10_001)));
      expect(await shownCount(page)).toBe('10,000 of 10,000 changes');
      expect(await page.locator('#sample').textContent()).toContain('10,000 of 10,002');
      expect(await entries(page).count()).toBeLessThan(1000);
      await page.getByLabel('Search').fill('IV-4321');
      await expect.poll(() => shownCount(page)).toBe('1 of 10,000 changes');
      expect(misdeeds).toEqual([]);
    });

    it('works as it is built, too', async () => {
      // The compiler writes the script anew, and the page takes its imports and exports away.
      const built = (await import(join(ROOT, 'dist/report/html.js'))) as { htmlReport: typeof htmlReport };
      const { page, misdeeds } = await openReport(browser, pageOf(everyKind(), {}, built.htmlReport));
      expect(await shownCount(page)).toBe('13 of 13 changes');
      expect(misdeeds).toEqual([]);
    });

    it('says so when it ends before its sample does, because the texts are very long', async () => {
      const cut = [...pageOf(creates(2))].map((piece) => piece.replace('"meant":3', '"meant":5'));
      const { page } = await openReport(browser, cut);
      expect(await page.locator('#cut-count').textContent()).toBe('3 / 5');
      expect(await page.locator('#cut').isVisible()).toBe(true);
    });

    it.skipIf(NAUGHTY === undefined)('takes naughty strings for text', async () => {
      const all = JSON.parse(readFileSync(NAUGHTY?.[0] ?? '', 'utf8')) as readonly string[];
      const naughty = all.filter((text) => text !== '');
      const changes = naughty.map((text, i): Change => {
        const payload = aPayload({
          interview_assessments: [{ username: text, conclusion: 2, content: text }],
        });
        const fields = [{ path: 'interview_assessments[0].content', before: 'before', after: text }];
        const update = {
          kind: 'update',
          key: text,
          origin: at(i + 2),
          remoteId: '1',
          payload,
          fields,
        } as const;
        if (i % 3 === 0) return update;
        if (i % 3 === 1) return { kind: 'create', key: text, origin: { file: text, line: 1 }, payload };
        const problem = { code: 'VALUE_UNKNOWN', field: text, value: text, message: text } as const;
        return { kind: 'rejected', key: text, origin: at(i + 2), problems: [problem] };
      });
      const { page, misdeeds } = await openReport(browser, pageOf(changes));
      await page.getByRole('button', { name: 'Unfold all' }).click();
      await page.evaluate(ALL_OF_IT);
      expect(await entries(page).count()).toBe(changes.length + 1);
      const keys = await page.locator('#list .key').allTextContents();
      const inOrder = [0, 2, 1].flatMap((rest) => naughty.filter((_, i) => i % 3 === rest));
      expect(keys).toEqual([...inOrder, 'gone']);
      const alive =
        'main :is(script, img, iframe, object, embed, style, link, video, audio, base, meta, marquee)';
      expect(await page.locator(alive).count()).toBe(0);
      expect(await page.locator('script').count()).toBe(2);
      expect(misdeeds).toEqual([]);
    });
  },
);
