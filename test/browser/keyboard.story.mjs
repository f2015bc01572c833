// A day at the console without a mouse: a list, a row, an act, and back to the same row. What the
// dialog of keys says is what the keys do.
export const name = 'the console is worked with the keyboard alone';
export const engines = ['sqlite'];

export default async function ({ site, page, step, everywhere, check }) {
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim());
  const tabTo = async (selector) => {
    for (let i = 0; i < 150; i++) {
      if (await page.evaluate((s) => document.activeElement.matches(s), selector)) return;
      await press('Tab');
    }
    check(false, `Tab does not come to ${selector}`);
  };
  let row;

  await step('the keys that are shown do what they say', async () => {
    await page.goto(site.link(/team/i));
    await page.waitForURL('**/console');
    await press('?');
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    await everywhere(page, 'keys');
    const ways = await page.locator('#keys dt:has(kbd + kbd) + dd').evaluateAll((all) =>
      all.map((dd) => [dd.previousElementSibling, dd].map((part) => part.textContent.trim())));
    await press('Escape');
    const places = ways.filter(([keys]) => keys.startsWith('g'));
    check(places.length === 7, `${places.length} places`);
    for (const [keys, name] of places) {
      await press(...keys.split(/\s+/));
      const here = page.locator('nav a[aria-current=page]', { hasText: name });
      await here.waitFor({ state: 'attached' });
    }
    await press('/');
    check(await page.evaluate(() => document.activeElement.type === 'search'), 'no search');
  });

  await step('on a tablet the menu folds into one line, and opens by key', async () => {
    await page.setViewportSize({ width: 768, height: 1024 });
    await page.goto('/console/customers');
    const height = async (what) => (await page.locator(what).boundingBox())?.height ?? 0;
    const [head, line] = [await height('.head'), await height('.menu')];
    check(head < 2 * line, `${head} is more than a line of ${line}`);
    await press('/');
    check(await page.evaluate(() => document.activeElement.type === 'search'), 'no search');
    await page.locator('.menu').focus();
    await press('Enter');
    await everywhere(page, 'menu');
    await tabTo('a[href="/console/audit"]');
    await press('Enter');
    await page.waitForURL('**/console/audit');
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  await step('from the list to the third row, a note, and back to that row', async () => {
    await page.goto('/console/deductions?show=all');
    await press('j', 'j', 'ArrowDown');
    row = await focused();
    await press('Enter');
    await page.getByRole('heading', { name: row }).waitFor();
    await tabTo('#remark');
    await page.keyboard.type('Asked the warehouse.');
    await press('Tab', 'Enter');
    await page.getByText('The note is added.').waitFor();
    await press('u');
    await page.waitForURL('**/console/deductions?show=all*');
    await page.waitForFunction((said) => document.activeElement.textContent.trim() === said, row);
  });

  await step('ticks two rows and sees the preview', async () => {
    await page.goto('/console/invoices?currency=EUR');
    await press('j', 'x', 'j', 'x');
    check((await page.locator('tbody input[name=item]:checked').count()) === 2, 'two are ticked');
    await tabTo('button[name=scope][value=ticked]');
    await press('Enter');
    await page.getByRole('heading', { name: 'What will be done' }).waitFor();
  });

  await step('gives disputes to somebody, and undoes it', async () => {
    await page.goto('/console/disputes');
    await press('j', 'x');
    await tabTo('button[name=scope][value=ticked]');
    await press('Enter');
    await page.getByRole('heading', { name: 'What will be done' }).waitFor();
    await tabTo('#owner');
    await tabTo('button.go');
    await press('Enter');
    await page.getByText('It is done.').waitFor();
    await tabTo('a.also');
    await press('Enter');
    await page.waitForURL('**/undo');
    await tabTo('#why');
    await page.keyboard.type('Away this week.');
    await press('Enter');
    await page.getByText('It is undone.').waitFor();
  });
}
