import { inGerman } from './german.mjs';

export const name =
  'every page of the portal, at every size, light and dark, and in German; what a page weighs';
export const engines = ['sqlite'];

const PAGES = {
  home: '/',
  invoices: '/invoices',
  all: '/invoices?show=all',
  paid: '/invoices?show=paid',
  disputed: '/invoices?show=disputed',
  disputes: '/disputes',
  payments: '/payments',
  'payments-none': '/payments?q=nothing',
  statements: '/statements',
  methods: '/methods',
  company: '/company',
  'company-contact': '/company/contact',
  people: '/people',
  preferences: '/preferences',
  demo: '/demo',
  mails: '/demo/mail',
};
const HEAVY = 60_000; // bytes without pictures; 30,000 is the aim

export default async function ({ site, page, step, shot, everywhere, check, say }) {
  const weights = {};
  const seen = [];

  async function look(name) {
    seen.push([name, page.url()]);
    await everywhere(page, name);
  }

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
      await look(name);
    });

  await step('a person and a statement', async () => {
    await page.goto('/people');
    await page.locator('tbody th a[href^="/people/"]').first().click();
    await look('person');
  });

  await step('a request for access', async () => {
    await page.goto('/people');
    await page.locator('#requests th a').first().click();
    await look('access-request');
  });

  await step('an address that is not there', async () => {
    await page.goto('/no-such-page');
    await look('not-found');
  });

  await step('all of them in German', async () => {
    await inGerman(page, seen, { shot, check });
  });

  await step('no page is heavy', async () => {
    for (const [name, sum] of Object.entries(weights)) {
      say(`  ${(sum / 1000).toFixed(1).padStart(6)} kB  ${name}`);
      check(sum <= HEAVY, `${name} weighs ${sum} bytes`);
    }
  });
}
