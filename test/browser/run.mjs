// Runs the stories: each with a server and a database of its own, two at a time, in one browser.
import { readdir, mkdir, rm } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import path from 'node:path';
import { startBrowser } from './browser.mjs';
import { startSite } from './site.mjs';
import { tell } from './story.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const screens = path.join(root, 'build/screens');
const logs = path.join(root, 'build/test/browser');
const word = process.argv[2] ?? '';

// A story by its whole name, or all whose names contain the word.
const all = (await readdir(here)).filter((f) => f.endsWith('.story.mjs'));
const named = all.filter((f) => f === `${word}.story.mjs`);
const files = named.length > 0 ? named : all.filter((f) => f.includes(word));
if (files.length === 0) {
  console.log(word ? `There is no story with '${word}' in its name.` : 'skipped: no stories');
  process.exit(word ? 2 : 77);
}
await mkdir(screens, { recursive: true });
await mkdir(logs, { recursive: true });

const browser = await startBrowser();
let passed = 0;
let failed = 0;

async function run(file) {
  const story = path.basename(file, '.story.mjs');
  for (const old of await readdir(screens))
    if (old.startsWith(`${story}-`)) await rm(path.join(screens, old));
  const { default: telling, name, settings } = await import(pathToFileURL(path.join(here, file)));
  const lines = [];
  const site = await startSite({ root, log: path.join(logs, `${story}.log`), settings });
  const result = await tell({ story, telling, site, browser, screens, say: (s) => lines.push(s) });
  const complaint = await site.stop();
  if (complaint) result.failures.push(complaint);
  passed += result.passed;
  failed += result.failures.length;
  console.log(`${result.failures.length ? 'FAILED' : 'passed'}: ${name} (${result.passed})`);
  for (const line of lines) console.log(`    ${line}`);
  for (const failure of result.failures) console.log(`    FAILED: ${failure}`);
  if (result.failures.length) console.log(site.lastWords());
}

const queue = files.sort();
async function worker() {
  for (let file = queue.shift(); file; file = queue.shift()) {
    try {
      await run(file);
    } catch (error) {
      failed++;
      console.log(`FAILED: ${file}: ${error.stack}`);
    }
  }
}
await Promise.all([worker(), worker()]);
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
