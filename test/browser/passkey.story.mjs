import { signInByMail } from './portal.mjs';

export const name = 'a passkey is added, signs in, is refused when copied, and is removed';
export const engines = ['sqlite'];
export const host = 'localhost';

const MAYA = 'maya.okafor@hallampryce.example';
const ON_THE_DEVICE = {
  protocol: 'ctap2',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
};

// A device of its own for this person's window, which says yes to everything.
async function device(page, settings = {}) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const options = { ...ON_THE_DEVICE, ...settings };
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', { options });
  const send = (what, more = {}) => devtools.send(`WebAuthn.${what}`, { authenticatorId, ...more });
  return {
    keys: async () => (await send('getCredentials')).credentials,
    take: (credential) => send('addCredential', { credential }),
  };
}

export default async function ({ page, person, step, everywhere, check }) {
  const button = (of, words) => of.getByRole('button', { name: words });
  let own, stolen;

  await step('without a script it is not offered', async () => {
    const plain = await person({ javaScript: false });
    await plain.goto('/sign-in');
    check(!(await button(plain, /passkey/).isVisible()), 'the button is shown');
  });

  await step('who has come in just now adds one', async () => {
    own = await device(page);
    await signInByMail(page, MAYA);
    await page.goto('/preferences');
    await page.getByLabel('What you call this device').fill('The office laptop');
    await everywhere(page, 'offered');
    await button(page, 'Add a passkey').click();
    await page.getByRole('status').getByText('Your passkey is added').waitFor();
    await page.getByRole('rowheader', { name: 'The office laptop' }).waitFor();
    check((await own.keys()).length === 1, 'the device has no key');
    await everywhere(page, 'added');
  });

  await step('the same device is not asked for a second one', async () => {
    await button(page, 'Add a passkey').click();
    await page.getByText('No passkey was added').waitFor();
    await everywhere(page, 'twice');
  });

  await step('it signs in, to the page that was wanted', async () => {
    [stolen] = await own.keys();
    await button(page, 'Sign out').first().click();
    await page.goto('/payments');
    await page.waitForURL(/\/sign-in/);
    await everywhere(page, 'door');
    await button(page, 'Sign in with a passkey').click();
    await page.waitForURL((url) => url.pathname === '/payments');
  });

  await step('whose device has none is told so, and comes in another way', async () => {
    const other = await person();
    await device(other);
    await other.goto('/sign-in');
    await button(other, 'Sign in with a passkey').click();
    await other.getByText('No passkey was used').waitFor();
    await everywhere(other, 'none');
  });

  await step('a copy that has signed less often is refused', async () => {
    const thief = await person();
    const copy = await device(thief);
    await copy.take({ ...stolen, signCount: 0 });
    await thief.goto('/sign-in');
    await button(thief, 'Sign in with a passkey').click();
    await thief.getByText('seems to have been copied').waitFor();
    await everywhere(thief, 'copied');
  });

  await step('removed, it opens nothing any more', async () => {
    await page.goto('/preferences');
    await button(page, 'Remove the passkey The office laptop').click();
    await page.getByRole('status').getByText('The passkey is removed.').waitFor();
    await button(page, 'Sign out').first().click();
    await page.goto('/sign-in');
    await button(page, 'Sign in with a passkey').click();
    await page.getByText('does not open an account here').waitFor();
  });
}
