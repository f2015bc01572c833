export const name = 'paying by card: the frame, mistakes, the bank, a decline, silence';
// Live news takes a second; the rest is for a machine that is busy with other things.
const LIVE_MS = 30_000;

export default async function ({ site, person, step, everywhere, check }) {
  const clerk = await person();

  // The first open invoice that is free, up to the card form in its frame.
  async function toTheCard(page) {
    await page.goto('/invoices');
    await page.locator('input[name=item]:not([disabled]):not([data-m^="-"])').last().check();
    await page.getByRole('button', { name: /review and pay/i }).click();
    await page.getByRole('button', { name: /^Pay .* by card$/ }).click();
    await page.waitForURL(/\/payments\/\w+\/card$/);
    return page.frameLocator('iframe');
  }
  async function fill(form, number) {
    await form.getByLabel('Card number').fill(number);
    await form.getByLabel('Valid until').fill('12/40');
    await form.getByLabel('Security code').fill('123');
    await form.getByLabel('Name on the card').fill('Maya Okafor');
  }
  const payButton = (form) => form.getByRole('button', { name: /^Pay / });
  const headline = (page) => page.getByRole('heading', { level: 1 }).first();

  let cardPage;
  await step('the card form stands in a frame of the payment page', async () => {
    await clerk.goto(site.link(/customer/i));
    const form = await toTheCard(clerk);
    await payButton(form).waitFor();
    cardPage = await clerk.locator('iframe').getAttribute('src');
    check(new URL(cardPage).origin !== new URL(site.url).origin, 'the card form is on our server');
  });
  const alone = await person();
  await step('the card form fits every window', async () => {
    await alone.goto(cardPage);
    await alone.getByText('Test cards').click();
    await everywhere(alone, 'form');
  });
  await step('a mistake is told beside its field, and what was typed stays', async () => {
    await fill(alone, '4000 0000 0000 3221');
    await alone.getByLabel('Valid until').fill('01/20');
    await payButton(alone).click();
    await alone.getByText('There is a mistake in this number.').waitFor();
    await alone.getByText('This card has expired.').waitFor();
    const typed = await alone.getByLabel('Card number').inputValue();
    check(typed === '4000 0000 0000 3221', `the number became ${typed}`);
    await everywhere(alone, 'mistakes');
  });
  await step('the bank asks to confirm', async () => {
    const form = clerk.frameLocator('iframe');
    await fill(form, '4000 0000 0000 3220');
    await payButton(form).click();
    await clerk.getByRole('heading', { name: 'Your bank asks you to confirm' }).waitFor();
    check(new URL(clerk.url()).origin === new URL(cardPage).origin, clerk.url());
    await everywhere(clerk, 'bank');
  });
  await step('confirmed, it is paid, and the payer is back', async () => {
    await clerk.getByRole('button', { name: 'Confirm' }).click();
    await clerk.waitForURL(`${site.url}/payments/**`);
    check(/is paid/.test(await headline(clerk).innerText()), await headline(clerk).innerText());
  });
  await step('the card form of a payment that has ended says so', async () => {
    await alone.goto(cardPage);
    await alone.getByRole('heading', { name: 'This payment has ended' }).waitFor();
    await everywhere(alone, 'ended');
  });

  await step('a decline is told, and another card pays', async () => {
    await fill(await toTheCard(clerk), '4000 0000 0000 9995');
    await payButton(clerk.frameLocator('iframe')).click();
    await clerk.waitForURL(`${site.url}/payments/**`);
    check(/was not paid/.test(await headline(clerk).innerText()), 'it is no failure');
    await everywhere(clerk, 'declined');
    await clerk.getByRole('button', { name: /again|another card/i }).first().click();
    const form = clerk.frameLocator('iframe');
    await fill(form, '5555 5555 5555 4444');
    await payButton(form).click();
    await clerk.waitForURL(`${site.url}/payments/**`);
    check(/is paid/.test(await headline(clerk).innerText()), await headline(clerk).innerText());
  });

  await step('a silent bank is told as such, until it speaks', async () => {
    await fill(await toTheCard(clerk), '4000 0000 0000 0259');
    await payButton(clerk.frameLocator('iframe')).click();
    await clerk.waitForURL(`${site.url}/payments/**`);
    const first = await headline(clerk).innerText(); // who was slow finds it paid already
    check(/checking|is paid/.test(first), first);
    await everywhere(clerk, 'checking');
    const before = site.said().split('route=/hooks').length;
    let loads = 0;
    const count = (frame) => (loads += frame === clerk.mainFrame());
    clerk.on('framenavigated', count);
    const told = headline(clerk).getByText(/is paid/).waitFor({ timeout: 60_000 });
    let heard = null; // when the gateway's message had come
    let over = false;
    told.finally(() => (over = true)).catch(() => {});
    while (heard === null && !over) {
      if (site.said().split('route=/hooks').length > before) heard = Date.now();
      await clerk.waitForTimeout(20);
    }
    await told;
    const took = heard === null ? 0 : Date.now() - heard;
    clerk.off('framenavigated', count);
    check(loads === 0, `the page was loaded ${loads} times`);
    check(took < LIVE_MS, `the page told it ${took} ms after the gateway`);
    check((await clerk.getByRole('status').last().innerText()).includes('is paid'), 'not read out');
    await everywhere(clerk, 'told');
  });

  await step('without a script the page asks anew by itself, and tells it too', async () => {
    const plain = await person({ javaScript: false });
    await plain.goto(site.link(/customer/i));
    await fill(await toTheCard(plain), '4000 0000 0000 0259');
    await payButton(plain.frameLocator('iframe')).click();
    await headline(plain).getByText(/checking|is paid/).waitFor();
    await headline(plain).getByText(/is paid/).waitFor({ timeout: 60_000 });
  });

  await step('whoever cancels has paid nothing', async () => {
    const form = await toTheCard(clerk);
    await form.getByRole('button', { name: 'Cancel and go back' }).click();
    await clerk.waitForURL(`${site.url}/payments/**`);
    check(/has ended/.test(await headline(clerk).innerText()), await headline(clerk).innerText());
  });

  await step('without a script it works the same', async () => {
    const plain = await person({ javaScript: false });
    await plain.goto(site.link(/customer/i));
    const form = await toTheCard(plain);
    await fill(form, '4242 4242 4242 4242');
    await payButton(form).click();
    await plain.waitForURL(`${site.url}/payments/**`);
    check(/is paid/.test(await headline(plain).innerText()), await headline(plain).innerText());
  });

  await step('the gateway shows its charges, refunds one and pays out', async () => {
    await alone.goto(new URL(cardPage).origin);
    await everywhere(alone, 'charges');
    await alone.getByRole('button', { name: /Refund the rest/ }).first().click();
    await alone.getByText('went back').first().waitFor();
    await alone.getByRole('button', { name: 'Pay out what has come in' }).click();
    await alone.getByText(/in fees/).first().waitFor();
  });
}
