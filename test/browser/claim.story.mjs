import { openMail } from './portal.mjs';

export const name = 'access for whoever holds an invoice: at once, by a decision, and for nobody';

const COLLEAGUE = 'nina.ward@hallampryce.example';
const OUTSIDE = 'tom.becker@becker-bookkeeping.example'; // asked when the demonstration was made

async function ask(page, [name, email, number, total]) {
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Ask for access' }).click();
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Your work e-mail').fill(email);
  await page.getByLabel('Number of an invoice').fill(number);
  await page.getByLabel('Total of that invoice').fill(total);
  await page.getByRole('button', { name: 'Ask for access' }).click();
}

export default async function ({ site, page, person, step, everywhere, check }) {
  const maya = await person();
  let number;
  let total;

  await step('the paper: the number and the total of an invoice', async () => {
    await maya.goto(site.link(/customer/i));
    await maya.goto('/invoices');
    const first = maya.locator('tbody[data-cur=EUR] .k a').first();
    number = (await first.evaluate((a) => a.firstChild.textContent)).trim();
    await first.click();
    const grand = maya.locator('.grand').filter({ hasText: 'Total' });
    total = (await grand.innerText()).match(/[\d.,]*\d[.,]\d\d\b/)[0];
  });

  await step('what cannot be read is said beside its field', async () => {
    await page.goto('/join');
    await everywhere(page, 'join');
    await ask(page, ['www.evil.example', COLLEAGUE, number, 'a lot']);
    await page.locator('#e-total').waitFor();
    check(await page.locator('#e-name').isVisible(), 'nothing is said about the name');
    await everywhere(page, 'join-wrong');
  });

  let words;
  await step('a right and a wrong total are answered alike', async () => {
    await ask(page, ['Nina Ward', 'nina@hallampryce.example', number, '17.00']);
    await page.waitForURL(/join\/sent$/);
    words = await page.locator('main').innerText();
    await everywhere(page, 'join-sent');
    await ask(page, ['Nina Ward', COLLEAGUE, number, total]);
    await page.waitForURL(/join\/sent$/);
    check((await page.locator('main').innerText()) === words, 'the answers differ');
  });

  await step('the mail lets the colleague in with a click, to see and not to pay', async () => {
    await openMail(page, COLLEAGUE, /access/i);
    const link = await page.locator('a.go').getAttribute('href');
    const scanner = await person();
    for (let i = 0; i < 3; i++) await scanner.goto(link);
    await everywhere(scanner, 'join-link');
    await page.goto(link);
    await page.getByRole('button', { name: 'Accept and sign in' }).click();
    await page.waitForURL((url) => url.pathname === '/');
    await page.goto('/invoices');
    check((await page.getByRole('button', { name: /pay/i }).count()) === 0, 'a pay button');
    await scanner.goto(link);
    await scanner.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
    await everywhere(scanner, 'join-link-used');
  });

  await step('the administrator is told, and sees who came and who asks', async () => {
    await openMail(maya, 'maya.okafor', /New access/);
    await maya.goto('/people');
    await maya.getByRole('row').filter({ hasText: COLLEAGUE }).waitFor();
    await everywhere(maya, 'people-requests');
  });

  await step('the administrator lets somebody from outside in', async () => {
    await maya.locator('#requests').getByRole('link', { name: 'Tom Becker' }).click();
    await everywhere(maya, 'request');
    await maya.locator('input[value=payer]').check();
    await maya.getByRole('button', { name: 'Let Tom Becker in' }).click();
    await maya.getByRole('status').waitFor();
    const tom = await person();
    await openMail(tom, OUTSIDE, /access/i);
    await tom.locator('a.go').click();
    await tom.getByRole('button', { name: 'Accept and sign in' }).click();
    await tom.waitForURL((url) => url.pathname === '/');
  });

  await step('staff see what became of it, and shut the door', async () => {
    const lena = await person();
    await lena.goto(site.link(/receivables/i));
    await lena.goto('/console/access-requests?show=all');
    check((await lena.getByText('Came in').count()) === 2, 'not both came in');
    await lena.getByRole('link', { name: 'Tom Becker' }).click();
    await everywhere(lena, 'request-decided');
    await lena.goto('/console/access-requests/settings');
    await lena.getByLabel('People may ask').uncheck();
    await lena.getByRole('button', { name: 'Save' }).click();
    await lena.getByText('it is turned off').waitFor();
    const late = await person();
    const answer = await late.goto('/join');
    check(answer.status() === 404, `/join answers ${answer.status()}`);
  });
}
