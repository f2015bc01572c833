// The pictures that stand in README.md and docs/using: the demonstration, 1200 × 750, light.
// They are taken each time into build/screens; PICTURES=docs/images renews those of the documents.
import path from 'node:path';
import { amountField, box, choose, rowsOf } from './portal.mjs';

export const name = 'the pictures of the documentation';
export const engines = ['sqlite'];

const SIZE = { width: 1200, height: 750 };
const SCREENS = new URL('../../build/screens', import.meta.url).pathname;
const FOLDERS = [SCREENS, process.env.PICTURES].filter(Boolean);
const MOST = 150_000; // bytes: they are read over the network, and kept for ever

export default async function ({ site, page, person, step, check }) {
  async function picture(of, what) {
    for (const folder of FOLDERS) {
      const file = folder === SCREENS ? `pictures-${what}.png` : `${what}.png`;
      const { length } = await of.screenshot({ path: path.join(folder, file) });
      check(length <= MOST, `the picture ${what} has ${length} bytes`);
    }
  }

  await step('of the portal', async () => {
    await page.setViewportSize(SIZE);
    await page.goto(site.link(/customer/i));
    await page.goto('/');
    await picture(page, 'home');
    await page.goto('/invoices?currency=EUR');
    const rows = await rowsOf(page, 'EUR');
    const chosen = rows.filter((row) => row.open > 0).slice(0, 3);
    chosen.push(rows.find((row) => row.open < 0));
    for (const row of chosen) await box(page, row).check();
    await picture(page, 'invoices');
    await choose(page, chosen);
    await amountField(page, chosen[1]).fill(((chosen[1].open - 12000) / 100).toFixed(2));
    await page.locator('button[value=update]').click();
    await page.getByLabel(/^Why /).selectOption({ label: 'Damaged goods' });
    await page.getByLabel(/^Note for/).fill('Two of the boxes were broken.');
    await page.locator('button[value=update]').click();
    await picture(page, 'checkout');
  });

  await step('of the console', async () => {
    const clerk = await person();
    await clerk.setViewportSize(SIZE);
    await clerk.goto(site.link(/receivables/i));
    await clerk.waitForURL(/\/console/);
    await picture(clerk, 'overview');
    await clerk.goto('/console/unapplied?currency=EUR');
    await clerk.locator('tbody td a', { hasText: 'Apply' }).first().click();
    await clerk.getByRole('heading', { name: 'Why it is proposed so' }).waitFor();
    await picture(clerk, 'apply');
    await clerk.goto('/console/customers?q=Calder');
    await clerk.locator('tbody th a').first().click();
    await clerk.getByRole('heading', { name: 'What happened' }).waitFor();
    await picture(clerk, 'customer');
  });
}
