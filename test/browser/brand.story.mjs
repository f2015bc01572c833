export const name = 'an administrator sets the look and the words, and the portal has them';
export const engines = ['sqlite'];

const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 48">
<path d="M4 44V4h8l24 26V4h8v40h-8L12 18v26z" fill="#0b3d91"/>
<circle cx="80" cy="24" r="18" fill="none" stroke="#0b3d91" stroke-width="7"/></svg>`;

export default async function ({ site, page, person, step, everywhere, check }) {
  await step('the settings of the first company', async () => {
    await page.goto(site.link(/receivables/i));
    await page.goto('/console/settings');
    await everywhere(page, 'settings');
    await page.locator('main tbody a').first().click();
    await everywhere(page, 'settings-company');
  });

  await step('a colour that cannot be read is refused, and a better one is named', async () => {
    await page.getByRole('link', { name: 'Look', exact: true }).click();
    await page.getByLabel(/^Colour/).fill('#ffcc00');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('#907300').first().waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('#907300').waitFor();
  });

  await step('a colour and a logo', async () => {
    await page.getByLabel(/^Colour/).fill('#0b3d91');
    await page.getByLabel(/^Logo/).setInputFiles({
      name: 'logo.svg',
      mimeType: 'image/svg+xml',
      buffer: Buffer.from(LOGO),
    });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The change is saved.').waitFor();
    await everywhere(page, 'settings-look');
  });

  await step('a text with a wrong name is refused by line and column', async () => {
    await page.getByRole('link', { name: 'Texts', exact: true }).click();
    await everywhere(page, 'settings-texts');
    await page.getByRole('link', { name: "Message on the portal's first page" }).click();
    await page.getByLabel('Text', { exact: true }).fill('Hello {customer.nmae}.');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText(/Line 1, column 7.*\{customer\.name\}/).waitFor();
    const text = page.getByLabel('Text', { exact: true });
    await text.fill('Hello {customer.name}, we are closed on 1 May.');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The change is saved.').waitFor();
    await everywhere(page, 'settings-text');
  });

  let statement;
  await step('a statement is issued for a customer', async () => {
    await page.goto('/console/customers?q=Hallam');
    await page.locator('main tbody a').first().click();
    await page.getByRole('link', { name: 'Statements', exact: true }).click();
    await page.getByRole('button', { name: 'Issue the statement' }).click();
    await page.getByText('The statement is issued.').waitFor();
    statement = await page.locator('main tbody a').first().innerText();
    await everywhere(page, 'customer-statements');
  });

  await step('the customer sees all of it', async () => {
    const payer = await person({});
    await payer.goto(site.link(/customer/i));
    await payer.goto('/');
    await payer.getByText(/^Hello .*, we are closed on 1 May\.$/).waitFor();
    const wide = await payer.locator('.brand img').evaluate((img) => img.naturalWidth);
    check(wide > 0, 'the logo is shown');
    await payer.goto('/statements');
    await payer.getByRole('link', { name: statement }).waitFor();
  });
}
