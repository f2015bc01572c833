// What a story is told with: pages, steps, screenshots, the accessibility check.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const axeSource = await readFile(axeFile, 'utf8');
export const SIZES = { 320: 800, 768: 1024, 1440: 900 };
const STORY_SECONDS = 1500;
const THEMES = ['light', 'dark'];
// Where axe looks, and for what. Between the narrow layout and the wide one there is nothing of its
// own to find. In the dark only the colours differ, which are the same on every screen.
const AXE = { light: [[320, 1440]], dark: [[1440], ['color-contrast']] };
// Pictures are for people; without their asking they are taken where axe looks.
export const ALL_SHOTS = process.env.SHOTS === 'all';

// Everything that no page may do, whatever the story is about.
function watch(page, site, complain) {
  page.on('pageerror', (error) => complain(`script error on ${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    const expected = message.text().includes('the server responded with a status of 4');
    if (message.type() === 'error' && !expected) complain(`${page.url()}: ${message.text()}`);
  });
  page.on('response', (answer) => {
    if (answer.status() >= 500) complain(`${answer.status()} from ${answer.url()}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    const here = ['127.0.0.1', new URL(site.url).hostname].includes(url.hostname);
    const ours = here || ['data:', 'blob:'].includes(url.protocol);
    if (!ours) complain(`${page.url()} asks a stranger: ${request.url()}`);
  });
}

// A page that waits for news loads itself anew; while it is looked at, it stands still. An answer
// of 204 leaves a page as it is.
async function standing(page, act) {
  const hold = (route) => {
    const request = route.request();
    const anew = request.isNavigationRequest() && request.frame() === page.mainFrame();
    return anew ? route.fulfill({ status: 204 }) : route.continue();
  };
  await page.route('**/*', hold);
  try {
    await page.waitForLoadState();
    await act();
  } finally {
    await page.unroute('**/*', hold);
  }
}

// A page that asks for news loads anew by itself, and takes axe with it: then once more.
async function axe(page, rules, tries = 5) {
  try {
    return await axeOnce(page, rules);
  } catch (error) {
    const gone = /reading 'run'|context was destroyed|navigation/i.test(error.message);
    if (!gone || tries === 1) throw error;
    return axe(page, rules, tries - 1);
  }
}

async function axeOnce(page, rules) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource);
  const { violations } = await page.evaluate(
    (runOnly) => globalThis.axe.run(document, { resultTypes: ['violations'], runOnly }),
    rules,
  );
  if (violations.length === 0) return;
  const where = (found) => found.nodes.map((node) => node.target).join(', ');
  const told = violations.map((found) => `${found.id}: ${found.help}: ${where(found)}`);
  throw new Error(`axe on ${page.url()}:\n      ${told.join('\n      ')}`);
}

const painted = () =>
  new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));

export async function fits(page) {
  const over = await page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    return scrollWidth > clientWidth ? scrollWidth : 0;
  });
  const { width } = page.viewportSize();
  if (over) throw new Error(`${page.url()} is ${over} wide on a screen of ${width}`);
}

// A story that hangs must not hang the whole run.
const tooLong = () =>
  new Promise((_, fail) => {
    const words = `the story is not over after ${STORY_SECONDS} s`;
    setTimeout(() => fail(new Error(words)), STORY_SECONDS * 1000).unref();
  });

export async function tell({ story, telling, site, browser, screens, looks, say }) {
  const failures = [];
  const contexts = [];
  const look = { theme: 'light' };
  const scripted = new Set(); // axe cannot run in the others
  let passed = 0;

  // A person: cookies of their own, in a window of this size.
  async function person(settings = {}) {
    const { width = 1440, theme = 'light', javaScript = true, locale = 'en-GB' } = settings;
    const context = await browser.newContext({
      viewport: { width, height: SIZES[width] ?? 900 },
      colorScheme: theme,
      javaScriptEnabled: javaScript,
      locale,
      reducedMotion: 'reduce',
      baseURL: site.url,
    });
    contexts.push(context);
    context.setDefaultTimeout(60_000); // a busy machine is slow; what never comes is as wrong later
    const page = await context.newPage();
    if (javaScript) scripted.add(page);
    context.on('page', (other) => javaScript && scripted.add(other));
    watch(page, site, (words) => failures.push(words));
    return page;
  }

  // The window is made as high as the page, so that what sticks to its edges stands where it ends.
  async function shot(page, name) {
    const { width, height } = page.viewportSize();
    const file = `${story}-${name}-${width}-${look.theme}.png`;
    const full = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width, height: Math.max(height, full) });
    if (scripted.has(page)) await page.evaluate(painted);
    await page.screenshot({ path: path.join(screens, file) });
    await page.setViewportSize({ width, height });
  }

  async function lookAtAll(page, name) {
    for (const theme of THEMES) {
      look.theme = theme;
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      for (const [width, height] of Object.entries(SIZES)) {
        const [sizes, rules] = AXE[theme];
        const axed = sizes.includes(Number(width));
        await page.setViewportSize({ width: Number(width), height });
        await fits(page);
        if (axed || ALL_SHOTS) await shot(page, name);
        if (axed && scripted.has(page)) await axe(page, rules);
      }
    }
  }

  // The page as it stands: at every size, light and dark; axe finds nothing, nothing sticks out.
  // A page looks the same on every engine: it is looked at on one.
  async function everywhere(page, name) {
    if (!looks) return;
    const before = page.viewportSize();
    await standing(page, () => lookAtAll(page, name));
    look.theme = 'light';
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.setViewportSize(before);
  }

  async function step(name, act) {
    const failuresBefore = failures.length;
    await act();
    if (failures.length > failuresBefore) throw new Error(`${name}: see the complaints`);
    passed++;
    say(name);
  }

  function check(holds, sentence) {
    if (!holds) throw new Error(sentence);
  }

  try {
    const page = await person();
    const told = telling({ site, person, page, step, shot, axe, everywhere, check, say });
    await Promise.race([told, tooLong()]);
  } catch (error) {
    failures.push(error.message);
    for (const page of contexts.flatMap((context) => context.pages()))
      await shot(page, 'failed').catch(() => {});
  }
  for (const context of contexts) await context.close();
  return { passed, failures };
}
