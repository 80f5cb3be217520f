import type { Browser, BrowserContext, Page } from 'playwright-core';
import { buildWeb } from '../../scripts/web.ts';
import { openScratch, type Stage } from '../../src/app/play/pair.ts';
import { parseStory } from '../../src/app/play/parse.ts';
import { playStory } from '../../src/app/play/runner.ts';
import type { World } from '../../src/app/play/world.ts';
import { openWindow } from './browser.ts';

export type Scene = { readonly world: World; close(): Promise<void> };

/** A pair of programs in the state that a few lines of story describe (docs/stories.md), for a browser to go on from. */
export async function openScene(text: string): Promise<Scene> {
  await buildWeb();
  const stage: Stage = await openScratch();
  const story = parseStory(text);
  const { world, close } = await stage.open(story);
  const lines: string[] = [];
  const end = async (): Promise<void> => {
    await close();
    await stage.close();
  };
  if (!(await playStory(world, story, (line) => lines.push(line)))) {
    await end();
    throw new Error(`the scene did not come about:\n${lines.join('\n')}`);
  }
  return { world, close: end };
}

/** Signs the legal account of an employer in by the login page, as its holder would. */
export async function signInLegal(page: Page, { world }: Scene, name: string): Promise<void> {
  const legal = world.employers.get(name)?.legal;
  if (!legal) throw new Error(`no employer in the scene: ${name}`);
  await page.goto(`${world.agencyUrl}/login`);
  await page.getByLabel('账号').fill(legal.login);
  await page.getByLabel('密码').fill(legal.password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.waitForURL((url) => url.pathname === '/');
}

/** Where people of the house sign in: the agency's operations page or the tax side's desk, with its demo account. */
const STAFF_DOORS = {
  office: { path: '/office/login', segment: undefined, inside: '/office' },
  clerk: { path: '/login', segment: '税务人员', inside: '/clerk' },
} as const;

export async function signInStaff(page: Page, base: string, door: keyof typeof STAFF_DOORS): Promise<void> {
  const accounts = (await (await fetch(`${base}/api/demo/accounts`)).json()) as Record<string, string>[];
  const staff = accounts.find((one) => one.kind === 'STAFF' || one.kind === 'CLERK');
  const { path, segment, inside } = STAFF_DOORS[door];
  await page.goto(`${base}${path}`);
  if (segment) await page.getByRole('button', { name: segment }).click();
  await page.getByLabel('工号').fill(staff?.login ?? '');
  await page.getByLabel('密码').fill(staff?.password ?? '');
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.waitForURL((url) => url.pathname === inside);
}

export type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

/** The session of the legal account of an employer, for windows of any size. */
export async function legalCookies(browser: Browser, scene: Scene, name: string): Promise<Cookies> {
  const { context, page } = await openWindow(browser);
  await signInLegal(page, scene, name);
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}
