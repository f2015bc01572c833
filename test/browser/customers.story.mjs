// The team shares out its customers and lets reminders rest: by the list, after a preview, with the
// keyboard, and back again.
export const name = 'customers are put on hold and given to somebody, many at once';
export const engines = ['sqlite'];

export default async function ({ site, page, step, everywhere, check }) {
  const sees = (text) => page.getByText(text).first().waitFor();
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const tabTo = async (selector) => {
    for (let i = 0; i < 150; i++) {
      if (await page.evaluate((s) => document.activeElement.matches(s), selector)) return;
      await press('Tab');
    }
    check(false, `Tab does not come to ${selector}`);
  };

  await step('those that are nobody\'s, two of them put on hold with the keyboard', async () => {
    await page.goto(site.link(/team/i));
    await press('g', 'c');
    await page.waitForURL('**/console/customers');
    await everywhere(page, 'list');
    await page.getByRole('link', { name: 'Nobody\'s' }).click();
    await page.waitForURL('**show=unowned');
    await press('j', 'x', 'j', 'x');
    check((await page.locator('tbody input[name=item]:checked').count()) === 2, 'two are ticked');
    await tabTo('#act');
    await page.keyboard.type('Put');
    await tabTo('button[name=scope][value=ticked]');
    await press('Enter');
    await page.getByRole('heading', { name: 'What will be done' }).waitFor();
    await everywhere(page, 'preview');
    check((await page.locator('tbody tr').count()) === 2, 'two rows');
    await tabTo('#reason');
    await page.keyboard.type('A flood: nobody is at their desks.');
    await press('Enter');
    await sees('It is done.');
    await everywhere(page, 'done');
  });

  await step('those on hold are passed over, and each page says why', async () => {
    await page.goto('/console/customers?show=held');
    await page.getByLabel('With these rows').selectOption({ label: 'Put reminders on hold' });
    await page.getByRole('button', { name: 'Preview for all that match' }).click();
    await sees('Nothing of it can be done.');
    await page.goto('/console/customers?show=held');
    await page.locator('tbody th a').first().click();
    await sees('A flood: nobody is at their desks.');
    await everywhere(page, 'customer');
    await page.getByRole('link', { name: 'Change it' }).click();
    await everywhere(page, 'hold');
    await page.goBack();
    await page.getByRole('link', { name: 'Send a statement or a reminder' }).click();
    await sees('No reminder and no statement is mailed');
    check((await page.getByRole('button', { name: 'Send it' }).count()) === 0, 'it can be sent');
    await everywhere(page, 'send');
  });

  await step('it is undone as a whole', async () => {
    await page.goto('/console/work');
    await page.getByRole('link', { name: 'Reminders of customers put on hold' }).click();
    await page.getByRole('link', { name: 'Undo all of it' }).click();
    await page.getByLabel('Why').fill('The water is gone.');
    await page.getByRole('button', { name: 'Undo it' }).click();
    await sees('It is undone.');
    await page.goto('/console/customers?show=held');
    check((await page.getByText('On hold').count()) >= 2, 'the others are no longer on hold');
    check((await page.locator('tbody tr').count()) === 2, 'not as before');
  });
}
