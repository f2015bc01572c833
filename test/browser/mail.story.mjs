export const name = 'mails: sent by hand, seen as sent, paid by a guest, ended by one click';

export default async function ({ site, page, person, step, everywhere, check }) {
  const sees = (text) => page.getByText(text).first().waitFor();
  let text = '';

  await step('the receivables team sends a reminder by hand', async () => {
    await page.goto(site.link(/receivables/i));
    await page.goto('/console/customers?q=Hallam');
    await page.getByRole('link', { name: /Hallam/ }).first().click();
    await page.getByRole('link', { name: 'Send a statement or a reminder' }).click();
    await everywhere(page, 'send');
    await page.getByLabel('What').selectOption('reminder');
    await page.getByRole('button', { name: 'Send it' }).click();
    await page.waitForURL(/console\/mail/);
  });

  await step('the mail is in the log, as it was sent', async () => {
    const mail = page.getByRole('link', { name: /^Reminder: .* is overdue/ }).first();
    const sent = page.getByRole('row').filter({ has: mail }).filter({ hasText: /Reminder\s*Sent/ });
    for (let tries = 0; tries < 600 && !(await sent.count()); tries++) {
      await page.waitForTimeout(100);
      await page.reload();
    }
    await mail.waitFor();
    await everywhere(page, 'log');
    await mail.click();
    await sees('As plain text');
    await everywhere(page, 'mail');
    text = await page.locator('pre').textContent();
    const frame = page.frameLocator('iframe.mail');
    await frame.getByRole('link', { name: 'See and pay' }).waitFor();
  });

  await step('the settings, the links, and what was given up', async () => {
    await page.goto('/console/mail/settings');
    await everywhere(page, 'settings');
    await page.goto('/console/customers?q=Hallam');
    await page.getByRole('link', { name: /Hallam/ }).first().click();
    await page.getByRole('link', { name: 'Links in mails to this customer' }).click();
    await everywhere(page, 'links');
    await page.goto('/console/trouble');
    await everywhere(page, 'trouble');
  });

  const guest = await person();
  await step('whoever has the mail sees what is to be paid, and nothing else', async () => {
    await guest.goto(text.match(/http\S+\/pay\/\S+/)[0]);
    await guest.getByRole('button', { name: /by bank transfer/ }).waitFor();
    check((await guest.getByRole('link', { name: 'Invoices' }).count()) === 0, 'a guest is led on');
    await everywhere(guest, 'pay');
    await guest.getByRole('button', { name: /by bank transfer/ }).click();
    await guest.getByText('Transfer exactly this').waitFor();
    await everywhere(guest, 'paid');
  });

  await step('one click ends the reminders', async () => {
    await guest.goto(text.match(/http\S+\/unsubscribe\/\S+/)[0]);
    await everywhere(guest, 'unsubscribe');
    await guest.getByRole('button', { name: 'Stop these mails' }).click();
    await guest.getByText('You get no more reminders.').waitFor();
  });

  await step('a link that was taken back says so', async () => {
    await page.goto('/console/customers?q=Hallam');
    await page.getByRole('link', { name: /Hallam/ }).first().click();
    await page.getByRole('link', { name: 'Links in mails to this customer' }).click();
    await page.getByRole('button', { name: 'Take it back' }).first().click();
    await sees('Taken back');
    const answer = await guest.goto(text.match(/http\S+\/pay\/\S+/)[0]);
    check(answer.status() === 410, `it answers ${answer.status()}`);
    await everywhere(guest, 'gone');
  });
}
