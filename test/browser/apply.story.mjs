import { minor } from './portal.mjs';

export const name = 'money is applied by hand, a deduction is decided, and all of it can be undone';

export default async function ({ site, page, person, step, everywhere, check }) {
  const sees = (text) => page.getByText(text).first().waitFor();
  const fields = () => page.locator('input[data-free]');
  let work;

  await step('the clerk sees what waits, the oldest first', async () => {
    await page.goto(site.link(/receivables/i));
    await page.getByRole('link', { name: /^Money to apply/ }).click();
    await page.getByRole('heading', { name: 'Money to apply' }).waitFor();
    await everywhere(page, 'unapplied');
    await page.getByRole('link', { name: 'Payer unknown' }).click();
    await everywhere(page, 'payer-unknown');
  });

  await step('opens the first: a proposal that adds up, with its reasons', async () => {
    await page.goto('/console/unapplied?currency=EUR');
    await page.locator('tbody td a', { hasText: 'Apply' }).first().click();
    await page.getByRole('heading', { name: 'Why it is proposed so' }).waitFor();
    const feet = await page.locator('tfoot td').allInnerTexts();
    const [money, credits, paid, left] = feet.map((text) => minor(text));
    check(money + credits + paid === left, `the sums do not add up: ${feet}`);
    await everywhere(page, 'apply');
  });

  await step('types with the keyboard, and the sums follow', async () => {
    for (let i = 0; i < (await fields().count()); i++) await fields().nth(i).fill('');
    await fields().first().focus();
    await page.keyboard.press('*');
    const all = await fields().first().inputValue();
    check(minor(await page.locator('[data-sum=sum]').innerText()) === minor(all), 'the sum');
    await page.keyboard.press('ArrowDown');
    await fields().first().fill('50.00');
    check(minor(await page.locator('[data-sum=sum]').innerText()) === 5000, 'the new sum');
  });

  await step('is asked about the rest before anything is posted', async () => {
    await fields().first().focus();
    await page.keyboard.press('Control+Enter');
    await page.getByRole('heading', { name: 'Nothing is applied yet' }).waitFor();
    await page.getByLabel(/ less on /).selectOption({ label: 'Deduction: Damaged goods' });
    await page.getByLabel('Note').first().fill('Two of the couplings were cracked.');
    await everywhere(page, 'apply-short');
    await page.getByRole('button', { name: /^Apply/ }).click();
    await page.getByText('The money is applied.').waitFor();
  });

  await step('finds it among what was done by hand, and undoes it', async () => {
    await page.goto('/console/work');
    await page.getByRole('rowheader', { name: 'Money applied by hand' }).first().waitFor();
    await everywhere(page, 'work');
    await page.locator('tbody th a').first().click();
    work = page.url();
    await everywhere(page, 'work-done');
    await page.getByRole('link', { name: 'Undo all of it' }).click();
    await page.getByLabel('Why').fill('The wrong invoice.');
    await everywhere(page, 'work-undo');
    await page.getByRole('button', { name: 'Undo it' }).click();
    await sees('It is undone');
    await sees('The wrong invoice.');
  });

  await step('does the same without a script', async () => {
    const plain = await person({ javaScript: false });
    await plain.context().addCookies(await page.context().cookies());
    await plain.goto('/console/unapplied?currency=EUR');
    await plain.locator('tbody td a', { hasText: 'Apply' }).first().click();
    const inputs = plain.locator('input[data-free]');
    await plain.waitForLoadState(); // all of them are there to be counted
    for (let i = 0; i < (await inputs.count()); i++) await inputs.nth(i).fill('');
    await inputs.first().fill('50.00');
    await plain.getByRole('button', { name: 'Add up' }).click();
    await plain.getByLabel(/ less on /).selectOption({ label: 'Deduction: Damaged goods' });
    await plain.getByRole('button', { name: 'Apply €50.00' }).click();
    await plain.getByText('The money is applied.').waitFor();
  });

  await step('decides the deduction in part: a credit note, the rest on the invoice', async () => {
    await page.goto('/console/deductions');
    await everywhere(page, 'deductions');
    await page.locator('tbody th a').last().click(); // the newest
    await page.getByRole('heading', { name: 'Decide' }).waitFor();
    await everywhere(page, 'deduction');
    await page.getByLabel('Owner').selectOption({ index: 1 });
    await page.getByRole('button', { name: 'Save' }).click();
    await sees('The owner is saved.');
    await page.getByLabel('How much is valid').fill('20.00');
    await page.getByRole('button', { name: 'Only the amount above' }).click();
    await sees('Please write what the decision rests on.');
    await page.getByLabel('What the decision rests on').fill('Photos of 3 May.');
    await page.getByRole('button', { name: 'Only the amount above' }).click();
    await sees('The decision is booked.');
    await sees('Partly valid');
    await everywhere(page, 'deduction-decided');
  });

  await step('undoes the decision, which shows who and why, and decides anew', async () => {
    await page.getByRole('link', { name: 'Undo the decision' }).click();
    await sees('The credit note is taken back, and its readers are told');
    await everywhere(page, 'deduction-reopen');
    await page.getByLabel('Why').fill('The photos show another pallet.');
    await page.getByRole('button', { name: 'Undo the decision' }).click();
    await sees('The decision is undone');
    await sees('The photos show another pallet.');
    await page.getByLabel('How much is valid').fill('10.00');
    await page.getByLabel('What the decision rests on').fill('Photos of 4 May.');
    await page.getByRole('button', { name: 'Only the amount above' }).click();
    await sees('The decision is booked.');
  });

  await step('what was built upon is not undone', async () => {
    await page.goto('/console/work');
    await page.locator('tbody th a').first().click();
    check(page.url() !== work, 'the newest is another one');
    await page.getByRole('link', { name: 'Undo all of it' }).click();
    await page.getByLabel('Why').fill('Too late.');
    const answered = page.waitForResponse((answer) => answer.request().method() === 'POST');
    await page.getByRole('button', { name: 'Undo it' }).click();
    check((await answered).status() === 409, 'it was undone');
    await sees(/has changed since/);
  });

  await step('ticks rows of the list, and is told what would happen', async () => {
    await page.goto('/console/invoices?currency=EUR');
    const ticks = page.locator('tbody input[name=item]');
    await ticks.nth(0).check();
    await ticks.nth(1).check();
    await everywhere(page, 'bulk-list');
    await page.getByLabel('With these rows').selectOption({ label: 'Write off what is left' });
    await page.getByRole('button', { name: 'Preview for the ticked rows' }).click();
    await page.getByRole('heading', { name: 'What will be done' }).waitFor();
    check((await page.locator('section').nth(1).locator('tbody tr').count()) === 2, 'two rows');
    await everywhere(page, 'bulk-preview');
  });

  await step('applies all credits that match, sees the batch, and undoes it', async () => {
    await page.goto('/console/invoices?currency=EUR&show=overdue');
    await page.getByLabel('With these rows').selectOption({ value: 'credits' });
    await page.getByRole('button', { name: 'Preview for all that match' }).click();
    await page.getByRole('button', { name: 'Apply the credits' }).click();
    await page.getByRole('heading', { name: 'Credits applied, oldest first' }).waitFor();
    await page.reload();
    await everywhere(page, 'bulk-done');
    await page.getByRole('link', { name: 'Undo all of it' }).click();
    await page.getByLabel('Why').fill('The credits are wanted elsewhere.');
    await page.getByRole('button', { name: 'Undo it' }).click();
    await sees('It is undone');
  });

  await step('looks at the portal as its customer does, and changes nothing', async () => {
    await page.goto('/console/customers');
    await page.locator('tbody th a').first().click();
    await page.getByRole('button', { name: 'See the portal as this customer' }).click();
    for (const path of ['/', '/invoices', '/payments', '/statements', '/methods', '/people']) {
      await page.goto(path);
      await sees(/^You see the portal as /);
    }
    await everywhere(page, 'view-as-people');
    await page.goto('/');
    await everywhere(page, 'view-as');
    const answer = await page.request.post('/preferences', { form: { theme: 'dark' } });
    check(answer.status() === 403, `a change was answered with ${answer.status()}`);
    await page.getByRole('button', { name: 'Back to the console' }).click();
    await page.waitForURL(/console.customers/);
  });

  await step('the rules of the team', async () => {
    await page.goto('/console/work-rules');
    await everywhere(page, 'work-rules');
  });
}
