// Debian's Chromium, driven by playwright-core.
import { chromium } from 'playwright-core';

// The sandbox is off because tests may run as root; the rest keeps Chromium from asking the network
// for things that no test is about.
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--font-render-hinting=none',
];

export function startBrowser() {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: flags });
}
