import { openMail } from './portal.mjs';

export const name = 'a customer asks for a change of its details, and is answered';
export const engines = ['sqlite'];

export default async function ({ site, page, person, step, everywhere, check }) {
  const staff = await person();

  await step('the administrator sees what is known, and what became of the last wish', async () => {
    await page.goto(site.link(/customer/i));
    await page.getByRole('link', { name: 'Company' }).click();
    await page.getByRole('heading', { name: 'Company', level: 1 }).waitFor();
    await page.getByText('Not changed').waitFor();
    await everywhere(page, 'company');
  });

  await step('what would change nothing is refused beside the form', async () => {
    await page.getByText('Something is not right').click();
    await page.getByRole('button', { name: 'Ask for the change' }).click();
    await page.getByText('This is how it is already: nothing would change.').waitFor();
  });

  await step('a new address is asked for', async () => {
    await page.getByLabel('Address').fill('1 New Wharf\nHull HU1 2AA\nUK');
    await page.getByRole('button', { name: 'Ask for the change' }).click();
    await page.getByText('Your wish is on its way.').waitFor();
    await page.locator('#asked').getByText('1 New Wharf').waitFor();
  });

  await step('staff see it waiting, beside what holds, and make it', async () => {
    await staff.goto(site.link(/receivables/i));
    await staff.goto('/console');
    await staff.getByRole('link', { name: 'Changes that customers ask for' }).click();
    await staff.getByRole('row', { name: /Company/ }).getByRole('link').first().click();
    await staff.getByRole('row', { name: /1 New Wharf/ }).waitFor();
    await everywhere(staff, 'change');
    await staff.getByRole('button', { name: 'Leave it as it is' }).click();
    await staff.getByText('Say why: the customer reads it.').waitFor();
    await staff.getByRole('button', { name: 'Make the change' }).click();
    await staff.getByText('The change is made.').waitFor();
  });

  await step('the customer gets a mail, and sees it', async () => {
    await openMail(page, 'maya.okafor@hallampryce.example', /The details of .* are changed/);
    await page.goto('/company');
    await page.locator('dl').getByText('1 New Wharf').waitFor();
    const waits = await page.getByText('Being looked at').count();
    check(waits === 1, `${waits} changes wait, not the contact alone`);
  });

  await step('what still waits is withdrawn', async () => {
    await page.getByRole('button', { name: /^Withdraw/ }).click();
    await page.getByText('The change is withdrawn.').waitFor();
  });
}
