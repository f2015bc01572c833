import { amountField, box, choose, rowsOf } from './portal.mjs';

export const name = 'every page of the portal, at every size, light and dark; what a page weighs';

const PAGES = {
  home: '/',
  invoices: '/invoices',
  all: '/invoices?show=all',
  paid: '/invoices?show=paid',
  disputed: '/invoices?show=disputed',
  payments: '/payments',
  'payments-none': '/payments?q=nothing',
  statements: '/statements',
  methods: '/methods',
  people: '/people',
  preferences: '/preferences',
  demo: '/demo',
  mails: '/demo/mail',
};
const HEAVY = 60_000; // bytes without pictures; 30,000 is the aim

export default async function ({ site, page, step, everywhere, check, say }) {
  const weights = {};

  // As a first visit would weigh: nothing is taken from the cache.
  async function weigh(name, url) {
    const answers = [];
    const gather = (answer) => answers.push(answer);
    page.on('response', gather);
    const answer = await page.goto(url, { waitUntil: 'load' });
    check(answer.ok(), `${url} answers ${answer.status()}`);
    page.off('response', gather);
    let sum = 0;
    for (const one of answers) {
      if (['image', 'eventsource'].includes(one.request().resourceType())) continue;
      const { responseBodySize, responseHeadersSize } = await one.request().sizes();
      sum += responseBodySize + responseHeadersSize;
    }
    weights[name] = sum;
  }

  await step('the clerk signs in', async () => {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Network.enable');
    await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
    await page.goto(site.link(/customer/i));
  });

  for (const [name, url] of Object.entries(PAGES))
    await step(`${name}: ${url}`, async () => {
      await weigh(name, url);
      await everywhere(page, name);
    });

  await step('a person and a statement', async () => {
    await page.goto('/people');
    await page.locator('tbody th a').first().click();
    await everywhere(page, 'person');
  });

  await step('an address that is not there', async () => {
    await page.goto('/no-such-page');
    await everywhere(page, 'not-found');
  });

  // PICTURES=docs/images test/browser/run pages: the pictures of the README.
  if (process.env.PICTURES)
    await step('pictures for the README', async () => {
      const picture = (what) => page.screenshot({ path: `${process.env.PICTURES}/${what}.png` });
      await page.setViewportSize({ width: 1200, height: 750 });
      await page.goto('/');
      await picture('home');
      await page.goto('/invoices?currency=EUR');
      const rows = await rowsOf(page, 'EUR');
      const chosen = rows.filter((row) => row.open > 0).slice(0, 3);
      chosen.push(rows.find((row) => row.open < 0));
      for (const row of chosen) await box(page, row).check();
      await picture('invoices');
      await choose(page, chosen);
      await amountField(page, chosen[1]).fill(((chosen[1].open - 12000) / 100).toFixed(2));
      await page.locator('button[value=update]').click();
      await page.getByLabel(/^Why /).selectOption({ label: 'Damaged goods' });
      await page.getByLabel(/^Note for/).fill('Two of the boxes were broken.');
      await page.locator('button[value=update]').click();
      await picture('checkout');
    });

  await step('no page is heavy', async () => {
    for (const [name, sum] of Object.entries(weights)) {
      say(`  ${(sum / 1000).toFixed(1).padStart(6)} kB  ${name}`);
      check(sum <= HEAVY, `${name} weighs ${sum} bytes`);
    }
  });
}
