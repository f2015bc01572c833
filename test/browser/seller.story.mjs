import { amountField, box, giveCard, isPdf, download, minor, rowsOf, CARDS } from './portal.mjs';

export const name = 'the receivables clerk sees a short payment, imports, invites, and exports';

const FILE = [
  'number;customer;name;issued;due;amount;currency',
  'WEB-1;W-100;Webshop Kunde GmbH;2026-03-02;2026-04-01;1.234,50;EUR',
  'WEB-2;W-100;Webshop Kunde GmbH;2026-03-03;2026-04-02;88,20;EUR',
  'WEB-3;W-100;Webshop Kunde GmbH;2026-03-03;2026-04-02;88,205;EUR',
  '',
].join('\r\n');

export default async function ({ site, page, person, step, everywhere, check }) {
  let invoice, payer;
  const sees = (text) => page.getByText(text).first().waitFor();
  const section = (title) =>
    page.locator('section', { has: page.getByRole('heading', { name: title, exact: true }) });

  await step('a customer pays an invoice short, with a reason', async () => {
    payer = await person({});
    await payer.goto(site.link(/customer/i));
    await payer.goto('/invoices');
    invoice = (await rowsOf(payer, 'EUR')).find((row) => row.open > 50000);
    await box(payer, invoice).check();
    await payer.getByRole('button', { name: /Review and pay/ }).click();
    await amountField(payer, invoice).fill(((invoice.open - 1250) / 100).toFixed(2));
    await payer.getByRole('button', { name: 'Update the total' }).click();
    await payer.getByLabel(/^Why /).selectOption({ index: 1 });
    await payer.getByLabel(/^Note for/).fill('One coupling arrived cracked.');
    await payer.getByRole('button', { name: /by card/ }).click();
    await giveCard(payer, CARDS.good);
    await payer.getByRole('heading', { name: /^Thank you\./ }).waitFor();
  });

  await step('the seller sees where the company stands', async () => {
    await page.goto(site.link(/receivables/i));
    await page.getByRole('heading', { name: 'Needs attention' }).waitFor();
    await page.getByRole('rowheader', { name: 'EUR' }).waitFor();
    await everywhere(page, 'overview');
  });

  await step('finds the payment, its allocation and the deduction with its reason', async () => {
    await page.goto('/console/payments?method=card');
    await page.locator('tbody th a').first().click();
    await section('What it pays').getByText(invoice.number).waitFor();
    await section('What was paid less').getByText('Damaged goods').waitFor();
    await section('What was paid less').getByText('One coupling arrived cracked.').waitFor();
    await everywhere(page, 'payment');
  });

  await step('debits and credits of its entries are equal', async () => {
    const sum = async (column) =>
      (await section('Journal entries').locator(`td[data-l=${column}]`).allInnerTexts())
        .map((text) => minor(text.replace(column, '')))
        .reduce((all, one) => all + one, 0);
    const [debit, credit] = [await sum('Debit'), await sum('Credit')];
    check(debit > 0 && debit === credit, `debits are ${debit}, credits ${credit}`);
    await section('Journal entries').locator('tbody th a').first().click();
    await page.getByRole('heading', { name: 'Postings' }).waitFor();
    await everywhere(page, 'entry');
  });

  await step('opens the invoice behind it and its PDF', async () => {
    await page.goto('/console/invoices?show=all');
    await page.getByRole('main').getByRole('searchbox').fill(invoice.number);
    await page.keyboard.press('Enter');
    await page.locator('tbody th a').first().click();
    await page.getByRole('heading', { name: `Invoice ${invoice.number}` }).waitFor();
    await section('Deductions').getByText('Damaged goods').waitFor();
    const href = await page.getByRole('link', { name: 'Download as PDF' }).getAttribute('href');
    check(isPdf(await download(page, href)), 'there is no PDF');
    await everywhere(page, 'invoice');
  });

  await step('sends a file of invoices, and sees how it is read', async () => {
    await page.goto('/console/imports/new');
    await everywhere(page, 'import-new');
    await page.getByLabel('File').setInputFiles({
      name: 'open items.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(FILE),
    });
    await page.getByRole('button', { name: 'Look at the file' }).click();
    await sees('semicolons');
    await sees(/comma/);
    check(
      (await page.locator('select[name="map.number"]').inputValue()) === 'number',
      'the column of the number is not proposed',
    );
    await everywhere(page, 'import-look');
  });

  await step('tries it: nothing is kept', async () => {
    await page.getByRole('button', { name: 'Try without keeping' }).click();
    await sees('This was a try: nothing was kept.');
    await page.getByRole('link', { name: 'Change how it is read' }).click();
  });

  await step('imports it: good rows are kept, the refused one is named', async () => {
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await sees('The good rows are kept.');
    await section('Refused').getByText('WEB-3').waitFor();
    const sum = section('What the documents add up to').locator('td[data-l^=Invoices]');
    check(minor(await sum.innerText()) === 132270, 'the sum is not that of the good rows');
    const href = await page.getByRole('link', { name: 'Download the refused rows' });
    const file = await download(page, await href.getAttribute('href'));
    check(file.body.toString().includes('WEB-3') && !file.body.includes('WEB-1'), 'other rows');
    await everywhere(page, 'import-result');
    await page.goto('/console/imports');
    await everywhere(page, 'imports');
  });

  await step('invites the new customer', async () => {
    await page.goto('/console/customers?q=Webshop');
    await page.locator('tbody th a').first().click();
    await everywhere(page, 'customer');
    await page.getByRole('link', { name: 'Invite to the portal' }).click();
    await everywhere(page, 'invite');
    await page.getByLabel('Work e-mail').fill('einkauf@webshop.example');
    await page.getByRole('button', { name: 'Send the invitation' }).click();
    await sees('The invitation is on its way.');
    await section('People with access to the portal').getByText('einkauf@').waitFor();
  });

  await step('records a transfer that names the invoice', async () => {
    await page.goto('/console/payments/new');
    await page.getByLabel('Amount').fill('88.20');
    await page.getByLabel('Reference', { exact: true }).fill('WEB-2 thank you');
    await page.getByRole('button', { name: 'Book the transfer' }).click();
    await sees('booked and applied by its reference');
    await section('What it pays').getByText('WEB-2').waitFor();
    await everywhere(page, 'transfer');
  });

  await step('a mistake stands beside its field, and what was typed stays', async () => {
    await page.goto('/console/payments/new');
    await page.getByLabel('Amount').fill('twelve');
    await page.getByLabel("Payer's name").fill('Somebody');
    await page.getByRole('button', { name: 'Book the transfer' }).click();
    await page.getByRole('alert').waitFor();
    check((await page.getByLabel('Amount').inputValue()) === 'twelve', 'the amount is lost');
    check((await page.getByLabel("Payer's name").inputValue()) === 'Somebody', 'the name is lost');
    await everywhere(page, 'transfer-refused');
  });

  await step('exports the payments, and the ERP confirms the batch', async () => {
    await page.goto('/console/exports');
    await page.getByRole('link', { name: 'Make a batch' }).click();
    await page.getByRole('button', { name: 'Make the batch' }).click();
    await sees('The batch is made.');
    const href = await page.getByRole('link', { name: 'Download as CSV' }).getAttribute('href');
    const [one, two] = [await download(page, href), await download(page, href)];
    check(one.body.toString().includes(invoice.number), 'the batch lacks the payment');
    check(one.body.equals(two.body), 'the batch differs from one time to the next');
    await everywhere(page, 'batch');
    await page.getByLabel("The ERP's reference").fill('FI-2026-0042');
    await page.getByRole('button', { name: 'Confirm the batch' }).click();
    await sees('The batch is confirmed.');
    await page.goto('/console/exports');
    await sees('Confirmed as FI-2026-0042');
    await everywhere(page, 'exports');
  });
}
