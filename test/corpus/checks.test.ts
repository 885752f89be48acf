/**
 * Which check catches which real mail: counted, so that a rule that catches too
 * much or nothing is seen. What was caught outside of the bounces has been read
 * by a person: CAUGHT; a new one asks to be read, too.
 */
import { relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/config/limits.ts';
import { replyIn } from '../../src/decision/absence.ts';
import { CHECKS } from '../../src/decision/checks.ts';
import { guard } from '../../src/decision/guard.ts';
import { missing, parsed, SHARED, sharedMails } from './mails.ts';

const OWN = {
  domain: 'support-ticket.example',
  services: [],
  queues: ['new'],
  prefixes: ['SUPPORT'],
};

async function spokeOf(file: string): Promise<readonly string[]> {
  const { fields, from, subject } = await parsed(file, DEFAULT_LIMITS);
  const returnPath = fields.find(({ name }) => name === 'return-path')?.value;
  const sender = returnPath?.replace(/^<(.*)>$/, '$1') ?? null;
  const envelope = { sender, recipients: [], extension: null, client: null, login: null };
  const input = {
    envelope,
    fields,
    from: from?.address ?? null,
    reply: replyIn({
      ...{ subject, fields, answered: null },
      isFromNull: envelope.sender === '',
    }),
    own: OWN,
    bounceAddress: null,
    source: null,
  };
  return guard(input).spoke.map(({ check }) => check);
}

/** Read one by one on 2026-11-20: reports, lists and bulk, but for the doubtful one. */
const CAUGHT = [
  'mail-gem/error_emails__bad_date_header.eml: precedence',
  'mail-gem/error_emails__content_transfer_encoding_x_uuencode.eml: mailer-daemon',
  // Doubtful: a person's complaint, with a List-Id.
  'mail-gem/error_emails__empty_in_reply_to.eml: list',
  'mail-gem/mime_emails__raw_email_with_mimepart_without_content_type.eml: null-sender',
  'mail-gem/multipart_report_emails__multi_address_bounce1.eml: mailer-daemon',
  'mail-gem/multipart_report_emails__multi_address_bounce2.eml: mailer-daemon',
  'mail-gem/multipart_report_emails__multipart_report_multiple_status.eml: null-sender',
  'mail-gem/multipart_report_emails__report_422.eml: mailer-daemon',
  'mail-gem/multipart_report_emails__report_530.eml: mailer-daemon',
  'enmime/mail__multipart-wo-boundary.raw: mailer-daemon',
  'enmime/testdata__delayed_dsn.raw: mailer-daemon',
  'enmime/testdata__dsn_with_multipart_alternative.raw: null-sender',
  'enmime/testdata__multi_recipient_dsn.raw: mailer-daemon',
  'enmime/testdata__simple_dsn.raw: mailer-daemon',
  'enmime/testdata__simple_dsn_with_html.raw: mailer-daemon',
  'mime4j/mimetools-testmsgs__badbound.msg: mailer-daemon',
  'mime4j/mimetools-testmsgs__jt-0498.msg: precedence',
];

/** Nothing in their headers tells; with their envelope, null-sender does. */
const TOLD_BY_THE_ENVELOPE_ALONE = ['bounces/arf-24.eml', 'bounces/lhost-apachejames-01.eml'];

describe.skipIf(missing !== undefined)(`the shared corpus ${missing ?? ''}`, () => {
  test('which check catches which mail', async () => {
    const first = new Map<string, number>();
    const any = new Map<string, number>();
    const elsewhere: string[] = [];
    const silent: string[] = [];
    const mails = sharedMails();
    for (const file of mails) {
      const name = relative(SHARED, file);
      const isBounce = name.startsWith('bounces/');
      const spoke = await spokeOf(file);
      for (const check of spoke) any.set(check, (any.get(check) ?? 0) + 1);
      const [check] = spoke;
      if (check === undefined && isBounce) silent.push(name);
      if (check === undefined) continue;
      first.set(check, (first.get(check) ?? 0) + 1);
      if (!isBounce) elsewhere.push(`${name}: ${check}`);
    }
    const rows = CHECKS.map(
      ({ name }) => `${name}\t${any.get(name) ?? 0}\t${first.get(name) ?? 0}`,
    );
    console.log([`${mails.length} mails: check, speaks, speaks first`, ...rows].join('\n'));
    expect(elsewhere).toEqual(CAUGHT);
    expect(silent).toEqual(TOLD_BY_THE_ENVELOPE_ALONE);
  });
});
