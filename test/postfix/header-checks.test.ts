/**
 * The header_checks of docs/authentication.md on a real Postfix: no Authentication-Results that a
 * mail comes with gets through, however it is written, and what else it takes off is what the text says.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OWNER } from './desks.ts';
import { type PostfixInstance, postfixMissing, startPostfix } from './instance.ts';

const missing = postfixMissing();
const PAGE = readFileSync(join(import.meta.dirname, '../../docs/authentication.md'), 'utf8');
const CHECKS = /^ +(\/.*\/ {2}IGNORE)$/m.exec(PAGE)?.[1] ?? '';
const NIC = 'nic@ferrier.example';
const ID = 'mx.support-ticket.example';
const SAYS = 'dmarc=pass header.from=ferrier.example';
const POLICY = 'Authentication-Results: mx.support-ticket.example; spf=pass by=policy';

describe.skipIf(missing !== undefined)(`on a real Postfix ${missing ?? ''}`, () => {
  let dir: string;
  let postfix: PostfixInstance;

  beforeAll(async () => {
    dir = mkdtempSync('/tmp/mailrobot-checks-');
    chmodSync(dir, 0o755);
    const file = join(dir, 'header_checks');
    writeFileSync(file, `${CHECKS}\n`, { mode: 0o644 });
    postfix = await startPostfix({
      aliasOwner: OWNER,
      aliases: 'unused: new\n',
      settings: { header_checks: `regexp:${file}` },
    });
  });

  afterAll(async () => {
    await postfix?.stop();
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
  });

  const set = (...settings: readonly string[]) =>
    execa('sh', ['-ec', 'postconf "$@"; postfix reload', 'sh', ...settings], {
      env: { MAIL_CONFIG: join(postfix.dir, 'config') },
    });
  const arrived = async (field: string, body = 'x') => {
    const count = postfix.mailbox('nic').length;
    const data = `Subject: before\n${field}\nX-After: kept\nMIME-Version: 1.0\n${body}\n`;
    await postfix.send({ from: NIC, to: NIC, data });
    return String((await postfix.waitForMail('nic', count + 1)).at(-1));
  };

  test.each([
    `Authentication-Results: ${ID}; ${SAYS}`,
    `authentication-results:${ID};${SAYS}`,
    `Authentication-Results : ${ID}; ${SAYS}`,
    `Authentication-Results\t: ${ID}; ${SAYS}`,
    `Authentication-Results:\n\t${ID};\n\t${SAYS}`,
    `Authentication-Results: (x) ${ID}; ${SAYS}`,
    `Authentication-Results: (a;b (c)) (d\\)) ${ID} 1; ${SAYS}`,
    `Authentication-Results: "${ID}"; ${SAYS}`,
    `Authentication-Results: "m\\x.support-ticket.example"; ${SAYS}`,
    `Authentication-Results: "elsewhere.example"; x="\n ${ID}; ${SAYS}"`,
    `Authentication-Results: elsewhere.example; ${SAYS}`,
  ])('%j is taken off', async (field) => {
    const mail = await arrived(field);
    expect(mail).toMatch(/^Subject: before\nX-After: kept$/m);
    expect(mail.toLowerCase()).not.toContain('dmarc=pass');
  });

  test.each([
    `ARC-Authentication-Results: i=1; ${ID}; ${SAYS}`,
    `X-Authentication-Results: ${ID}; ${SAYS}`,
    `Received-SPF: pass`,
  ])('%j stays', async (field) => {
    expect(await arrived(field)).toContain(`\n${field}\nX-After: kept\n`);
  });

  test('what a policy service adds is taken off, too, and stays without the net', async () => {
    await set('-e', `smtpd_recipient_restrictions=check_client_access static:{PREPEND ${POLICY}}`);
    expect(await arrived('X-First: policy')).not.toContain('spf=pass');
    await set('-e', 'header_checks=');
    const mail = await arrived('X-First: policy');
    expect(mail).toContain(`\n${POLICY}\nReceived: `);
    expect(mail.match(/^Received: /gm)).toHaveLength(1);
    await set('-X', 'header_checks', 'smtpd_recipient_restrictions');
    await set('-e', `header_checks=regexp:${join(dir, 'header_checks')}`);
  });

  test('an attached mail keeps its fields with nested_header_checks empty, and the mail itself does not', async () => {
    const inner = `\nAuthentication-Results: inner.example; ${SAYS}\nSubject: inner\n\nx`;
    const asAttached = 'Content-Type: message/rfc822';
    expect(await arrived(asAttached, inner)).not.toContain('inner.example');
    await set('-e', 'nested_header_checks=');
    const mail = await arrived(`Authentication-Results: ${ID}; ${SAYS}\n${asAttached}`, inner);
    expect(mail).toContain('inner.example');
    expect(mail).not.toContain(ID);
  });
});
