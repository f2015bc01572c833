import { openMail } from './portal.mjs';

export const name = 'a parent sees what its whole group owes, and goes over to a child';
export const engines = ['sqlite'];

const URSULA = 'ursula.keller@kellermaschinen.example';

export default async function ({ site, page, person, step, everywhere, check }) {
  await step('the seller invites the parent', async () => {
    const staff = await person();
    await staff.goto(site.link(/receivables/i));
    await staff.goto('/console/customers?q=Keller+Maschinenbau');
    await staff.locator('tbody th a').first().click();
    await staff.getByRole('link', { name: 'Invite to the portal' }).click();
    await staff.getByLabel('Work e-mail').fill(URSULA);
    await staff.getByRole('button', { name: 'Send the invitation' }).click();
    await staff.getByText('The invitation is on its way.').waitFor();
  });

  await step('who is invited comes, and sees the group', async () => {
    await openMail(page, URSULA);
    await page.locator('a.go').click();
    await page.locator('main button.go').click();
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
    await page.goto('/invoices');
    await page.getByRole('link', { name: /group|Gruppe/ }).click();
    await page.getByRole('row', { name: /Keller Service GmbH/ }).first().waitFor();
    await everywhere(page, 'group');
    await page.goto('/group?q=nothing');
    await everywhere(page, 'nothing');
  });

  await step('goes over to the child', async () => {
    await page.goto('/group');
    await page.getByRole('button', { name: /Keller Service GmbH/ }).click();
    await page.waitForURL((url) => url.pathname === '/invoices');
    const company = await page.locator('.who b').first().innerText();
    check(company === 'Keller Service GmbH', `the company is ${company}`);
  });
}
