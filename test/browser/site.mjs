// A server of our own for one story: a fresh database, a free port, its sign-in links.
import { execFile, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const READY_SECONDS = 60;
const STOP_SECONDS = 60;

const isFree = (port) =>
  new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });

// Below the ports that the system gives to connections; the test gateway takes the one ten above.
async function freePort() {
  for (;;) {
    const port = 20000 + Math.floor(Math.random() * 10000);
    if ((await isFree(port)) && (await isFree(port + 10))) return port;
  }
}

const run = promisify(execFile);

// An empty database on this engine: where it is, and how it is removed once the server is gone.
// What lies in the folder goes with the folder.
async function freshDatabase(engine, folder) {
  if (engine === 'sqlite') return { at: `sqlite:${folder}/quittance.db`, remove: async () => {} };
  const server = process.env.QUITTANCE_TEST_POSTGRES;
  const name = `browser_${path.basename(folder).replace(/\W/g, '').toLowerCase()}_${process.pid}`;
  const sql = (words) => run('psql', ['-qX', '-v', 'ON_ERROR_STOP=1', '-c', words, server]);
  await sql(`create database ${name}`);
  const at = new URL(server);
  at.pathname = `/${name}`;
  return { at: at.href, remove: () => sql(`drop database if exists ${name} with (force)`) };
}

// `settings` of a story are environment variables for the program, added to ours.
export async function startSite({ root, log, engine = 'sqlite', host = '127.0.0.1', settings }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'quittance-browser-'));
  const database = await freshDatabase(engine, folder);
  const port = await freePort();
  const listen = `127.0.0.1:${port}`;
  const url = `http://${host}:${port}`;
  const program = process.env.QUITTANCE ?? path.join(root, 'build/quittance');
  const child = spawn(program, ['demo'], {
    cwd: folder,
    env: {
      ...process.env,
      QUITTANCE_LISTEN: listen,
      QUITTANCE_PUBLIC_URL: url,
      QUITTANCE_DATABASE: database.at,
      QUITTANCE_KEYFILE: `${folder}/key`,
      QUITTANCE_MAIL: `file:${folder}/mail`,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let over = null;
  const file = createWriteStream(log);
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece) => ((said += piece), file.write(piece)));
  child.on('error', (error) => (over ??= error.message));
  child.on('exit', (code, signal) => (over ??= `it ended with ${signal ?? `exit code ${code}`}`));

  const lastWords = () => said.trim().split('\n').slice(-25).join('\n');

  async function ready() {
    for (let tries = 0; tries < READY_SECONDS * 10 && over === null; tries++) {
      const answer = await fetch(`${url}/readyz`).catch(() => null);
      if (answer?.ok && said.includes(url)) return;
      await sleep(100);
    }
    throw new Error(`${program} demo is not ready: ${over ?? 'out of time'}\n${lastWords()}`);
  }

  // Ends the server as an operator would. What it returns is a complaint.
  async function stop() {
    const early = over;
    if (over === null) child.kill('SIGTERM');
    for (let tries = 0; tries < STOP_SECONDS * 10 && over === null; tries++) await sleep(100);
    const hung = over === null;
    if (hung) child.kill('SIGKILL');
    file.end();
    await database.remove();
    await rm(folder, { recursive: true, force: true });
    if (early !== null) return `the server was gone before the story ended: ${early}`;
    if (hung) return `the server did not stop within ${STOP_SECONDS} s`;
    return over === 'it ended with exit code 0' ? null : `the server was asked to stop: ${over}`;
  }

  // The link that the program printed for somebody: site.link(/customer/i). It works once.
  function link(who) {
    const lines = said.split('\n');
    for (let i = 0; i < lines.length; i++) {
      const found = lines[i].match(/https?:\/\/\S+/);
      const about = found?.[0] === lines[i].trim() ? `${lines[i - 1] ?? ''} ${lines[i]}` : lines[i];
      if (found && found[0].length > url.length + 2 && who.test(about)) return found[0];
    }
    throw new Error(`The program printed no link for ${who}:\n${lastWords()}`);
  }

  try {
    await ready();
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, folder, link, stop, said: () => said, lastWords };
}
