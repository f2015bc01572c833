import { CARDS, amountField, box, download, giveCard, isPdf, minor, rowsOf } from './portal.mjs';

export const name = 'a clerk pays three invoices, one of them short, and uses a credit note';

export default async function ({ site, page, step, everywhere, check }) {
  let invoices, credit, total, payment, backUrl;
  const sees = (text) => page.getByText(text).first().waitFor();

  await step('1. opens the link and sees what is open, overdue and credited', async () => {
    await page.goto(site.link(/customer/i));
    for (const currency of ['Euro', 'Japanese yen', 'US dollar'])
      await page.getByRole('rowheader', { name: currency }).waitFor();
    for (const column of ['Open', 'of which overdue', 'of which processing', 'Credit to use'])
      await page.getByRole('columnheader', { name: column, exact: true }).first().waitFor();
    await everywhere(page, '1-home');
  });

  await step('2. an amount opens the items that make it up', async () => {
    const overdue = page.locator('.balance tbody tr', { hasText: 'Euro' }).locator('td').nth(1);
    const sum = minor(await overdue.innerText());
    await overdue.getByRole('link').click();
    const rows = await rowsOf(page, 'EUR');
    check(rows.reduce((all, row) => all + row.open, 0) === sum, 'the overdue items do not add up');
  });

  await step('3. filters and searches the invoices', async () => {
    await page.goto('/invoices');
    const rows = await rowsOf(page, 'EUR');
    invoices = rows.filter((row) => row.open > 0).slice(0, 3);
    credit = rows.find((row) => row.open < 0);
    check(invoices.length === 3 && credit, 'the demonstration lacks invoices or a credit note');
    await everywhere(page, '3-invoices');
    await page.getByLabel('Currency').selectOption('EUR');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.waitForURL(/currency=EUR/);
    check((await page.locator('tbody[data-cur]').count()) === 1, 'other currencies are listed');
    await page.getByRole('searchbox').fill(invoices[1].number);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.searchParams.get('q') === invoices[1].number);
    check((await rowsOf(page, 'EUR')).length === 1, 'the search does not find just one');
    await page.getByRole('searchbox').fill('nothing has this number');
    await page.keyboard.press('Enter');
    await sees(/No invoice here matches/);
    await everywhere(page, '3-nothing-found');
  });

  await step('4. opens an invoice; its PDF is the same each time', async () => {
    await page.goto('/invoices');
    await page.getByRole('link', { name: invoices[1].number }).click();
    await page.getByRole('heading', { name: `Invoice ${invoices[1].number}` }).waitFor();
    await everywhere(page, '4-invoice');
    const href = await page.locator('.files a').first().getAttribute('href');
    const [one, two] = [await download(page, href), await download(page, href)];
    check(isPdf(one), `the PDF is ${one.status} ${one.type}`);
    check(one.body.equals(two.body), 'the PDF differs from one time to the next');
  });

  await step('a credit alone is not called a payment', async () => {
    await page.goto('/invoices?select=credits');
    await page.locator('.bar .sum', { hasText: /^credit of/ }).waitFor();
    const bar = await page.locator('.bar').innerText();
    check(!bar.includes('−'), 'a payer reads of less than nothing');
    await page.getByRole('button', { name: 'Look at the credit' }).waitFor();
  });

  await step('5. selects three invoices and a credit note; the total runs along', async () => {
    await page.goto('/invoices');
    let sum = 0;
    for (const row of [...invoices, credit]) {
      await box(page, row).check();
      sum += row.open;
      const shown = minor(await page.locator('.bar .sum').innerText());
      check(shown === sum, `the bar shows ${shown} where ${sum} is selected`);
    }
    await page.getByText('3 invoices, 1 credit').waitFor();
    await everywhere(page, '5-selected');
    await page.getByRole('button', { name: /Review and pay/ }).click();
    await page.getByRole('heading', { name: 'Review and pay' }).waitFor();
    total = sum;
    check(minor(await page.locator('.reckon .grand td').innerText()) === total, 'other total');
    await everywhere(page, '5-checkout');
  });

  await step('6. pays one short: without a reason an error; what was typed stays', async () => {
    const short = invoices[1];
    const less = ((short.open - 30000) / 100).toFixed(2);
    await amountField(page, short).fill(less);
    await page.getByRole('button', { name: /by card/ }).click();
    await page.getByRole('alert').waitFor();
    await everywhere(page, '6-reason-missing');
    check(minor(await amountField(page, short).inputValue()) === short.open - 30000, 'amount lost');
    await page.getByRole('alert').getByRole('link').first().click();
    await page.getByLabel(/^Why /).selectOption({ index: 1 });
    await page.getByLabel(/^Note for/).fill('Two boxes were broken.');
    await page.getByRole('button', { name: 'Update the total' }).click();
    total -= 30000;
    await page.locator('.reckon').getByText('Deducted').waitFor();
    check(minor(await page.locator('.reckon .grand td').innerText()) === total, 'other total');
    check(
      (await page.getByLabel(/^Note for/).inputValue()) === 'Two boxes were broken.',
      'the note is lost',
    );
    await everywhere(page, '6-checkout');
  });

  await step('7. pays by card; the bank asks to confirm', async () => {
    await page.getByRole('button', { name: /by card/ }).dblclick();
    await page.waitForURL(/\/payments\/.*\/card/);
    payment = new URL(page.url()).pathname.replace('/card', '');
    await page.frameLocator('iframe.card').locator('#number').waitFor();
    await everywhere(page, '7-card');
    await giveCard(page, CARDS.asksTheBank);
    await page.getByRole('heading', { name: /bank asks you to confirm/ }).waitFor();
  });

  await step('8. confirms, and sees the confirmation', async () => {
    page.on('request', (request) => {
      if (request.url().includes('/back')) backUrl ??= request.url();
    });
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('heading', { name: /^Thank you\./ }).waitFor();
    const shown = minor(await page.locator('tfoot .grand td').first().innerText());
    check(shown === total, `${shown} is paid, not ${total}`);
    await everywhere(page, '8-paid');
  });

  await step('9. has a receipt as PDF and in a mail', async () => {
    const receipt = page.getByRole('link', { name: /^Receipt/ });
    const href = await receipt.getAttribute('href');
    const [one, two] = [await download(page, href), await download(page, href)];
    check(isPdf(one) && one.body.equals(two.body), `the receipt is ${one.status} ${one.type}`);
    for (let tries = 0; tries < 600; tries++) {
      await page.goto('/demo/mail');
      if ((await page.getByRole('link', { name: /receipt/i }).count()) > 0) break;
      await page.waitForTimeout(100);
    }
    await page.getByRole('link', { name: /receipt/i }).first().click();
    const paid = (total / 100).toLocaleString('en-GB', { minimumFractionDigits: 2 });
    check((await page.locator('pre').innerText()).includes(paid), `the mail does not say ${paid}`);
    await everywhere(page, '9-mail');
  });

  await step('10. each invoice tells what was paid and what is deducted', async () => {
    await page.goto('/invoices?show=all');
    await page.getByRole('link', { name: invoices[0].number }).click();
    await page.locator('h1 + p').getByText('Paid').waitFor();
    await page.goto('/invoices?show=all');
    await page.getByRole('link', { name: invoices[1].number }).click();
    await sees(/is with .* as deduction/);
    await everywhere(page, '10-deducted');
  });

  await step('11. the file for accounting has the amounts that the page shows', async () => {
    await page.goto('/payments');
    const href = await page.getByRole('link', { name: /JSON/ }).getAttribute('href');
    const { entries } = JSON.parse((await download(page, href)).body.toString());
    const brought = {};
    for (const { payment, postings } of entries.filter((one) => one.kind === 'payment'))
      for (const { item, credit } of postings)
        if (item?.kind === 'payment' && credit) brought[payment] = credit.value;
    const rows = await page.locator('tbody tr').all();
    let compared = 0;
    for (const row of rows) {
      const [number] = (await row.getByRole('rowheader').innerText()).split('\n');
      const shown = await row.locator('td[data-l=Amount]').innerText();
      if (!brought[number]) continue;
      const plain = shown.replace(/[^\d.]/g, '');
      check(plain === brought[number], `${number}: ${shown}, in the file ${brought[number]}`);
      compared++;
    }
    check(compared > 1, `${compared} payments compared`);
  });

  await step('12. a reload and the back button pay nothing twice', async () => {
    await page.goto(backUrl);
    await page.getByRole('heading', { name: /^Thank you\./ }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: /^Thank you\./ }).waitFor();
    await page.goto(`${payment}/card`);
    check((await page.locator('iframe.card').count()) === 0, 'the card form is shown again');
    await page.goto('/payments');
    await everywhere(page, '11-payments');
    const paid = await page.locator('tbody td[data-l=Amount]').allInnerTexts();
    const same = paid.filter((amount) => amount.includes('\u20ac') && minor(amount) === total);
    check(same.length === 1, `${same.length} payments of that amount are listed`);
  });
}
