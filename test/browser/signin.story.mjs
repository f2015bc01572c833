export const name = 'signing in, by the link and without one';

export default async function ({ site, page, person, step, everywhere, check }) {
  await step('the door asks for an e-mail address', async () => {
    await page.goto('/');
    await everywhere(page, 'door');
  });
  await step('a wrong address is not told apart from a right one', async () => {
    await page.getByLabel('e-mail').first().fill('nobody@nowhere.example');
    await page.getByRole('button', { name: /link/i }).click();
    await everywhere(page, 'asked');
  });
  const clerk = await person();
    await step('the printed link lets the customer in', async () => {
    await clerk.goto(site.link(/customer/i));
    await clerk.getByRole('heading', { level: 1 }).first().waitFor();
    check(new URL(clerk.url()).pathname === '/', `it leads to ${clerk.url()}`);
    await everywhere(clerk, 'home');
  });
  await step('signing out shuts the door', async () => {
    await clerk.getByRole('button', { name: 'Sign out' }).click();
    await clerk.getByLabel('e-mail').first().waitFor();
    await clerk.goto('/invoices');
    check(clerk.url().includes('/sign-in'), `after signing out, ${clerk.url()} is shown`);
  });
}
