// What the team sees: every page of the console, at every size, light and dark. Lists are opened by
// their address, one thing of each kind by the first link of its list.
import { inGerman } from './german.mjs';

export const name = 'every page of the console, at every size, light and dark, and in German';
export const engines = ['sqlite'];

const LISTS = {
  overview: '/console',
  customers: '/console/customers',
  'customers-none': '/console/customers?q=nothing',
  invoices: '/console/invoices',
  'invoices-none': '/console/invoices?q=nothing',
  payments: '/console/payments',
  unapplied: '/console/unapplied',
  'payer-unknown': '/console/unapplied?show=unknown',
  deductions: '/console/deductions',
  changes: '/console/change-requests',
  disputes: '/console/disputes',
  trouble: '/console/trouble',
  payouts: '/console/payouts',
  imports: '/console/imports',
  exports: '/console/exports',
  mail: '/console/mail',
  ageing: '/console/ageing',
  journal: '/console/journal',
  totals: '/console/journal/totals',
  work: '/console/work',
  audit: '/console/audit',
  people: '/console/people',
  settings: '/console/settings',
  'work-rules': '/console/work-rules',
  'mail-settings': '/console/mail/settings',
  'access-requests': '/console/access-requests',
  'access-all': '/console/access-requests?show=all',
  'access-settings': '/console/access-requests/settings',
};

const FORMS = {
  'new-customer': '/console/customers/new',
  'new-transfer': '/console/payments/new',
  'new-import': '/console/imports/new',
  'new-export': '/console/exports/new',
  'new-colleague': '/console/people/new',
};

// In the list of that name, the first link that begins so; then on that page, and so on.
const INSIDE = {
  customer: ['/console/customers?q=Hallam', '/console/customers/cus_'],
  'customer-edit': ['/console/customers?q=Hallam', '/console/customers/cus_', '$/edit'],
  'customer-history': ['/console/customers?q=Hallam', '/console/customers/cus_', '$/history'],
  'customer-contact': ['/console/customers?q=Hallam', '/console/customers/cus_', '$/contact'],
  'customer-hold': ['/console/customers?q=Hallam', '/console/customers/cus_', '$/hold'],
  'customer-invite': ['/console/customers?q=Hallam', '/console/customers/cus_', '$/invite'],
  item: ['/console/invoices', '/console/items/itm_'],
  payment: ['/console/payments', '/console/payments/pay_'],
  apply: ['/console/unapplied', '/console/unapplied/itm_'],
  import: ['/console/imports', '/console/imports/imp_'],
  batch: ['/console/exports', '/console/exports/exp_'],
  mail: ['/console/mail', '/console/mail/mal_'],
  change: ['/console/change-requests', '/console/change-requests/chg_'],
  deduction: ['/console/deductions', '/console/deductions/itm_'],
  dispute: ['/console/disputes', '/console/disputes/dsp_'],
  'work-done': ['/console/work', '/console/work/wrk_'],
  entry: ['/console/journal', '/console/journal/ent_'],
  colleague: ['/console/people', '/console/people/usr_'],
  'access-request': ['/console/access-requests', '/console/access-requests/req_'],
  seller: ['/console/settings', '/console/settings/sel_'],
  look: ['/console/settings', '/console/settings/sel_', '$/look'],
  texts: ['/console/settings', '/console/settings/sel_', '$/texts'],
};

export default async function ({ site, page, step, shot, everywhere, check }) {
  const seen = [];

  async function look(what, url) {
    const answer = await page.goto(url, { waitUntil: 'load' });
    check(answer.ok(), `${url} answers ${answer.status()}`);
    seen.push([what, page.url()]);
    await everywhere(page, what);
  }

  async function inside([list, ...links]) {
    let at = list;
    for (const link of links) {
      await page.goto(at);
      const begin = link.replace('$', new URL(page.url()).pathname);
      const links = await page.locator('main a')
        .evaluateAll((all) => all.map((a) => a.pathname + a.search));
      const found = links.find((to) => to.startsWith(begin));
      check(found, `${at} has no link to ${begin}`);
      at = found;
    }
    return at;
  }

  await step('one of the team signs in', async () => {
    await page.goto(site.link(/receivables/i));
    await page.waitForURL(/\/console/);
  });

  for (const [what, url] of Object.entries({ ...LISTS, ...FORMS }))
    await step(`${what}: ${url}`, () => look(what, url));

  for (const [what, way] of Object.entries(INSIDE))
    await step(`one of many: ${what}`, async () => look(what, await inside(way)));

  await step('all of them in German', async () => {
    await inGerman(page, seen, { shot, check });
  });
}
