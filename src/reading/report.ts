/**
 * What a machine reports about a mail: that it could not be delivered (RFC 3464,
 * RFC 6533), or that it was shown to somebody (RFC 8098).
 *
 * Out of the parts of a mail that are such a report, or the mail that came back,
 * or its header alone (text/rfc822-headers, RFC 6522), and X-Failed-Recipients,
 * as Exim writes it. Everything in it is a stranger's word. Fields that are missing
 * are null; nothing here throws. Pure but for the addresses (node:url).
 */
import type { ReportedRecipient } from '../ticket/ticket.ts';
import { inUnicode, oneLine } from './addresses.ts';
import { fieldValue, type HeaderField, headerFields, messageIds } from './header.ts';
import { withoutComments } from './parameters.ts';
import { NOTIFICATION, RETURNED, type ReportPart, STATUS } from './report-part.ts';

export interface Report {
  readonly recipients: readonly ReportedRecipient[];
  /** Message-IDs of the mails that came back or are named, in order. */
  readonly messageIds: readonly string[];
}

const MAX_RECIPIENTS = 1000;
const REASON_LIMIT = 300;
const ADDRESS_LIMIT = 254;
const WORD_LIMIT = 40;

/** `fields` are the mail's own. null if nothing is about a mail. */
export function reportOf(
  parts: readonly ReportPart[],
  fields: readonly HeaderField[],
): Report | null {
  const ofKind = (kind: RegExp) => parts.filter(({ type }) => kind.test(type));
  const reported = [
    ...ofKind(STATUS).flatMap(({ octets }) => groupsOf(octets).flatMap(status)),
    ...ofKind(NOTIFICATION).flatMap(({ octets }) => groupsOf(octets).flatMap(notification)),
  ];
  const recipients = reported.length > 0 ? reported : failedRecipients(fields);
  const ids = [
    ...ofKind(RETURNED).flatMap(({ octets }) => messageIds(firstGroup(octets), 'message-id')),
    ...ofKind(NOTIFICATION).flatMap(({ octets }) =>
      messageIds(firstGroup(octets), 'original-message-id'),
    ),
  ];
  if (recipients.length === 0 && ids.length === 0) return null;
  return { recipients: recipients.slice(0, MAX_RECIPIENTS), messageIds: [...new Set(ids)] };
}

/** Exim's, if there is no report to read. */
function failedRecipients(fields: readonly HeaderField[]): readonly ReportedRecipient[] {
  const field = fieldValue(fields, 'x-failed-recipients');
  if (field === null) return [];
  return field.split(',').map((address) => ({
    address: addressIn(address) ?? '',
    action: 'failed',
    status: null,
    reason: '',
  }));
}

/** RFC 3464 2.1: groups of fields with an empty line between them. */
function groupsOf(octets: Buffer): readonly (readonly HeaderField[])[] {
  return octets
    .toString('latin1')
    .split(/(?:\r?\n[ \t]*){2,}/)
    .map((group) => headerFields(Buffer.from(group, 'latin1')));
}

function firstGroup(octets: Buffer): readonly HeaderField[] {
  return groupsOf(octets).find((group) => group.some(({ name }) => name !== '')) ?? [];
}

/** RFC 3464 2.3: one recipient; the first group is about the mail and has no Action. */
function status(group: readonly HeaderField[]): readonly ReportedRecipient[] {
  const action = fieldValue(group, 'action');
  if (action === null) return [];
  const final = addressIn(fieldValue(group, 'final-recipient'));
  const original = addressIn(fieldValue(group, 'original-recipient'));
  const diagnostic = fieldValue(group, 'diagnostic-code') ?? '';
  const words = oneLine(diagnostic.replace(/^[a-z0-9-]+;/i, ''));
  const code = enhancedStatus(fieldValue(group, 'status') ?? '', words);
  return [
    {
      address: final ?? original ?? '',
      ...(original !== null && original !== final && { original }),
      action: firstWord(action),
      status: code,
      reason: reasonIn(words, code),
    },
  ];
}

/** RFC 8098 3.2.6: `manual-action/MDN-sent-manually; displayed`. */
function notification(group: readonly HeaderField[]): readonly ReportedRecipient[] {
  const address =
    addressIn(fieldValue(group, 'final-recipient')) ??
    addressIn(fieldValue(group, 'original-recipient'));
  const action = firstWord(fieldValue(group, 'disposition')?.split(';')[1] ?? '');
  if (address === null || action === '') return [];
  // RFC 2298 had `failed` for what the reader's own program could not do: the mail was delivered.
  return [{ address, action: action === 'failed' ? 'received' : action, status: null, reason: '' }];
}

function firstWord(value: string): string {
  const [word = ''] = oneLine(withoutComments(value))
    .toLowerCase()
    .split(/[\s;/]/);
  return word.slice(0, WORD_LIMIT);
}

/**
 * `rfc822; nic@ferrier.example (Nic)`: what stands behind the type, also if it is no mail address
 * (X.400).
 */
function addressIn(value: string | null): string | null {
  const text = oneLine(withoutComments(value?.replace(/^[^;@]*;/, '') ?? ''));
  const bare = (/<([^<>]*)>$/.exec(text)?.[1] ?? text).replace(/\.$/, '');
  const address = bare.replace(/^"([^"\\\s@]+)"@/, '$1@').slice(0, ADDRESS_LIMIT);
  return address === '' ? null : inUnicode(address);
}

/** The words of another host, without the codes that are said already. */
function reasonIn(words: string, code: string | null): string {
  const plain = words.replace(/^\d{3}[ -]/, '');
  const rest = code !== null && plain.startsWith(`${code} `) ? plain.slice(code.length) : plain;
  return rest.trim().replace(/ {2,}/g, ' ').slice(0, REASON_LIMIT);
}

const CODE = String.raw`([245]\.\d{1,3}\.\d{1,3})(?!\d|\.\d)`;
const FIELD = new RegExp(String.raw`(?<![\d.])${CODE}`);
/**
 * Where another host says one (RFC 2034): behind its reply code and of the same class, at the
 * beginning, or as qmail does. Nowhere else: an IP address looks like one.
 */
const SAID = [
  new RegExp(String.raw`(?<![\d.])([245])\d\d[ -]#?(?=\1)${CODE}`),
  new RegExp(`^#?${CODE}`),
  new RegExp(String.raw`\(#${CODE}\)`),
];

/** RFC 3463; where Status says no more than `5.0.0`, what the other host has said. */
function enhancedStatus(field: string, words: string): string | null {
  const own = FIELD.exec(withoutComments(field))?.[1] ?? null;
  const said = SAID.map((pattern) => pattern.exec(words)?.at(-1) ?? null).find(
    (code) => code !== null,
  );
  const isVague = own === null || own.endsWith('.0.0');
  return isVague && said !== undefined && said !== null && (own === null || said[0] === own[0])
    ? said
    : own;
}
