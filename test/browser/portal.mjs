// What a customer's clerk does again and again, for the stories to be told with.

// "€7,836.37", "7.836,37 €" and "JP¥875,378" as minor units; the minus may be a true one.
export function minor(text) {
  const digits = Number(text.replace(/\D/g, ''));
  return /[-\u2212]/.test(text) ? -digits : digits;
}

export const CARDS = {
  good: '4242 4242 4242 4242',
  asksTheBank: '4000 0000 0000 3220',
  declined: '4000 0000 0000 9995',
  silentButCharged: '4000 0000 0000 0259',
};

// The rows of one currency in the list: what they are called and what is open, in minor units.
export function rowsOf(page, currency) {
  return page.locator(`tbody[data-cur=${currency}] tr:has(input[name=item])`).evaluateAll((rows) =>
    rows.map((row) => ({
      number: row.querySelector('.k a').firstChild.textContent.trim(),
      open: Number(row.querySelector('input').dataset.m),
      id: row.querySelector('input').value,
    })),
  );
}

export const box = (page, row) => page.locator(`input[name=item][value="${row.id}"]`);
export const amountField = (page, row) => page.locator(`tr:has-text("${row.number}") .money input`);

// Types a card into the gateway's form inside the page, and sends it.
export async function giveCard(page, number) {
  const card = page.frameLocator('iframe.card');
  await card.locator('#number').fill(number);
  await card.locator('#expiry').fill('12/34');
  await card.locator('#code').fill('123');
  await card.locator('#name').fill('Maya Okafor');
  await card.locator('form').first().locator('button').click();
}

// Chooses rows of the list and goes to the checkout.
export async function choose(page, rows) {
  await page.goto('/invoices');
  for (const row of rows) await box(page, row).check();
  await page.locator('.bar .go').click();
  await page.waitForURL(/\/checkout\//);
}

// A file that a link leads to, with the cookies of the page.
export async function download(page, href) {
  const answer = await page.request.get(href);
  const type = answer.headers()['content-type'];
  return { status: answer.status(), type, body: await answer.body() };
}

export const isPdf = ({ status, body }) =>
  status === 200 && body.subarray(0, 4).toString() === '%PDF';

// Reloads until the heading is there, as somebody would who waits for news.
export async function waitFor(page, heading, seconds = 60) {
  const there = page.getByRole('heading', { name: heading }).first();
  for (let tries = 0; tries < seconds * 2; tries++) {
    if (await there.isVisible()) return;
    await page.waitForTimeout(500);
    await page.reload().catch(() => {}); // it may be loading by itself just then
  }
  throw new Error(`${heading} is still not shown on ${page.url()}`);
}

// The path of the payment whose card form, or page, is open.
export const paymentOf = (page) => new URL(page.url()).pathname.match(/\/payments\/[^/]+/)[0];

const mailsTo = (page, email, subject) =>
  page.getByRole('row').filter({ hasText: email }).filter({ hasText: subject });

// Asks for a sign-in link and follows the one in the mail that this brings.
export async function countMails(page, email, subject = /./) {
  await page.goto('/demo/mail');
  return mailsTo(page, email, subject).count();
}

export async function signInByMail(page, email) {
  const subject = /sign|anmeld/i;
  await page.goto('/demo/mail');
  const before = await mailsTo(page, email, subject).count();
  await page.goto('/sign-in');
  await page.locator('form.first-way input[type=email]').fill(email);
  await page.keyboard.press('Enter');
  await page.waitForURL(/sign-in\/sent/);
  await openMail(page, email, subject, before + 1);
  await page.locator('a.go').click();
  await page.waitForURL((url) => url.pathname === '/');
}

// Opens the newest mail to an address; it may take the outbox a moment to write it.
export async function openMail(page, email, subject = /./, atLeast = 1) {
  for (let tries = 0; tries < 600; tries++) {
    await page.goto('/demo/mail');
    const rows = mailsTo(page, email, subject);
    if ((await rows.count()) >= atLeast) return rows.first().getByRole('link').click();
    await page.waitForTimeout(100);
  }
  throw new Error(`no mail to ${email} is there`);
}
