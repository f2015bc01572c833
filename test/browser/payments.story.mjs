import { CARDS, amountField, choose, giveCard, minor, paymentOf } from './portal.mjs';
import { rowsOf, waitFor } from './portal.mjs';

export const name = 'payments that go another way: declined, cancelled, silent, by transfer, twice';

export default async function ({ site, page, step, everywhere, check }) {
  let euro, yen;
  const heading = (text) => page.getByRole('heading', { name: text }).first().waitFor();
  const byCard = () => page.getByRole('button', { name: /by card$/ }).click();

  await step('the clerk signs in', async () => {
    await page.goto(site.link(/customer/i));
    await page.goto('/invoices');
    euro = (await rowsOf(page, 'EUR')).filter((row) => row.open > 0);
    yen = await rowsOf(page, 'JPY');
  });

  await step('a declined card: the reason, another try, paid', async () => {
    await choose(page, [euro[0]]);
    await byCard();
    await page.waitForURL(/\/card$/);
    await giveCard(page, CARDS.declined);
    await heading(/was not paid/);
    await page.getByText('does not have enough money').waitFor();
    await everywhere(page, 'declined');
    await page.getByRole('button', { name: 'Try a card again' }).click();
    await page.waitForURL(/\/card$/);
    await giveCard(page, CARDS.good);
    await heading(/^Thank you\./);
  });

  await step('a card form filled in wrongly charges nothing and says where', async () => {
    await choose(page, [euro[1]]);
    await byCard();
    await page.waitForURL(/\/card$/);
    await giveCard(page, '4242 4242 4242 4241');
    await page.getByText('The card was not charged').waitFor();
  });

  await step('a second window that pays the same is told so', async () => {
    await page.goBack();
    const other = await page.context().newPage();
    await other.goto('/invoices?show=processing');
    await other.getByRole('link', { name: euro[1].number }).click();
    await other.getByText('A payment of this is under way.').waitFor();
    check((await other.getByRole('button', { name: /^Pay/ }).count()) === 0, 'it offers to pay');
    await everywhere(other, 'under-way');
    await other.close();
  });

  await step('an open invoice tells by itself that it is free again, then paid', async () => {
    const other = await page.context().newPage();
    await other.goto('/invoices?show=processing');
    await other.getByRole('link', { name: euro[1].number }).click();
    await other.getByText('A payment of this is under way.').waitFor();
    let loads = 0;
    other.on('framenavigated', (frame) => (loads += frame === other.mainFrame()));
    await page.goto('/payments');
    await page.locator('tbody th a').first().click();
    const free = other.getByRole('button', { name: /^Pay/ });
    await page.getByRole('button', { name: 'Cancel this payment' }).click();
    await free.waitFor();
    await choose(page, [euro[1]]);
    await byCard();
    await other.getByText('A payment of this is under way.').waitFor();
    await giveCard(page, CARDS.good);
    await other.getByText('Paid', { exact: true }).first().waitFor();
    check(loads === 0, `it was loaded ${loads} times`);
    await other.close();
  });

  await step('two checkouts of one invoice: the later one is refused in a sentence', async () => {
    const other = await page.context().newPage();
    await choose(page, [euro[2]]);
    await choose(other, [euro[2]]);
    await byCard();
    await page.waitForURL(/\/card$/);
    await other.getByRole('button', { name: /by card$/ }).click();
    await other.getByText(/another payment is under way/).first().waitFor();
    await everywhere(other, 'refused');
    await other.close();
  });

  await step('cancelling charges nothing and opens the invoice again', async () => {
    await page.getByRole('button', { name: 'Cancel this payment' }).click();
    await heading(/has ended/);
    await everywhere(page, 'cancelled');
    await page.goto('/invoices');
    check(
      (await rowsOf(page, 'EUR')).some((row) => row.number === euro[2].number),
      `${euro[2].number} is not open again`,
    );
  });

  await step('a gateway that falls silent: we say so, ask, and find out', async () => {
    await choose(page, [euro[2]]);
    await byCard();
    await page.waitForURL(/\/card$/);
    const payment = paymentOf(page);
    await giveCard(page, CARDS.silentButCharged);
    await heading(/^We are checking|^Thank you/);
    await everywhere(page, 'checking');
    await page.goto(payment);
    await waitFor(page, /^Thank you\./);
  });

  await step('a transfer: payee, reference, code to scan', async () => {
    await choose(page, [euro[3]]);
    await page.getByLabel(/Bank transfer/).check();
    await everywhere(page, 'transfer-chosen');
    await page.getByRole('button', { name: /Announce a transfer/ }).click();
    await heading(/waiting for your transfer/);
    await page.getByRole('img', { name: /QR code/ }).waitFor();
    const reference = await page.getByText(/^RF\d\d /).first().innerText();
    check(/^RF\d\d/.test(reference), `the reference is ${reference}`);
    await everywhere(page, 'transfer');
  });

  await step('credits alone: nothing is charged', async () => {
    const credit = yen.find((row) => row.open < 0);
    const invoice = yen.find((row) => row.open > -credit.open);
    await choose(page, [credit, invoice]);
    await amountField(page, invoice).fill(String(-credit.open));
    await page.getByRole('button', { name: 'Update the total' }).click();
    await page.getByLabel(/^Why /).selectOption({ label: 'We pay the rest later' });
    await page.getByRole('button', { name: 'Update the total' }).click();
    await everywhere(page, 'credits-only');
    await page.getByRole('button', { name: 'Apply the credits' }).click();
    await heading(/Nothing was charged/);
    await everywhere(page, 'applied');
    await page.goto('/invoices');
    const left = (await rowsOf(page, 'JPY')).find((row) => row.number === invoice.number);
    check(left.open === invoice.open + credit.open, `${left?.open} is left open`);
  });

  await step('the payments tell it all', async () => {
    await page.goto('/payments');
    await everywhere(page, 'payments');
    const amounts = await page.locator('tbody td[data-l=Amount]').allInnerTexts();
    check(amounts.every((amount) => minor(amount) !== 0), 'a payment of nothing is listed');
  });
}
