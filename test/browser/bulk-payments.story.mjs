// Many payments at once: chosen by keyboard, looked at before, taken back, found again by what
// their payers named, and applied again by undoing it.

export const name = 'a manager takes back what payments paid, and applies it again';
export const engines = ['sqlite']; // the flows walk it on both

export default async function ({ site, page, step, everywhere, check }) {
  const sees = (text) => page.getByText(text).first().waitFor();
  const rows = () => page.locator('section:last-of-type tbody tr');
  const list = '/console/payments?show=settled&method=transfer';
  const tick = async () => {
    await page.goto(list);
    for (const key of ['j', 'x', 'j', 'x', 'j', 'x']) await page.keyboard.press(key);
    check((await page.locator('tbody input:checked').count()) === 3, 'three rows are ticked');
  };
  const look = async (act, scope) => {
    await page.getByLabel('With these rows').selectOption({ label: act });
    await page.getByRole('button', { name: `Preview for ${scope}` }).click();
    await page.getByRole('heading', { name: 'Row by row' }).waitFor();
  };

  await step('ticks rows with the keyboard alone, and sees what would happen', async () => {
    await page.goto(site.link(/receivables/i));
    await tick();
    await look('Take back what they paid', 'the ticked rows');
    check((await rows().count()) === 3, 'three rows');
    await everywhere(page, 'preview');
  });

  await step('takes back with a reason, and finds it done', async () => {
    await page.getByLabel('Why').fill('Read from the wrong file.');
    await page.getByRole('button', { name: 'Take it back' }).click();
    await sees('It is done.');
    await page.getByRole('heading', { name: 'What payments paid, taken back' }).waitFor();
    await everywhere(page, 'taken-back');
  });

  await step('sees what their payers named, and applies it again by undoing', async () => {
    const work = page.url();
    await tick();
    await look('Apply to what they name', 'the ticked rows');
    check((await page.locator('.s.paid', { hasText: 'Will be done' }).count()) > 0, 'none named');
    await page.goto(work);
    await page.getByRole('link', { name: 'Undo all of it' }).click();
    await page.getByLabel('Why').fill('It was the right file.');
    await page.getByRole('button', { name: 'Undo it' }).click();
    await sees('It is applied again.');
  });

  await step('is told of every payment that is passed over, and why', async () => {
    await page.goto('/console/payments');
    await look('Send the receipts again', 'all that match');
    await sees('This money has not arrived.');
    await sees('The payer is not known yet.');
    const states = await rows().locator('.s').allInnerTexts();
    check(states.indexOf('Refused') > states.lastIndexOf('Will be done'), 'what is done is first');
  });
}
