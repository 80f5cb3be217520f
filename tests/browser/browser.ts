import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../scripts/preflight.ts';
import { ROOT } from '../source-files.ts';

const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
];
/** Looked at by people, compared with the pictures of the design; not checked in. */
const PICTURES = join(ROOT, 'test-results/pages');

export const DESKTOP = { width: 1366, height: 768 };
export const PHONE = { width: 390, height: 844 };

export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('no Chromium: node scripts/run.cjs scripts/preflight.ts');
  return chromium.launch({ executablePath, args: FLAGS });
}

/** A visitor's window that remembers every console error and every failed script. */
export async function openWindow(
  browser: Browser,
  viewport = DESKTOP,
): Promise<{ context: BrowserContext; page: Page; errors: string[] }> {
  const context = await browser.newContext({ viewport, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('console', (message) => {
    // A refusal (401, 404, 422) is an answer; the browser logs it as a failed load.
    if (message.type() === 'error' && !message.text().includes('Failed to load resource')) errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.setDefaultTimeout(20_000);
  return { context, page, errors };
}

export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

/** The file behind a link or a button. */
export async function download(on: Page, name: string, role: 'link' | 'button' = 'link'): Promise<Buffer> {
  const [file] = await Promise.all([on.waitForEvent('download'), on.getByRole(role, { name }).click()]);
  return readFileSync(await file.path());
}

/** What axe finds, one line each. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  const result = await new AxeBuilder({ page }).analyze();
  return result.violations.map(
    (violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(' ')).join(', ')}`,
  );
}

/** What a finger needs (ui README §6). */
const FINGER_PX = 44;

/** What can be pressed on a phone and is lower than a finger, one line each. */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate((least) => {
    const small: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary')) {
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      if (element.closest('.visually-hidden, .skip')) continue;
      // A tick is pressed with its words.
      const label = element.matches('[type=checkbox], [type=radio]') ? element.closest('label') : null;
      const { width, height } = (label ?? element).getBoundingClientRect();
      // A native picker that lies hidden behind its own button.
      if (width <= 1) continue;
      const name = element.getAttribute('aria-label') ?? element.textContent ?? '';
      if (height < least - 0.5) small.push(`${Math.round(width)}×${Math.round(height)} ${name.trim()}`);
    }
    return [...new Set(small)];
  }, FINGER_PX);
}
