// A customer says what is wrong, for one invoice and for several; the team answers; the customer
// reads it. Without a script, as all of the portal must work.
import { box, rowsOf } from './portal.mjs';

export const name = 'a customer disputes invoices, the team answers, the customer reads it';

export default async function ({ site, page, person, step, everywhere, check }) {
  const plain = await person({ javaScript: false });
  const free = (rows) => rows.filter((row) => row.open > 0);
  let first, others, known;

  await step('from the list to a sent dispute in three clicks', async () => {
    await page.goto(site.link(/customer/i));
    await page.goto('/invoices?show=overdue&currency=EUR');
    const disputed = page.locator('tbody tr', { hasText: /dispute/i }).locator('.k a');
    known = (await disputed.allInnerTexts()).map((number) => number.trim());
    first = free(await rowsOf(page, 'EUR')).find((row) => !known.includes(row.number));
    await page.getByRole('link', { name: first.number }).click(); // one
    await page.getByText('Dispute', { exact: true }).click(); // two
    await page.getByLabel('What is wrong').selectOption('freight');
    await page.getByLabel('In your words').fill('Freight was agreed to be free.');
    await everywhere(page, 'form');
    await page.getByRole('button', { name: 'Dispute it' }).click(); // three
    await page.getByText('Freight was agreed to be free.').waitFor();
    await everywhere(page, 'raised');
  });

  await step('several at once, with what cannot be disputed named', async () => {
    await page.goto('/invoices?currency=EUR');
    others = free(await rowsOf(page, 'EUR')).filter((row) => !known.includes(row.number));
    others = [first, ...others.filter((row) => row.number !== first.number).slice(0, 2)];
    for (const row of others) await box(page, row).check();
    await page.getByRole('button', { name: 'Dispute selected' }).click();
    await page.getByRole('heading', { name: 'Dispute invoices' }).waitFor();
    await page.getByText('In dispute already').first().waitFor();
    await everywhere(page, 'many');
    await page.getByLabel('What is wrong').selectOption('quantity');
    await page.getByLabel('In your words').fill('Two pieces are missing.');
    await page.getByRole('button', { name: /^Dispute \d/ }).click();
    await page.getByText(/disputed. We will answer here and by mail./).waitFor();
    await everywhere(page, 'disputes');
  });

  await step('the team answers, without a script', async () => {
    await plain.goto(site.link(/team/i));
    await plain.goto('/console/disputes');
    await plain.getByRole('link', { name: first.number }).first().click();
    await plain.getByLabel('Your answer').fill('You are right. A credit note follows.');
    await plain.getByRole('button', { name: 'Accept the dispute' }).click();
    await plain.getByText('The answer is saved').waitFor();
    await everywhere(plain, 'answered');
  });

  await step('gives several to a colleague after a preview, and takes it back', async () => {
    await plain.goto('/console/disputes?show=unowned');
    await plain.locator('tbody input[name=item]').nth(0).check();
    await plain.locator('tbody input[name=item]').nth(1).check();
    await everywhere(plain, 'bulk-list');
    await plain.getByLabel('With these rows').selectOption({ label: 'Give to somebody' });
    await plain.getByRole('button', { name: 'Preview for the ticked rows' }).click();
    await plain.getByRole('heading', { name: 'What will be done' }).waitFor();
    check((await plain.locator('tbody tr').count()) === 2, 'two rows');
    await everywhere(plain, 'bulk-preview');
    await plain.getByLabel('Owner').selectOption({ index: 0 });
    await plain.getByRole('button', { name: 'Give', exact: true }).click();
    await plain.getByText('It is done.').waitFor();
    await plain.getByRole('link', { name: 'Undo all of it' }).click();
    await plain.getByLabel('Why').fill('Away this week.');
    await plain.getByRole('button', { name: 'Undo it' }).click();
    await plain.getByText('It is undone.').waitFor();
    await everywhere(plain, 'bulk-undone');
  });

  await step('the customer reads the answer on the invoice', async () => {
    await page.goto('/disputes');
    await page.getByText('You are right. A credit note follows.').first().waitFor();
    await page.getByRole('link', { name: first.number }).first().click();
    await page.getByText('You are right. A credit note follows.').waitFor();
    const withdraw = await page.getByRole('button', { name: /^Withdraw/ }).count();
    check(withdraw === 0, 'it can be withdrawn');
  });
}
