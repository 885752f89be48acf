/**
 * The one file that starts gpgv(1) and gpg(1): to check a signature, and to encrypt to a key.
 *
 * Both know one keyring, which they only read. Neither has a home: gpg gets an empty folder for as
 * long as it runs, and knows no secret key, agent or network. Their status has a descriptor of its
 * own (3), and no word of a mail is an argument. They lose whatever rights we have, and end with
 * us. One that is not there, takes too long or cannot read the keyring is our fault and not the
 * mail's: a Failure `config`.
 */
import { spawn } from 'node:child_process';
import { closeSync, constants, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Failure } from '../outcome.ts';
import { mayUse } from '../runtime/may-use.ts';
import { NO_RIGHTS } from '../runtime/rights.ts';
import { scratchFolder } from '../runtime/scratch.ts';
import { readStatus, type SignatureStatus } from './status.ts';

const LIMIT_MS = 20_000;
/** Characters; what is longer than any status is none. */
const MAX_STATUS = 64 * 1024;
/** setpriv(1), of a program that is not there. */
const NOT_THERE = 127;
const PATH = '/usr/local/bin:/usr/bin:/bin';

export interface ToCheck {
  readonly octets: Buffer;
  /** Armored. */
  readonly signature: string;
}

export async function check(
  { octets, signature }: ToCheck,
  keyring: string,
): Promise<SignatureStatus> {
  const problem = keyringProblem(keyring);
  if (problem !== null) throw new Failure('config', `${keyring} ${problem}`);
  return inFolder(async (folder) => {
    const file = join(folder, 'signature.asc');
    writeFileSync(file, signature, { mode: 0o600 });
    const args = ['--homedir', folder, '--status-fd', '3', '--keyring', keyring];
    const { status, exit } = await run(['gpgv', ...args, '--', file, '-'], octets, folder);
    const read = readStatus(status, exit);
    if (read.type === 'failed') throw new Failure('config', `${keyring}: ${read.why}`);
    return read;
  });
}

export type Sealed =
  | { readonly type: 'sealed'; readonly armor: string }
  /** The key cannot be encrypted to, or gpg is not there. */
  | { readonly type: 'plain' }
  | { readonly type: 'failed'; readonly why: string };

/** For the one key of that fingerprint. */
export async function encrypt(
  octets: Buffer,
  { keyring, fingerprint }: { readonly keyring: string; readonly fingerprint: string },
): Promise<Sealed> {
  if (!isThere('gpg')) return { type: 'plain' };
  return inFolder(async (folder) => {
    const alone = ['--batch', '--no-tty', '--no-options', '--no-autostart', '--homedir', folder];
    const keys = ['--no-default-keyring', '--keyring', keyring, '--trust-model', 'always'];
    const gpg = (...args: readonly string[]) =>
      run(['gpg', ...alone, ...keys, ...args], octets, folder);
    const key = keyIn((await gpg('--with-colons', '--list-keys', fingerprint)).output);
    if (key === null) return { type: 'failed', why: `the key ${fingerprint} is good for nothing` };
    if (!key.encrypts) return { type: 'plain' };
    const { output, exit } = await gpg('--armor', '--encrypt', '--recipient', `0x${fingerprint}`);
    if (exit === 0) return { type: 'sealed', armor: output };
    return { type: 'failed', why: `gpg ended with ${exit}` };
  });
}

/** Of the listing of one key (doc/DETAILS of GnuPG); null if it is not there, or counts no more. */
function keyIn(listed: string): { readonly encrypts: boolean } | null {
  const [, validity = '', ...more] =
    listed
      .split('\n')
      .find((line) => line.startsWith('pub:'))
      ?.split(':') ?? [];
  if (validity === '' || 'idrne'.includes(validity)) return null;
  return { encrypts: (more[9] ?? '').includes('E') };
}

export function isThere(program: 'gpg' | 'gpgv'): boolean {
  return PATH.split(':').some((folder) => mayUse(join(folder, program), constants.X_OK));
}

/** What is wrong with a keyring, or null. */
export function keyringProblem(path: string): string | null {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    const isNone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return isNone ? 'is not there' : 'cannot be read';
  }
  try {
    const head = Buffer.alloc(12);
    const length = readSync(fd, head, 0, head.length, 0);
    if (head.toString('latin1', 0, 5) === '-----')
      return 'is armored: gpg --dearmor makes it binary';
    return length === head.length && (isPublicKey(head) || isKeybox(head)) ? null : 'is no keyring';
  } catch {
    return 'cannot be read';
  } finally {
    closeSync(fd);
  }
}

/** A packet with tag 6, in the old or in the new form (RFC 9580 4.2). */
function isPublicKey([first = 0]: Buffer): boolean {
  return (first & 0xfc) === 0x98 || first === 0xc6;
}

function isKeybox(head: Buffer): boolean {
  return head.toString('latin1', 8, 12) === 'KBXf';
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = scratchFolder('pgp');
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Ran {
  readonly exit: number;
  readonly status: string;
  readonly output: string;
}

async function run(
  argv: readonly [string, ...string[]],
  input: Buffer,
  folder: string,
): Promise<Ran> {
  const [program] = argv;
  const child = spawn('setpriv', [...NO_RIGHTS, '--pdeathsig=KILL', '--', ...argv], {
    stdio: ['pipe', 'pipe', 'ignore', 'pipe'],
    env: { PATH, HOME: folder, LC_ALL: 'C' },
    cwd: '/',
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  const { stdin, stdout } = child;
  // The fourth of `stdio`: a pipe that is only read.
  const third = child.stdio[3] as Readable;
  stdin?.on('error', () => {});
  stdin?.end(input);
  const [status, output, exit] = await Promise.all([
    textOf(third, MAX_STATUS),
    textOf(stdout, Number.POSITIVE_INFINITY),
    new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code) => resolve(code));
    }),
  ]).catch((error: unknown) => {
    throw new Failure('config', error instanceof Error ? error.message : String(error));
  });
  if (exit === null) throw new Failure('busy', `${program} was ended, or takes too long`);
  if (exit === NOT_THERE)
    throw new Failure('config', `there is no ${program}: apt install ${program}`);
  return { exit, status, output };
}

/** Octets as characters. */
async function textOf(stream: Readable | null, most: number): Promise<string> {
  let text = '';
  if (stream === null) return text;
  for await (const chunk of stream.setEncoding('latin1')) {
    if (text.length <= most) text += String(chunk);
  }
  return text.length <= most ? text : '';
}
