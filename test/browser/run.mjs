// Runs the stories: each with a server and a database of its own, two at a time, in one browser.
// On both engines, but for those that name one.
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

async function run({ file, engine, telling, name, host, settings }) {
  const looks = engine === 'sqlite';
  const story = path.basename(file, '.story.mjs') + (looks ? '' : `-${engine}`);
  for (const old of await readdir(screens))
    if (old.startsWith(`${story}-`)) await rm(path.join(screens, old), { force: true });
  const lines = [];
  const log = path.join(logs, `${story}.log`);
  const site = await startSite({ root, log, engine, host, settings });
  const say = (words) => lines.push(words);
  const result = await tell({ story, telling, site, browser, screens, looks, say });
  const complaint = await site.stop();
  if (complaint) result.failures.push(complaint);
  passed += result.passed;
  failed += result.failures.length;
  const outcome = result.failures.length ? 'FAILED' : 'passed';
  console.log(`${outcome}: ${name} (${looks ? '' : `on ${engine}: `}${result.passed})`);
  for (const line of lines) console.log(`    ${line}`);
  for (const failure of result.failures) console.log(`    FAILED: ${failure}`);
  if (result.failures.length) console.log(site.lastWords());
}

const queue = [];
for (const file of files.sort()) {
  const story = await import(pathToFileURL(path.join(here, file)));
  for (const engine of story.engines ?? ['sqlite', 'postgres']) {
    if (engine === 'sqlite' || process.env.QUITTANCE_TEST_POSTGRES)
      queue.push({ file, engine, telling: story.default, ...story });
    else console.log(`not run on ${engine}: ${file}: $QUITTANCE_TEST_POSTGRES names no server`);
  }
}
async function worker() {
  for (let next = queue.shift(); next; next = queue.shift()) {
    try {
      await run(next);
    } catch (error) {
      failed++;
      console.log(`FAILED: ${next.file}: ${error.stack}`);
    }
  }
}
await Promise.all([worker(), worker()]);
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
