/**
 * `mailrobot compile`: keeps what V8 has compiled of the hot part, so that each mail starts
 * sooner. npm does it at install; once more after another node.
 *
 * Delivers a few mails in a store of its own that is thrown away, so that the functions that
 * a delivery runs are among it. Whoever owns the build writes it; everybody reads it.
 * Without it all goes on as ever, only slower.
 */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { readConfig } from '../config/read.ts';
import { deliver } from '../intake/deliver.ts';
import { createStore } from '../stores/files/create-store.ts';
import type { WithConfig } from './commands/given.ts';
import { openDelivery } from './open-delivery.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';

export async function compile(_: WithConfig, run: Run): Promise<void> {
  if (run.codeCache === null) {
    run.say('Nothing to do: the executable is compiled.');
    return;
  }
  const directory = mkdtempSync(join(tmpdir(), 'mailrobot-compile-'));
  try {
    await deliverSome(directory, run);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  const { path, make } = run.codeCache;
  try {
    write(path, make());
  } catch (error) {
    throw new Refused(`${path} cannot be written: ${error instanceof Error ? error.message : ''}`);
  }
  run.say(`Compiled for node ${process.version}: ${path}`);
}

/** What most mails do: open a ticket, answer, come twice, be one that nobody answers. */
async function deliverSome(directory: string, run: Run): Promise<void> {
  const file = join(directory, 'config.json');
  const queue = { prefix: 'SUPPORT', address: 'new', name: 'Support' };
  const config = { domain: 'example', store: 'store', sendmail: '/bin/true', queues: [queue] };
  writeFileSync(file, JSON.stringify(config));
  createStore(join(directory, 'store'));
  const mail = (id: string, more: string) =>
    `From: Nic <nic@ferrier.example>\nTo: new@example\nSubject: Login\nMessage-ID: <${id}@ferrier.example>\n${more}\nHello, I cannot log in. Can you please help me with this?\n\nNic\n`;
  const mails = [
    mail('1', 'Content-Type: text/plain; charset=utf-8\n'),
    mail('2', 'In-Reply-To: <1@ferrier.example>\n'),
    mail('1', 'Content-Type: text/plain; charset=utf-8\n'),
    mail('3', 'Auto-Submitted: auto-replied\n'),
  ];
  const checked = readConfig(file);
  for (const text of mails) {
    await deliver(once(Buffer.from(text)), openDelivery('any', checked, run));
  }
}

async function* once(octets: Buffer): AsyncGenerator<Buffer> {
  yield octets;
}

const REMOVAL = { recursive: true, force: true };

/** In one step, and without those of other builds. */
function write(path: string, cache: Buffer): void {
  const directory = dirname(path);
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o755);
  const [build = ''] = basename(path).split('.');
  for (const name of readdirSync(directory)) {
    if (!name.startsWith(`${build}.`)) rmSync(join(directory, name), REMOVAL);
  }
  const temporary = `${path}.${process.pid}`;
  try {
    writeFileSync(temporary, cache);
    chmodSync(temporary, 0o644);
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) rmSync(path, REMOVAL);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, REMOVAL);
  }
}
