/**
 * Keys of PGP and what is signed by them, made by the real gpg(1) in a folder of its own.
 *
 *     const pgp = new Pgp();
 *     const kim = pgp.key('Kim <kim@support-ticket.example>');
 *     writeFileSync(file, pgp.keyring(kim));
 *     mail(mime(part, pgp.detached(part, kim)));
 *     pgp.remove();
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';

export const HAS_GPG = ['gpg', 'gpgv', 'gpg-agent'].every(
  (program) => spawnSync(program, ['--version']).status === 0,
);
if (!HAS_GPG) console.log('gpg, gpg-agent or gpgv is missing: what is signed is not tested');

export const testWithGpg = test.skipIf(!HAS_GPG);

export class Pgp {
  /** Short, since the name of a socket is. */
  readonly #home = mkdtempSync('/tmp/mrpgp-');

  /** Its fingerprint. `encrypts`: it has a subkey for that, too. `more`: options of gpg. */
  key(
    userId: string,
    { encrypts = false, expires = 'never', more = [] as readonly string[] } = {},
  ): string {
    const made = ['--quick-generate-key', userId, 'ed25519', 'sign', expires];
    this.#gpg([...more, '--passphrase', '', ...made]);
    const fingerprint = this.#fingerprints().at(-1) ?? '';
    if (encrypts) {
      this.#gpg(['--passphrase', '', '--quick-add-key', fingerprint, 'cv25519', 'encr', 'never']);
    }
    return fingerprint;
  }

  addUserId(fingerprint: string, userId: string): void {
    this.#gpg(['--passphrase', '', '--quick-add-uid', fingerprint, userId]);
  }

  addSigningSubkey(fingerprint: string): void {
    this.#gpg(['--passphrase', '', '--quick-add-key', fingerprint, 'ed25519', 'sign', 'never']);
  }

  revoke(fingerprint: string): void {
    const file = join(this.#home, 'openpgp-revocs.d', `${fingerprint}.rev`);
    const certificate = spawnSync('sed', ['s/^:-----/-----/', file]).stdout;
    this.#gpg(['--import'], certificate);
  }

  keyring(...fingerprints: readonly string[]): Buffer {
    return this.#gpg(['--export', ...fingerprints]);
  }

  /** Armored; by each of them. `more`: options of gpg. */
  detached(data: string, signers: string | readonly string[], ...more: readonly string[]): string {
    const file = join(this.#home, 'data');
    writeFileSync(file, data);
    const by = [signers].flat().flatMap((one) => ['--local-user', one]);
    return this.#gpg([
      ...by,
      ...more,
      '--armor',
      '--detach-sign',
      '--output',
      '-',
      file,
    ]).toString();
  }

  clear(text: string, signer: string, ...more: readonly string[]): string {
    const args = ['--local-user', signer, ...more, '--armor', '--clear-sign'];
    return this.#gpg(args, Buffer.from(text)).toString();
  }

  decrypted(armor: string): string {
    return this.#gpg(['--decrypt'], Buffer.from(armor)).toString();
  }

  remove(): void {
    spawnSync('gpgconf', ['--homedir', this.#home, '--kill', 'all']);
    rmSync(this.#home, { recursive: true, force: true });
  }

  #fingerprints(): readonly string[] {
    const lines = this.#gpg(['--with-colons', '--list-keys']).toString().split('\n');
    return lines.flatMap((line, at) =>
      line.startsWith('pub:')
        ? (lines
            .slice(at)
            .find((one) => one.startsWith('fpr:'))
            ?.split(':')[9] ?? [])
        : [],
    );
  }

  #gpg(args: readonly string[], input?: Buffer): Buffer {
    // Before tests that are skipped.
    if (!HAS_GPG) return Buffer.alloc(0);
    const alone = ['--homedir', this.#home, '--batch', '--yes', '--no-tty', '--quiet'];
    const ended = spawnSync('gpg', [...alone, '--trust-model', 'always', ...args], { input });
    if (ended.status !== 0) throw new Error(`gpg ${args.join(' ')}: ${ended.stderr.toString()}`);
    return ended.stdout;
  }
}

/** As an option of gpg: as if it were that many seconds ago. */
export function secondsAgo(seconds: number): readonly string[] {
  const time = new Date(Date.now() - seconds * 1000).toISOString().slice(0, 19);
  return ['--faked-system-time', time.replaceAll(/[-:]/g, '')];
}

/** A part with its header, as it is signed. */
export function partOf(text: string, header = 'Content-Type: text/plain; charset=utf-8'): string {
  return `${header}\r\n\r\n${text.replace(/\r?\n/g, '\r\n')}`;
}

export const SIGNED =
  'MIME-Version: 1.0\nContent-Type: multipart/signed; boundary=s; micalg=pgp-sha512;\n protocol="application/pgp-signature"\n';

/** The body of a mail with the header SIGNED, with the line ends that local(8) gives it. */
export function signedBody(part: string, signature: string): string {
  const armored = `Content-Type: application/pgp-signature; name=signature.asc\n\n${signature}`;
  return `This is signed.\n--s\n${part.replaceAll('\r\n', '\n')}\n--s\n${armored}\n--s--\n`;
}
