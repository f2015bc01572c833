import { CARDS, amountField, box, choose, giveCard, minor, rowsOf } from './portal.mjs';
import { signInByMail } from './portal.mjs';

export const name = 'the same without JavaScript, with the keyboard alone, in German on a phone';
export const engines = ['sqlite'];

const MAYA = 'maya.okafor@hallampryce.example';

// Tabs until what has the focus matches, in this page or in a frame of it; the focus must be seen.
async function tabTo(page, selector, check) {
  for (let tries = 0; tries < 150; tries++) {
    await page.keyboard.press('Tab');
    for (const frame of page.frames()) {
      const outline = await frame.evaluate((wanted) => {
        const at = document.hasFocus() ? document.activeElement : null;
        return at?.matches(wanted) ? getComputedStyle(at).outlineStyle : null;
      }, selector);
      if (outline === null) continue;
      check(outline !== 'none', `${selector} does not show that it has the focus`);
      return;
    }
  }
  throw new Error(`Tab does not reach ${selector} on ${page.url()}`);
}

export default async function ({ site, person, step, everywhere, check, shot }) {
  await step('without JavaScript: selected, one short, the bank, paid', async () => {
    const page = await person({ javaScript: false });
    await page.goto(site.link(/customer/i));
    await page.goto('/invoices');
    const rows = (await rowsOf(page, 'EUR')).slice(0, 4);
    check(rows.some((row) => row.open < 0), 'no credit note is among them');
    await choose(page, rows);
    const short = rows.find((row) => row.open > 100000);
    await amountField(page, short).fill(((short.open - 5000) / 100).toFixed(2));
    await page.getByRole('button', { name: /by card$/ }).click();
    await page.getByRole('alert').waitFor();
    await everywhere(page, 'plain-error');
    await page.getByLabel(/^Why /).selectOption({ label: 'Damaged goods' });
    await page.getByRole('button', { name: /by card$/ }).click();
    await page.waitForURL(/\/card$/);
    await giveCard(page, CARDS.asksTheBank);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('heading', { name: /^Thank you\./ }).waitFor();
    const paid = minor(await page.locator('tfoot .grand td').first().innerText());
    const total = rows.reduce((sum, row) => sum + row.open, 0) - 5000;
    check(paid === total, `${paid} is paid, not ${total}`);
  });

  await step('with the keyboard alone', async () => {
    const page = await person();
    const press = async (...keys) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await signInByMail(page, MAYA);
    await page.goto('/');
    await tabTo(page, '.skip', check);
    await tabTo(page, '.nav a[href="/invoices"]', check);
    await press('Enter');
    await page.waitForURL(/\/invoices/);
    await press('/');
    await page.keyboard.type('4500');
    const typed = await page.getByRole('searchbox').inputValue();
    check(typed === '4500', '"/" does not go to the search');
    await page.goto('/invoices?currency=JPY');
    const [first, second] = await rowsOf(page, 'JPY');
    await tabTo(page, 'input[name=item]', check);
    await press('Space', 'ArrowDown', 'Space');
    check(await box(page, first).isChecked(), 'Space does not tick');
    check(await box(page, second).isChecked(), 'the arrow does not lead to the next row');
    await shot(page, 'keyboard');
    await tabTo(page, '.bar .go', check);
    await press('Enter');
    await page.waitForURL(/\/checkout\//);
    await tabTo(page, 'button[value=card]', check);
    await press('Enter');
    await page.waitForURL(/\/card$/);
    await page.frameLocator('iframe.card').locator('#number').waitFor();
    for (const [field, words] of [
      ['number', CARDS.good],
      ['expiry', '12/34'],
      ['code', '123'],
      ['name', 'Maya Okafor'],
    ]) {
      await tabTo(page, `#${field}`, check);
      await page.keyboard.type(words);
    }
    await press('Enter');
    await page.getByRole('heading', { name: /^Thank you\./ }).waitFor();
  });

  await step('in German, on a phone', async () => {
    const page = await person({ width: 320, locale: 'de-DE' });
    await page.goto('/sign-in');
    await page.getByRole('heading', { name: 'Anmelden' }).waitFor();
    await everywhere(page, 'german-door');
    await signInByMail(page, MAYA);
    await page.goto('/preferences');
    await page.locator('#language').selectOption('de');
    await page.locator('main button.go').click();
    await page.locator('html[lang=de]').waitFor();
    for (const [shown, path] of Object.entries({
      home: '/',
      invoices: '/invoices',
      payments: '/payments',
      statements: '/statements',
      methods: '/methods',
      people: '/people',
      preferences: '/preferences',
    })) {
      await page.goto(path);
      const words = await page.locator('body').innerText();
      const english = words.match(/\b(Invoices?|Payments?|Open|Overdue|Search|Amount)\b/);
      check(!english, `"${english?.[0]}" is left on ${path}`);
      await everywhere(page, `german-${shown}`);
    }
    await page.goto('/invoices');
    const row = (await rowsOf(page, 'USD')).find((one) => one.open > 0);
    await choose(page, [row]);
    const two = { minimumFractionDigits: 2 };
    const less = ((row.open - 1234) / 100).toLocaleString('de-DE', two);
    await amountField(page, row).fill(less);
    await page.locator('button[value=update]').click();
    check(minor(await page.locator('.reckon .grand td').innerText()) === row.open - 1234, less);
    await everywhere(page, 'german-checkout');
  });
}
