import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { box, countMails, openMail, rowsOf, signInByMail } from './portal.mjs';

export const name = 'signing in by link, mail and password; a colleague who may only see';

const MAYA = 'maya.okafor@hallampryce.example';
const NEW = 'ana.silva@hallampryce.example';
const STOLEN = 'velvet anchor tundra 9';
const list = path.join(mkdtempSync(path.join(tmpdir(), 'quittance-stolen-')), 'list.txt');
writeFileSync(list, `${createHash('sha1').update(STOLEN).digest('hex').toUpperCase()}:3\n`);
export const settings = { QUITTANCE_BREACH_LIST: list };
const PASSWORD = 'harbour violin cinnamon 7';

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
  });

  await step('a link of a mail lets in the browser that asked for it', async () => {
    await signInByMail(page, MAYA);
  });

  await step('a link of a mail works once', async () => {
    const late = await person();
    await openMail(late, MAYA);
    await late.locator('a.go').click();
    await late.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
    await everywhere(late, 'used-link');
  });

  await step('a mail opened elsewhere asks for a click first', async () => {
    const asks = await person();
    const before = await countMails(asks, MAYA, /sign/i);
    await asks.goto('/sign-in');
    await asks.getByLabel('e-mail').first().fill(MAYA);
    await asks.getByRole('button', { name: /link/i }).click();
    const other = await person();
    await openMail(other, MAYA, /sign/i, before + 1);
    await other.locator('a.go').click();
    await other.getByRole('button', { name: 'Sign in' }).waitFor();
    await everywhere(other, 'confirm');
    await other.getByRole('button', { name: 'Sign in' }).click();
    await other.waitForURL((url) => url.pathname === '/');
  });

  await step('a password: too short is refused, a good one works', async () => {
    await page.goto('/preferences');
    await page.getByText('Choose a password').click();
    await page.getByLabel('New password').fill('aaaaaaaaaaaa');
    await page.getByRole('button', { name: 'Save the password' }).click();
    await page.locator('#e-password').waitFor();
    await everywhere(page, 'weak-password');
    await page.getByLabel('New password').fill(STOLEN);
    await page.getByRole('button', { name: 'Save the password' }).click();
    await page.getByText('in a list of stolen ones').first().waitFor();
    await page.getByLabel('New password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Save the password' }).click();
    await page.getByRole('status').waitFor();
    const back = await person();
    await back.goto('/sign-in');
    await back.getByText('Use a password').click();
    await back.locator('#mail2').fill(MAYA);
    await back.getByLabel('Password', { exact: true }).fill('something else entirely');
    await back.getByRole('button', { name: 'Sign in', exact: true }).click();
    await back.locator('.error, .note.bad').first().waitFor();
    await everywhere(back, 'wrong-password');
    await back.locator('#password').fill(PASSWORD);
    await back.getByRole('button', { name: 'Sign in', exact: true }).click();
    await back.waitForURL((url) => url.pathname === '/');
  });

  await step('a colleague is invited, comes, sees, and cannot pay', async () => {
    await page.goto('/people');
    await page.getByLabel('Work e-mail').fill(NEW);
    await page.getByLabel('Name').fill('Ana Luísa Figueiredo da Silva e Albuquerque');
    await page.locator('input[name=role]').first().check();
    await page.getByRole('button', { name: 'Send the invitation' }).click();
    await page.getByRole('status').waitFor();
    await everywhere(page, 'invited');
    const viewer = await person();
    await openMail(viewer, NEW);
    await viewer.locator('a.go').click();
    await viewer.getByRole('button', { name: 'Sign in' }).click();
    await viewer.waitForURL((url) => url.pathname === '/');
    await viewer.goto('/invoices');
    await box(viewer, (await rowsOf(viewer, 'EUR'))[0]).check(); // to download it
    check((await viewer.getByRole('button', { name: /pay/i }).count()) === 0, 'a pay button');
    await everywhere(viewer, 'viewer');
    await viewer.goto('/people');
    check((await viewer.getByRole('button', { name: /invit/i }).count()) === 0, 'may invite');
  });

  await step('signing out everywhere shuts every door', async () => {
    const other = await person();
    await signInByMail(other, MAYA);
    await page.goto('/preferences');
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await other.goto('/invoices');
    check(other.url().includes('/sign-in'), `${other.url()} is shown after that`);
    await other.goto('/sign-in?why=expired&next=/invoices');
    await other.getByText('You were away for a while').waitFor();
    await everywhere(other, 'expired');
  });

  await step('signing out shuts this one', async () => {
    await signInByMail(clerk, MAYA);
    await clerk.goto('/');
    await clerk.getByRole('button', { name: 'Sign out' }).click();
    await clerk.getByLabel('e-mail').first().waitFor();
    await clerk.goto('/invoices');
    check(clerk.url().includes('/sign-in'), `after signing out, ${clerk.url()} is shown`);
  });
}
