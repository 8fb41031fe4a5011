import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

/** A page with a report in it, and everything it did that a report must not do. */
export interface Opened {
  readonly page: Page;
  /** Dialogs, requests besides the file itself, errors and what the content security policy refused. */
  readonly misdeeds: readonly string[];
}

/** Opens a report from a file, as people do, and waits until it can be used. */
export async function openReport(
  browser: Browser,
  html: Iterable<string>,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'hire-sync-page-'));
  const file = join(folder, 'report.html');
  writeFileSync(file, [...html].join(''));
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  onTestFinished(async () => {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const page = await context.newPage();
  const misdeeds: string[] = [];
  page.on('dialog', (dialog) => {
    misdeeds.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== `file://${file}`) misdeeds.push(`request ${request.url()}`);
  });
  page.on('pageerror', (error) => misdeeds.push(`error ${error.message}`));
  page.on('console', (message) => misdeeds.push(`console ${message.text()}`));
  page.on('popup', () => misdeeds.push('popup'));
  await page.goto(`file://${file}`);
  await page.locator('html[data-ready]').waitFor({ state: 'attached' });
  return { page, misdeeds };
}
