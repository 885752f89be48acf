/**
 * Whatever is changed about a signed mail, it says the same as before, by the same sum, or nothing:
 * so nobody makes a second order of it, or another one. By the real gpg and gpgv.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { check } from '../../src/pgp/gnupg.ts';
import { sumOf } from '../../src/pgp/prove.ts';
import { signedPartOf } from '../../src/pgp/signed-part.ts';
import { Pgp, partOf, SIGNED, signedBody, testWithGpg as test } from '../kit/pgp.ts';
import { type Choose, choiceOf, roundsOf, SEED } from '../kit/random.ts';

const pgp = new Pgp();
const folder = mkdtempSync(join(tmpdir(), 'mailrobot-keys-'));
const keyring = join(folder, 'deploy.keys');
afterAll(() => {
  pgp.remove();
  rmSync(folder, { recursive: true });
});

const MUTATIONS = roundsOf(400);
const PIECES = [
  ...['\n', '\r', ' ', '\t', '-', '- ', '--s\n', '--s--\n', '\n\n', '\0', 'x', '=', '>', 'From '],
  ...['-----BEGIN PGP SIGNED MESSAGE-----\n', '-----BEGIN PGP SIGNATURE-----\n', 'Hash: SHA512\n'],
  ...['-----END PGP SIGNATURE-----\n', 'Content-Type: text/html\n', 'Comment: x\n', '\u00a0'],
];

test('whatever is changed about it', async () => {
  console.log(`mutations of signed mail: SEED=${SEED}`);
  const choose = choiceOf(SEED);
  const kim = pgp.key('Kim <kim@support-ticket.example>');
  writeFileSync(keyring, pgp.keyring(kim));
  const text = 'deploy\n\n- one\n-- \nFrom here  \n';
  const part = partOf(text);
  const mails = [
    `From: a@b.example\n${SIGNED}\n${signedBody(part, pgp.detached(part, kim))}`,
    `From: a@b.example\n${SIGNED}\n${signedBody(part, pgp.detached(part, kim, '--textmode'))}`,
    `From: a@b.example\n\n${pgp.clear(text, kim)}`,
  ];
  const sums = new Set<string>();
  let [same, nothing] = [0, 0];
  for (const [n, mail] of mails.entries()) {
    sums.clear();
    sums.add((await sumIn(mail)) ?? '');
    expect([...sums]).not.toEqual(['']);
    for (let tries = 0; tries < MUTATIONS; tries += 1) {
      const sum = await sumIn(mutated(mail, choose));
      if (sum === null) nothing += 1;
      else same += 1;
      if (sum !== null) sums.add(sum);
      expect({ n, sums: sums.size }).toEqual({ n, sums: 1 });
    }
  }
  // Both must have come about, or nothing was tried.
  expect(same).toBeGreaterThan(0);
  expect(nothing).toBeGreaterThan(0);
}, 60_000);

async function sumIn(mail: string): Promise<string | null> {
  const signed = signedPartOf(Buffer.from(mail, 'latin1'));
  if (signed.type === 'unsigned') return null;
  const status = await check(signed, keyring);
  return status.type === 'valid' ? sumOf(signed.octets, status.at) : null;
}

function mutated(mail: string, choose: Choose): string {
  let changed = mail;
  for (let times = choose.number(3); times >= 0; times -= 1) {
    const from = choose.number(changed.length);
    const to = Math.min(changed.length, from + choose.number(60));
    const piece = choose(PIECES);
    switch (choose.number(4)) {
      case 0:
        changed = changed.slice(0, from) + piece + changed.slice(from);
        break;
      case 1:
        changed = changed.slice(0, from) + piece + changed.slice(from + 1);
        break;
      case 2:
        changed = changed.slice(0, to) + changed.slice(from);
        break;
      default:
        changed = changed.slice(0, from) + changed.slice(to);
    }
  }
  return changed;
}
