import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../cli/child.ts';
import { createInFeishu, deleteInFeishu, editInFeishu } from '../faults/feishu-user.ts';
import { bodyOf, otherwise, someRows } from '../faults/rows.ts';
import { NO_BROWSER, openBrowser, RESULTS } from '../report/browser.ts';
import { openReport } from '../report/open-report.ts';
import { anUndoStage } from '../undo/undo-stage.ts';

const HOSTILE = '</script><img src=x onerror="alert(1)"><b>粗</b>';
const FAINT = readFileSync(join(ROOT, 'test/report/faint.js'), 'utf8');

describe.skipIf(NO_BROWSER !== undefined)(
  `the page of a verify in a browser${NO_BROWSER ? `: ${NO_BROWSER}` : ''}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser?.close());

    it('shows both sides, takes nothing of the data for markup, and speaks both languages', async (context) => {
      const rows = someRows(8);
      const stage = await anUndoStage(context, { rows });
      await stage.night(rows);
      stage.aMinuteLater();
      await editInFeishu(stage.sandbox, stage.id('R-002'), bodyOf({ ...rows[1]!, comment: HOSTILE }));
      await editInFeishu(stage.sandbox, stage.id('R-004'), { ...bodyOf(rows[3]!), ...otherwise('one') });
      await deleteInFeishu(stage.sandbox, stage.id('R-003'));
      await createInFeishu(stage.sandbox, bodyOf(rows[4]!));
      const ran = await stage.cli(['verify', stage.pipelineFile, '--lang', 'zh', '--report', 'verify.html']);
      expect(ran.exitCode, ran.stderr).toBe(10);
      const html = [readFileSync(join(dirname(stage.ledgerFile), 'verify.html'), 'utf8')];
      for (const colorScheme of ['light', 'dark'] as const) {
        const { page, misdeeds } = await openReport(browser, html, { colorScheme });
        expect(await page.title()).toMatch(/^核对报告 · /);
        await page.getByRole('button', { name: '全部展开' }).click();
        // Once as it was last written, once with what somebody made of it.
        expect(await page.locator('#list').textContent()).toContain(HOSTILE);
        expect(await page.locator('main img, #list b:not(.edited b)').count()).toBe(0);
        expect(await page.evaluate(FAINT)).toEqual([]);
        await page.screenshot({ path: join(RESULTS, `verify-${colorScheme}.png`), fullPage: true });
        await page.getByRole('button', { name: 'English' }).click();
        expect(await page.title()).toMatch(/^Verify · /);
        expect(await page.locator('.happens').innerText()).toBe(
          '8 records were read back: Feishu does not hold what was last written.',
        );
        expect(misdeeds).toEqual([]);
      }
    });
  },
);
