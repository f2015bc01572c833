export const name = 'a receivables clerk works by keyboard, saves a filter, notes a call';

export default async function ({ site, page, step, everywhere, check }) {
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim());
  const minor = (text) => Number(text.replace(/[^\d−-]/g, '').replace('−', '-'));

  await step('the overview: figures, ages and what needs attention', async () => {
    await page.goto(site.link(/receivables/i));
    await page.getByRole('heading', { name: 'How old the open items are' }).waitFor();
    await everywhere(page, 'overview');
  });

  await step('the bars and the rest add up to the ledger', async () => {
    const cells = page.locator('.ageing td[data-l=Open], .ageing tfoot tr:not(.grand) td.n');
    const sum = (await cells.allInnerTexts()).map((text) => minor(text)).reduce((a, b) => a + b, 0);
    const ledger = minor(await page.locator('.ageing .grand td').innerText());
    check(sum === ledger, `the rows come to ${sum}, the ledger has ${ledger}`);
  });

  await step('"/" finds a customer as one types', async () => {
    await press('/');
    await page.keyboard.type('hallam');
    await page.locator('.found tbody th a').first().waitFor();
    await press('ArrowDown', 'Enter');
    await page.getByRole('heading', { name: /Hallam/, level: 1 }).waitFor();
    await everywhere(page, 'customer');
  });

  await step('"/" finds a person by the beginning of the address', async () => {
    await page.goto('/console/search?q=maya');
    await page.getByRole('heading', { name: 'People' }).waitFor();
    await everywhere(page, 'found-people');
    await page.locator('.fold').last().getByRole('link').first().click();
    await page.getByRole('heading', { name: /Hallam/, level: 1 }).waitFor();
  });

  await step('a date that is none does not cost the list', async () => {
    const customer = page.url();
    const list = '/console/payments?from=2026-02-31&method=card';
    for (const path of [list, '/console/ageing?as_of=xx']) {
      const reply = await page.goto(path);
      check(reply.status() === 422, `${path} is answered with ${reply.status()}`);
      await page.getByRole('alert').waitFor();
      check((await page.locator('[aria-invalid=true]').count()) === 1, 'no field is marked');
      check((await page.locator('main table tbody tr').count()) > 0, 'the list is lost');
      await everywhere(page, path.includes('ageing') ? 'ageing-refused' : 'list-refused');
    }
    await page.goto(customer);
  });

  await step('notes a call, which stands on the line of time', async () => {
    await page.getByRole('link', { name: 'Write a note' }).click();
    await page.getByRole('button', { name: 'Keep the note' }).click();
    await page.getByRole('alert').waitFor();
    await everywhere(page, 'note-refused');
    await page.getByLabel(/^What was said/).fill('Maya pays the two oldest on Friday.');
    await page.getByRole('button', { name: 'Keep the note' }).click();
    await page.getByText('Maya pays the two oldest on Friday.').waitFor();
    await page.getByRole('link', { name: 'Notes', exact: true }).click();
    await page.getByText('Maya pays the two oldest on Friday.').waitFor();
    await everywhere(page, 'history');
  });

  await step('"?" shows the keys, Escape hides them', async () => {
    await page.locator('h1').click();
    await press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await press('Escape');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' });
  });

  await step('"g" and a letter go from list to list', async () => {
    for (const [key, path] of Object.entries({ p: 'payments', c: 'customers', i: 'invoices' })) {
      await press('g', key);
      await page.waitForURL(`**/console/${path}`);
    }
    await press('g', 'o');
    await page.waitForURL('**/console');
  });

  await step('"j", "k" and the arrows walk the rows, Enter opens one', async () => {
    await press('g', 'i');
    await page.waitForURL('**/console/invoices');
    const numbers = await page.locator('main tbody th a').allInnerTexts();
    await press('j');
    check((await focused()) === numbers[0], 'the first row is not reached');
    await press('j', 'ArrowDown', 'k');
    check((await focused()) === numbers[1], 'the second row is not reached');
    await press('Enter');
    await page.getByRole('heading', { level: 1 }).filter({ hasText: numbers[1] }).waitFor();
  });

  await step('finds an invoice by its amount', async () => {
    const amount = await page.locator('.total, tfoot .grand td').first().innerText();
    await page.goto(`/console/search?q=${encodeURIComponent(amount.replace(/[^\d.,]/g, ''))}`);
    check((await page.locator('#found tbody tr').count()) > 0, `${amount} is not found`);
    await everywhere(page, 'search');
    await page.goto('/console/search?q=nothing-has-this-name');
    await page.getByText('Nothing matches.').waitFor();
    await everywhere(page, 'search-nothing');
  });

  await step('saves a filter for the team, and finds it as a tab', async () => {
    await page.goto('/console/invoices?show=overdue&currency=EUR');
    await page.getByText('Save this filter').click();
    await page.getByLabel('Name').fill('Late in euro');
    await page.getByLabel('For the whole team').check();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('link', { name: /Late in euro/ }).waitFor();
    await everywhere(page, 'filters');
    await page.getByRole('link', { name: 'Rename or remove' }).click();
    await everywhere(page, 'filter');
    await page.getByLabel('Remove this filter').check();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.waitForURL('**/console/invoices?*');
    check((await page.getByText('Late in euro').count()) === 0, 'the filter is still there');
  });

  await step('the ageing of a past day, as known then, opened into items', async () => {
    await page.goto('/console/ageing');
    await page.getByLabel('What was known').selectOption('then');
    await page.getByLabel('Columns end after days').fill('15, 45');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText('as known at the end of that day').waitFor();
    await everywhere(page, 'ageing');
    const cell = page.locator('.aged tbody td a').first();
    const figure = await cell.innerText();
    await cell.click();
    const sum = await page.locator('tfoot .grand td').innerText();
    check(minor(sum) === minor(figure), `the items come to ${sum}, the figure was ${figure}`);
    await everywhere(page, 'ageing-items');
  });
}
