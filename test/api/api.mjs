// The API as a program meets it: over HTTP, with a key, against a server of its own.
//
// The description is checked by a validator; every answer, good or bad, is checked against it; and
// in the end every operation that it describes must have been called.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const program = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), 'quittance-api-'));
const problems = [];
let passed = 0;

const check = (condition, sentence) => {
  if (condition) passed++;
  else problems.push(sentence);
};

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

// ---- a server with a company, two keys, and an import with a row to refuse ----

const port = await freePort();
const site = `http://127.0.0.1:${port}`;
const env = {
  ...process.env,
  QUITTANCE_DATABASE: `sqlite:${folder}/books.db`,
  QUITTANCE_KEYFILE: `${folder}/key`,
  QUITTANCE_MAIL: `file:${folder}/mail`,
  QUITTANCE_LISTEN: `127.0.0.1:${port}`,
};
const quittance = (...args) => {
  try {
    const stdio = ['ignore', 'pipe', 'pipe'];
    return execFileSync(program, args, { env, cwd: folder, stdio }).toString();
  } catch (failed) {
    if (failed.status === 1) return failed.stdout + ''; // some rows were refused
    throw new Error(`quittance ${args.join(' ')}: ${failed.stderr}`);
  }
};
quittance('migrate');
quittance('entity', 'put', '--name', 'Nordwind', '--currency', 'EUR', '--zone', 'Europe/Berlin');
writeFileSync(join(folder, 'customers.csv'), 'customer,name\n100,Alpha\n,Beta\n102,Gamma\n');
quittance('import', 'customers', 'customers.csv');
const clerk = quittance('key', 'add', 'ERP', '--role', 'clerk').split('\n')[0];
const auditor = quittance('key', 'add', 'Auditor', '--role', 'auditor').split('\n')[0];

const server = spawn(program, ['serve'], { env, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
await new Promise((resolve, reject) => {
  server.stderr.once('data', resolve);
  server.once('exit', () => reject(new Error('the server did not start')));
});
const finish = async () => {
  const gone = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await gone;
  rmSync(folder, { recursive: true, force: true });
};

// ---- the description ----

const description = await (await fetch(`${site}/api/v1/openapi.json`)).json();
const validator = new Validator();
const verdict = await validator.validate(structuredClone(description));
check(verdict.valid, `the description is not valid: ${JSON.stringify(verdict.errors)}`);
check(validator.version === '3.1', `OpenAPI ${validator.version}`);

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(description, 'api');

const uncalled = new Set();
for (const [path, item] of Object.entries(description.paths))
  for (const method of Object.keys(item)) uncalled.add(`${method} ${path}`);

const described = (method, path) =>
  Object.keys(description.paths).find(
    (known) =>
      description.paths[known][method] &&
      new RegExp(`^${known.replace(/\{[a-z]+\}/g, '[^/]+')}$`).test(path),
  );

function matches(schemaPath, value, what) {
  const validate = ajv.compile({ $ref: `api#/${schemaPath.map(escape).join('/')}` });
  check(validate(value), `${what}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`);
}
const escape = (step) => encodeURIComponent(step.replace(/~/g, '~0').replace(/\//g, '~1'));

// Every answer must be one that the description knows for this operation.
async function call(method, path, { body, key = clerk, status, headers = {} } = {}) {
  const what = `${method} ${path}`;
  const answer = await fetch(`${site}/api/v1${path}`, {
    method,
    headers: {
      ...(key && { Authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  const lower = method.toLowerCase();
  const known = described(lower, `/api/v1${path.split('?')[0]}`);
  const type = answer.headers.get('content-type') ?? '';
  const value = type.includes('json') ? JSON.parse(text) : text;
  check(status === undefined || answer.status === status, `${what}: ${answer.status} ${text}`);
  if (answer.status >= 400) {
    check(type === 'application/problem+json', `${what}: ${type}`);
    matches(['components', 'schemas', 'Problem'], value, what);
  } else if (known) {
    const operation = description.paths[known][lower];
    uncalled.delete(`${lower} ${known}`);
    check(operation.responses[answer.status], `${what}: ${answer.status} is not described`);
    if (operation.responses[answer.status]?.content)
      matches(
        ['paths', known, lower, 'responses', `${answer.status}`, 'content', 'application/json',
         'schema'],
        value, what);
  } else {
    check(false, `${what} is not described`);
  }
  return { status: answer.status, value, headers: answer.headers };
}

const eur = (value) => ({ value, currency: 'EUR' });

async function story() {
  // customers and contacts
  const made = await call('POST', '/customers', {
    body: { number: '200', name: 'Delta', country: 'DE', terms: 'net 30' }, status: 201 });
  const customer = made.value.id;
  await call('PUT', `/customers/${customer}`, {
    body: { name: 'Delta Ltd', terms: 'net 30' }, headers: { 'If-Match': '"1"' }, status: 200 });
  const stale = await call('PUT', `/customers/${customer}`, {
    body: { name: 'Delta plc' }, headers: { 'If-Match': '"1"' }, status: 409 });
  check(stale.value.errors[0].code === 'conflict', JSON.stringify(stale.value));
  const read = await call('GET', `/customers/${customer}`, { status: 200 });
  check(read.headers.get('etag') === '"2"', `ETag ${read.headers.get('etag')}`);
  const contact = await call('POST', `/customers/${customer}/contacts`, {
    body: { name: 'Maya', role: 'ap', email: 'maya@delta.example', notices: true }, status: 201 });
  await call('GET', `/customers/${customer}/contacts`, { status: 200 });
  await call('GET', `/contacts/${contact.value.id}`, { status: 200 });
  await call('PUT', `/contacts/${contact.value.id}`, {
    body: { name: 'Maya', role: 'billing' }, status: 200 });
  await call('DELETE', `/contacts/${contact.value.id}`, { status: 200 });
  await call('GET', `/contacts/${contact.value.id}`, { status: 404 });

  // invoices and credit notes
  const invoice = await call('POST', '/invoices', {
    body: { customer, number: 'R-1', issued: '2026-04-01',
            lines: [{ sku: 'A', net: eur('100.00'), tax_rate: '19' }] },
    status: 201 });
  check(invoice.value.total.value === '119.00', JSON.stringify(invoice.value));
  await call('GET', `/invoices/${invoice.value.id}`, { status: 200 });
  const credit = await call('POST', '/credit-notes', {
    body: { customer, total: eur('11.90'), tax: eur('1.90'), corrects: invoice.value.id },
    status: 201 });
  await call('GET', `/credit-notes/${credit.value.id}`, { status: 200 });
  await call('GET', '/credit-notes', { status: 200 });

  // a list does not lose or repeat rows while others are added
  for (let i = 0; i < 4; i++)
    await call('POST', '/invoices', { body: { customer, total: eur('1.00') }, status: 201 });
  const seen = [];
  for (let cursor = ''; cursor !== null; ) {
    const page = await call('GET', `/invoices?customer=${customer}&limit=2&cursor=${cursor}`);
    seen.push(...page.value.data.map((row) => row.id));
    cursor = page.value.next_cursor;
    if (cursor) await call('POST', '/invoices', { body: { customer, total: eur('2.00') } });
  }
  check(seen.length === 5 && new Set(seen).size === 5, `${seen.length} rows: ${seen}`);

  // a transfer, twice with one key
  const transfer = { amount: eur('119.00'), value_date: '2026-04-20', reference: 'R-1' };
  const once = { body: transfer, headers: { 'Idempotency-Key': 'bank 1' }, status: 201 };
  const payment = await call('POST', '/payments', once);
  const again = await call('POST', '/payments', once);
  check(again.headers.get('idempotency-replayed') === 'true', 'Idempotency-Replayed');
  check(again.value.id === payment.value.id, 'the same payment');
  await call('POST', '/payments', {
    ...once, body: { ...transfer, value_date: '2026-04-21' }, status: 422 });
  check(payment.value.uses[0].invoice === invoice.value.id, JSON.stringify(payment.value));
  await call('GET', `/payments/${payment.value.id}`, { status: 200 });
  const payments = await call('GET', '/payments', { status: 200 });
  check(payments.value.data.length === 1, 'one payment');

  // what the customer says is wrong, as somebody at the telephone notes it
  const wrong = await call('POST', '/invoices', {
    body: { customer, total: eur('9.00') }, status: 201 });
  const dispute = await call('POST', '/disputes', {
    body: { invoice: wrong.value.id, amount: eur('4.00'), reason: 'freight', words: 'No freight.' },
    status: 201 });
  const words = 'A credit note follows.';
  await call('PUT', `/disputes/${dispute.value.id}/answer`, {
    body: { state: 'resolved', words }, status: 200 });
  await call('PUT', `/disputes/${dispute.value.id}/answer`, {
    body: { state: 'rejected', words }, status: 409 });
  const answered = await call('GET', `/disputes/${dispute.value.id}`, { status: 200 });
  check(answered.value.state === 'resolved', JSON.stringify(answered.value));
  const disputes = await call('GET', '/disputes?state=all', { status: 200 });
  check(disputes.value.data.length === 1, 'one dispute');

  // what was imported, and what goes back
  const imports = await call('GET', '/imports', { status: 200 });
  const run = imports.value.data[0].id;
  await call('GET', `/imports/${run}`, { status: 200 });
  const refusals = await call('GET', `/imports/${run}/refusals`, { status: 200 });
  check(refusals.value.data[0].line === 3, JSON.stringify(refusals.value));
  const batch = await call('POST', '/exports', { body: {}, status: 201 });
  await call('POST', '/exports', { body: {}, status: 409 });
  await call('GET', '/exports', { status: 200 });
  await call('GET', `/exports/${batch.value.id}`, { status: 200 });
  const file = await call('GET', `/exports/${batch.value.id}/file`, { status: 200 });
  check(file.value.entries.length === 2, JSON.stringify(file.value));
  const confirm = `/exports/${batch.value.id}/acknowledgement`;
  await call('PUT', confirm, { body: { reference: 'FI-1' }, status: 200 });
  await call('PUT', confirm, { body: { reference: 'FI-2' }, status: 409 });
  await call('GET', '/customers?search=del', { status: 200 });

  // bad input, and who may not
  const refused = [
    ['POST', '/customers', '{"number": "7"', 422, 'This is not valid JSON'],
    ['POST', '/customers', { number: '7', name: 'A', colour: 'red' }, 422, 'There is no field'],
    ['POST', '/customers', { number: '200', name: 'A' }, 422, 'There is a customer with this'],
    ['POST', '/invoices', { customer, total: { value: '1', currency: 'EUR' } }, 422, '“1” is not'],
    ['POST', '/invoices', { customer: 'cus_1', total: eur('1.00') }, 422, 'There is nothing'],
    ['GET', '/invoices?limit=0x', undefined, 422, 'This must be a whole number.'],
    ['GET', '/invoices?cursor=nonsense', undefined, 422, 'This is no cursor of ours'],
    ['GET', '/customers/cus_nobody', undefined, 404, ''],
  ];
  for (const [method, path, body, status, sentence] of refused) {
    const answer = await call(method, path, { body, status });
    const { message } = answer.value.errors[0];
    check(message.startsWith(sentence), `${method} ${path}: ${message}`);
  }
  await call('GET', '/customers', { key: null, status: 401 });
  await call('GET', '/customers', { key: 'qk_guessed', status: 401 });
  await call('GET', '/customers', { key: auditor, status: 200 });
  await call('POST', '/customers', { key: auditor, body: { number: '9', name: 'A' }, status: 403 });
  check(uncalled.size === 0, `nobody called ${[...uncalled].join(', ')}`);
}

try {
  await story();
} catch (broken) {
  problems.push(broken.stack);
} finally {
  await finish();
}
for (const problem of problems) console.log(`failed: ${problem}`);
console.log(`${passed} passed, ${problems.length} failed`);
process.exit(problems.length > 0 ? 1 : 0);
