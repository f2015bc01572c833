// Pages in German, where words are longest: on a wide screen and on a narrow one nothing sticks
// out, and on the wide one no word is cut in two and no button has two lines.

import { ALL_SHOTS, fits } from './story.mjs';

// What names something: a word of it that stands on two lines, and buttons of more than one line.
function cut() {
  const shown = (element) => element.checkVisibility() && !element.closest('.vh');
  const found = [];
  const lines = (range) => new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
  const names = 'h1, h2, h3, th, dt, label, button, .go, .also';
  for (const element of document.querySelectorAll(names)) {
    if (!shown(element)) continue;
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (const { 0: word, index } of node.data.matchAll(/[^\s\-/.,@_]+/g)) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        if (lines(range).size > 1 && !node.data.includes('@')) found.push(`${word} is cut`);
      }
    }
    const all = document.createRange();
    all.selectNodeContents(element);
    if (element.matches('button, .go, .also') && all.getBoundingClientRect().height > 36)
      found.push(`${element.innerText} has two lines`);
  }
  return found;
}

// `seen` is [name, address] of each page.
export async function inGerman(page, seen, { shot, check }) {
  await page.goto('/preferences');
  await page.locator('select[name=language]').selectOption('de');
  await page.locator('form:has(select[name=language]) button.go').click();
  await page.locator('html[lang=de]').waitFor();
  for (const [name, url] of seen) {
    await page.goto(url);
    check((await page.locator('html').getAttribute('lang')) === 'de', `${url} is not German`);
    for (const width of [1440, 320]) {
      await page.setViewportSize({ width, height: 900 });
      await fits(page);
      const found = width === 1440 ? await page.evaluate(cut) : [];
      check(found.length === 0, `${url} at ${width}: ${found.join('; ')}`);
      if (width === 1440 || ALL_SHOTS) await shot(page, `german-${name}`);
    }
  }
}
